import Diagnostics

extension Invocation {
  /// Does one thing to each name and prints what it returns; what fails is told, and the rest goes on.
  static func forEach(_ names: [String], _ work: (String) throws -> String) -> Int32 {
    var status = ExitStatus.success
    for name in names {
      do { Output.standard.print(try work(name)) } catch { status = Program.report(error) }
    }
    return status
  }
}
