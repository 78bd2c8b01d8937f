/// Heads of members of a tar archive, with a pax record for each value that the old form has no room for (POSIX.1-2001).
public enum PaxHeader {
  /// - Returns: `nil` for what no archive has a place for.
  public static func bytes(of stat: FileTransferStat) -> [UInt8]? {
    let type: UInt8? =
      switch stat.kind {
      case .regular: UInt8(ascii: "0")
      case .hardLink: UInt8(ascii: "1")
      case .symbolicLink: UInt8(ascii: "2")
      case .directory: UInt8(ascii: "5")
      case .fifo: UInt8(ascii: "6")
      case .device, .socket: nil
      }
    guard let type else { return nil }
    var records = record("path", stat.path)
    if !stat.link.isEmpty { records += record("linkpath", stat.link) }
    let size = stat.kind == .regular ? stat.size : 0
    if size >= 1 << 33 { records += record("size", "\(size)") }
    let nanoseconds = stat.modified % 1_000_000_000
    let digits = String(nanoseconds)
    let fraction = String(repeating: "0", count: max(0, 9 - digits.count)) + digits
    if nanoseconds > 0 { records += record("mtime", "\(stat.modified / 1_000_000_000).\(fraction)") }
    let seconds = max(0, stat.modified / 1_000_000_000)
    return block("pax", type: UInt8(ascii: "x"), mode: 0o644, size: Int64(records.count), seconds: seconds)
      + padded(records)
      + block("member", type: type, mode: stat.permissions, size: size >= 1 << 33 ? 0 : size, seconds: seconds)
  }

  /// What follows the data of a member, so that the next begins at a multiple of 512.
  public static func padding(_ size: Int64) -> [UInt8] { [UInt8](repeating: 0, count: Int((512 - size % 512) % 512)) }

  /// What ends an archive.
  public static let end = [UInt8](repeating: 0, count: 1024)

  private static func padded(_ bytes: [UInt8]) -> [UInt8] { bytes + padding(Int64(bytes.count)) }

  /// `LENGTH KEY=VALUE\n`, where the length counts its own digits.
  private static func record(_ key: String, _ value: String) -> [UInt8] {
    let rest = " \(key)=\(value)\n".utf8.count
    var length = rest + 1
    while "\(length)".count + rest != length { length = "\(length)".count + rest }
    return Array("\(length) \(key)=\(value)\n".utf8)
  }

  private static func block(_ name: String, type: UInt8, mode: UInt32, size: Int64, seconds: Int64) -> [UInt8] {
    var block = [UInt8](repeating: 0, count: 512)
    func put(_ text: String, _ offset: Int) {
      block.replaceSubrange(offset..<offset + text.utf8.count, with: text.utf8)
    }
    func octal(_ value: Int64, _ offset: Int, _ digits: Int) {
      let text = String(value, radix: 8)
      put(String(repeating: "0", count: digits - text.utf8.count) + text, offset)
    }
    put(name, 0)
    octal(Int64(mode), 100, 7)
    octal(0, 108, 7)
    octal(0, 116, 7)
    octal(size, 124, 11)
    octal(seconds, 136, 11)
    put("        ", 148)
    block[156] = type
    put("ustar", 257)
    put("00", 263)
    octal(block.reduce(0) { $0 + Int64($1) }, 148, 6)
    block[154] = 0
    return block
  }
}
