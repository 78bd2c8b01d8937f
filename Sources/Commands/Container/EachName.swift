import Diagnostics
import Engine
import Linux

extension Invocation {
  /// Does one thing to each of the named containers, side by side, and prints the names of those where it went well, in
  /// their order.
  /// - Parameter isHarmless: of a failure that is told, and yet none of the command's.
  func eachContainer(
    _ names: [String], isHarmless: (Failure) -> Bool = { _ in false },
    _ work: @escaping @Sendable (Engine, String) throws -> Void
  ) throws -> Int32 {
    let engine = try engine()
    var status = ExitStatus.success
    for (name, result) in zip(names, WorkerPool.map(names, limit: 16) { try work(engine, $0) }) {
      do {
        try result.get()
        Output.standard.print(name)
      } catch {
        let code = Program.report(error)
        if !isHarmless(Failure(error)) { status = code }
      }
    }
    return status
  }
}
