import Building
import Diagnostics
import Engine
import Images
import Linux
import OCI
import Synchronization

/// A build's progress in the lines that `docker build --progress=plain` prints.
final class BuildProgress: Sendable {
  private let output: Output
  private let started = Mutex<[Int: Int64]>([:])

  init(_ output: Output) { self.output = output }

  func tell(_ event: BuildEvent) {
    started.withLock { started in
      switch event {
      case .began(let step, let title):
        started[step] = Monotonic.now
        output.print("#\(step) \(title)")
      case .output(let step, let line):
        output.print("#\(step) \(Self.seconds(Monotonic.now - (started[step] ?? 0), digits: 3)) \(line)")
      case .cached(let step): output.print("#\(step) CACHED\n")
      case .done(let step, let took): output.print("#\(step) DONE \(Self.seconds(took, digits: 1))s\n")
      case .failed(let step, let reason): output.print("#\(step) ERROR: \(reason)\n")
      }
    }
  }

  private static func seconds(_ nanoseconds: Int64, digits: Int) -> String {
    let scale: Int64 = digits == 3 ? 1_000_000 : 100_000_000
    let number = String(nanoseconds / scale)
    let padded = String(repeating: "0", count: max(0, digits + 1 - number.count)) + number
    return "\(padded.dropLast(digits)).\(padded.suffix(digits))"
  }
}

extension Invocation {
  /// Builds an image and tells how it goes.
  /// - Parameter cancellation: where the caller listens for Ctrl-C itself.
  func build(_ request: BuildRequest, quiet: Bool, cancellation: Cancellation? = nil) throws -> Image {
    let engine = try engine()
    func work(_ cancellation: Cancellation) throws -> Image {
      let progress = BuildProgress(.error)
      let registries = registries(cancellation)
      var request = request
      request.alwaysFetches =
        arguments.command.flags.contains { $0.name == "pull" && $0.kind == .boolean } && arguments.boolean("pull")
      request.fetch = { name in
        let reference = try Reference(name).tagged
        if !quiet { Output.error.print("pulling \(reference.familiar)") }
        _ = try engine.images.pull(PullRequest(reference, from: registries.source(reference)))
      }
      let builder = try Builder(engine, request) { event in if !quiet { progress.tell(event) } }
      let image = try builder.build(cancellation: cancellation)
      if !quiet {
        let names = request.names.map { "\n naming to \($0) done" }.joined()
        Output.error.print("writing image \(image.id) done\(names)")
      }
      return image
    }
    return try cancellation.map(work) ?? interruptible(work)
  }
}
