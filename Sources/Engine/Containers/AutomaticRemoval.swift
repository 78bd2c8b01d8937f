import Diagnostics
import Glibc
import Linux

extension Host {
  /// The program that removes a container once it came to its end, with arguments and environment.
  func remover(of id: String) -> (arguments: [String], environment: [String]) {
    var buffer = [UInt8](repeating: 0, count: Int(PATH_MAX))
    let length = readlink("/proc/self/exe", &buffer, buffer.count)
    guard length > 0 else { return ([], []) }
    let program = String(decoding: buffer[..<length], as: UTF8.self)
    return (
      [program, "container", "rm", "--automatic", id],
      ["DAVIT_ROOT=\(root)", "DAVIT_RUN=\(run)", "DAVIT_CGROUP_PARENT=\(cgroupParent)", "DAVIT_SHIM=\(shim)"]
    )
  }
}

extension Engine {
  /// Removes a container that was made to be removed at its end, with its anonymous volumes. One that runs again, or that
  /// somebody else removes, is left alone.
  public func removeAutomatically(_ id: String) throws {
    guard let record = try? record(id), record.spec.autoRemove else { return }
    do { try remove(record.id, volumes: true) } catch let failure as Failure
      where failure.code == .conflict || failure.code == .notFound
    {}
  }
}
