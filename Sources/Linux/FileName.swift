/// A file's name as the kernel knows it: bytes, of no particular encoding, without `/` and NUL. Trees that strangers made
/// hold names that no `String` can.
public struct FileName: Hashable, Sendable {
  /// With the NUL that system calls want at the end.
  let terminated: [CChar]

  /// The bytes must not hold NUL.
  public init(_ bytes: some Collection<UInt8>) {
    var terminated: [CChar] = []
    terminated.reserveCapacity(bytes.count + 1)
    for byte in bytes { terminated.append(CChar(bitPattern: byte)) }
    terminated.append(0)
    self.terminated = terminated
  }

  public init(_ text: String) { self.init(text.utf8) }

  init(cString: UnsafePointer<CChar>, count: Int) {
    terminated = Array(UnsafeBufferPointer(start: cString, count: count + 1))
  }

  public var count: Int { terminated.count - 1 }
  public var bytes: [UInt8] { terminated.dropLast().map { UInt8(bitPattern: $0) } }

  public func hasPrefix(_ prefix: StaticString) -> Bool {
    count >= prefix.utf8CodeUnitCount
      && (0..<prefix.utf8CodeUnitCount).allSatisfy { UInt8(bitPattern: terminated[$0]) == prefix.utf8Start[$0] }
  }

  /// Without the first `count` bytes.
  public func dropFirst(_ count: Int) -> FileName { FileName(bytes.dropFirst(count)) }
}

extension FileName: CustomStringConvertible {
  /// For people: what is no UTF-8 is replaced.
  public var description: String { String(decoding: bytes, as: UTF8.self) }
}

extension FileName: ExpressibleByStringLiteral {
  public init(stringLiteral text: String) { self.init(text) }
}
