import Images
import OCI
import Presentation

/// What is told of a layer on its way.
enum TransferText {
  /// `[=======>          ]  3.1MB/12.4MB`, Docker's bar.
  static func bar(_ done: Int64, _ total: Int64, width: Int = 20) -> String {
    let filled = total > 0 ? Int(min(done, total) * Int64(width) / total) : width
    let bar = String(repeating: "=", count: filled)
    let head = filled < width ? ">" : ""
    let rest = String(repeating: " ", count: max(0, width - filled - 1))
    return "[\(bar)\(head)\(rest)] \(HumanSize.decimal(done))/\(HumanSize.decimal(total))"
  }
}

extension ProgressStep {
  init(_ progress: PullProgress) {
    let id = progress.layer.short
    switch progress.state {
    case .waiting: self.init(id, "Waiting", .working)
    case .exists: self.init(id, "Already exists", .done)
    case .fetchedElsewhere: self.init(id, "Waiting for another pull", .working)
    case .downloading(let done, let total):
      self.init(id, "Downloading", .working, detail: TransferText.bar(done, total))
    case .complete: self.init(id, "Pull complete", .done)
    }
  }
}

extension PullProgress {
  /// Docker's line where nothing redraws it; `nil`: nothing that would need a line.
  var line: String? {
    switch state {
    case .waiting: "\(layer.short): Pulling fs layer"
    case .exists: "\(layer.short): Already exists"
    case .fetchedElsewhere: "\(layer.short): Waiting"
    case .downloading: nil
    case .complete: "\(layer.short): Pull complete"
    }
  }
}
