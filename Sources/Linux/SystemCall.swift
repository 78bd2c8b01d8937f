import CLinux
import Glibc

/// Raw system calls for the rest of the module: the result, or a negative errno.
@inline(__always)
func systemCall(
  _ number: Int32, _ a: Int = 0, _ b: Int = 0, _ c: Int = 0, _ d: Int = 0, _ e: Int = 0, _ f: Int = 0
) -> Int {
  clinux_syscall(Int(number), a, b, c, d, e, f)
}

extension UnsafePointer {
  @inline(__always) var address: Int { Int(bitPattern: self) }
}

extension UnsafeMutablePointer {
  @inline(__always) var address: Int { Int(bitPattern: self) }
}

extension UnsafeRawPointer {
  @inline(__always) var address: Int { Int(bitPattern: self) }
}

extension UnsafeMutableRawPointer {
  @inline(__always) var address: Int { Int(bitPattern: self) }
}

/// Repeats a call that a signal interrupted, and turns a negative errno into an error. The words of the error are only
/// made when they are needed.
@inline(__always)
@discardableResult
func check(_ step: @autoclosure () -> String, _ path: @autoclosure () -> String = "", _ call: () -> Int)
  throws(SystemError) -> Int
{
  while true {
    let result = call()
    if result >= 0 { return result }
    if result == -Int(EINTR) { continue }
    throw SystemError(step(), path(), errno: Int32(-result))
  }
}
