import Diagnostics
import Engine
import Linux

extension Invocation {
  /// Does one thing to each of the named containers, side by side, and prints the names of those where it went well, in
  /// their order.
  func eachContainer(_ names: [String], _ work: @escaping @Sendable (Engine, String) throws -> Void) throws -> Int32 {
    let engine = try engine()
    var status = ExitStatus.success
    for (name, result) in zip(names, WorkerPool.map(names, limit: 16) { try work(engine, $0) }) {
      do {
        try result.get()
        Output.standard.print(name)
      } catch { status = Program.report(error) }
    }
    return status
  }
}
