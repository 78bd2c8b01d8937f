import Diagnostics
import Glibc
import Linux

extension Runtime {
  /// The shim's program, to be executed by descriptor.
  ///
  /// It is a copy of the mount that cannot be written to: a process in a container that gets hold of /proc/<pid>/exe of
  /// a shim that came in by `exec` cannot overwrite the program of the host (CVE-2019-5736).
  func shimProgram() throws(Failure) -> Descriptor {
    let found: Result<Descriptor, SystemError> = shimFile.withLock { known in
      if let known { return .success(known) }
      do throws(SystemError) {
        let file = try Descriptor.open(settings.shim, .pathOnly)
        let program = try Runtime.readOnlyCopy(file, settings.shim)
        known = program
        return .success(program)
      } catch { return .failure(error) }
    }
    do { return try found.get() } catch {
      throw Failure(error, subject: "davit-shim", hint: "is Davit installed completely?")
    }
  }

  private static func readOnlyCopy(_ file: Descriptor, _ path: String) throws(SystemError) -> Descriptor {
    if Kernel.has(.mountAPI), Kernel.has(.mountSetAttributes) {
      do throws(SystemError) {
        let copy = try file.cloneTree()
        try copy.setMountAttributes(set: .readOnly)
        return copy
      } catch {
        if error.errno != ENOSYS, error.errno != EPERM { throw error }
      }
    }
    return try Descriptor.memoryFile("davit-shim", readFile(path), isSealed: true)
  }
}
