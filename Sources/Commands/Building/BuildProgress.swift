import Building
import Diagnostics
import Linux
import OCI
import Presentation
import Synchronization

/// A build's progress: in the lines that `docker build --progress=plain` prints, or in BuildKit's own records.
final class BuildProgress: Sendable {
  enum Form: Sendable {
    case plain, quiet
    /// One JSON object a line: what BuildKit's `SolveStatus` says of a step when something happens to it.
    case rawJSON
  }

  private struct Begun {
    var title: String
    var digest: Digest
    /// Of CLOCK_MONOTONIC.
    var at: Int64
    var time: Timestamp
  }

  private struct State {
    var steps: [Int: Begun] = [:]
    var last = 0
  }

  private let output: Output
  private let form: Form
  private let state = Mutex(State())

  init(_ output: Output, _ form: Form) {
    self.output = output
    self.form = form
  }

  var isSilent: Bool { form != .plain }

  func tell(_ event: BuildEvent) {
    guard form != .quiet else { return }
    state.withLock { state in
      if case .began(let step, let title, let digest) = event {
        state.steps[step] = Begun(title: title, digest: digest, at: Monotonic.now, time: .now())
        state.last = max(state.last, step)
      }
      switch form {
      case .plain: tellPlainly(event, state)
      case .rawJSON: tellRaw(event, state)
      case .quiet: break
      }
    }
  }

  func note(_ text: String) { if form == .plain { output.print("note: \(text)") } }

  /// The last step of docker's: where the image went.
  func finish(_ line: String, _ more: [String]) {
    state.withLock { _ in output.print(([line] + more.map { " \($0)" }).joined(separator: "\n")) }
  }

  private func tellPlainly(_ event: BuildEvent, _ state: State) {
    switch event {
    case .began(let step, let title, _): output.print("#\(step) \(title)")
    case .output(let step, let line, _):
      output.print("#\(step) \(Self.seconds(Monotonic.now - (state.steps[step]?.at ?? 0), digits: 3)) \(line)")
    case .cached(let step): output.print("#\(step) CACHED\n")
    case .done(let step, let took): output.print("#\(step) DONE \(Self.seconds(took, digits: 1))s\n")
    case .failed(let step, let reason): output.print("#\(step) ERROR: \(reason)\n")
    case .explained(let step, let lines): for line in lines { output.print("#\(step) because \(line)") }
    case .warned(let warning): output.print("WARNING: \(warning)")
    }
  }

  private func tellRaw(_ event: BuildEvent, _ state: State) {
    func vertex(_ step: Int, _ more: [JSONValue.Member]) {
      guard let begun = state.steps[step] else { return }
      let members: [JSONValue.Member] =
        [
          .init("digest", .string(begun.digest.description)), .init("name", .string(begun.title)),
          .init("started", .string(begun.time.description)),
        ] + more
      output.print(JSONValue.object([.init("vertexes", .array([.object(members)]))]).compact)
    }
    let now = JSONValue.Member("completed", .string(Timestamp.now().description))
    switch event {
    case .began(let step, _, _): vertex(step, [])
    case .output(let step, let line, _): log(step, 1, line, state)
    case .cached(let step): vertex(step, [now, .init("cached", true)])
    case .done(let step, _): vertex(step, [now])
    case .failed(let step, let reason): vertex(step, [now, .init("error", .string(reason))])
    case .explained(let step, let lines): for line in lines { log(step, 2, "because \(line)", state) }
    case .warned(let warning):
      let text = JSONValue.string(Base64.encode(Array(warning.description.utf8)))
      output.print(JSONValue.object([.init("warnings", .array([.object([.init("short", text)])]))]).compact)
    }
  }

  private func log(_ step: Int, _ stream: Int64, _ line: String, _ state: State) {
    guard let begun = state.steps[step] else { return }
    let members: [JSONValue.Member] = [
      .init("vertex", .string(begun.digest.description)), .init("stream", .integer(stream)),
      .init("data", .string(Base64.encode(Array((line + "\n").utf8)))),
      .init("timestamp", .string(Timestamp.now().description)),
    ]
    output.print(JSONValue.object([.init("logs", .array([.object(members)]))]).compact)
  }

  private static func seconds(_ nanoseconds: Int64, digits: Int) -> String {
    let scale: Int64 = digits == 3 ? 1_000_000 : 100_000_000
    let number = String(nanoseconds / scale)
    let padded = String(repeating: "0", count: max(0, digits + 1 - number.count)) + number
    return "\(padded.dropLast(digits)).\(padded.suffix(digits))"
  }
}
