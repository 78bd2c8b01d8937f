import CLinux
import Glibc

/// Becoming another program.
public enum Executing {
  /// execve(2). Returns only with an error number.
  public static func replaceProcess(
    _ path: String, _ arguments: borrowing CStringArray, _ environment: borrowing CStringArray
  ) -> Int32 {
    let (first, second) = (arguments.pointer.address, environment.pointer.address)
    return Int32(-path.withCString { systemCall(SYS_execve, $0.address, first, second) })
  }
}

/// The NULL-terminated array of C strings that execve(2) takes.
public struct CStringArray: ~Copyable {
  let pointer: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>
  private let count: Int

  public init(_ strings: [String]) {
    count = strings.count
    pointer = .allocate(capacity: count + 1)
    for (index, string) in strings.enumerated() { pointer[index] = strdup(string) }
    pointer[count] = nil
  }

  deinit {
    for index in 0..<count { free(pointer[index]) }
    pointer.deallocate()
  }
}
