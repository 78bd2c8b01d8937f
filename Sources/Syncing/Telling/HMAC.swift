import Images
import OCI

/// HMAC-SHA256 (RFC 2104).
enum HMAC {
  static func sha256(_ message: [UInt8], key: [UInt8]) -> [UInt8] {
    var key = key.count > 64 ? bytes(of: .sha256(of: key)) : key
    key += [UInt8](repeating: 0, count: 64 - key.count)
    let inner = bytes(of: .sha256(of: key.map { $0 ^ 0x36 } + message))
    return bytes(of: .sha256(of: key.map { $0 ^ 0x5c } + inner))
  }

  private static func bytes(of digest: Digest) -> [UInt8] { hex(digest.hex)! }

  /// `nil`: no hexadecimal digits.
  static func hex(_ text: some StringProtocol) -> [UInt8]? {
    let digits = Array(text.utf8)
    guard digits.count.isMultiple(of: 2) else { return nil }
    var bytes: [UInt8] = []
    for index in stride(from: 0, to: digits.count, by: 2) {
      guard let high = Character(UnicodeScalar(digits[index])).hexDigitValue,
        let low = Character(UnicodeScalar(digits[index + 1])).hexDigitValue
      else { return nil }
      bytes.append(UInt8(high << 4 | low))
    }
    return bytes
  }

  /// Takes as long whatever differs, so that nobody learns a secret by measuring.
  static func equal(_ a: [UInt8], _ b: [UInt8]) -> Bool {
    guard a.count == b.count else { return false }
    return zip(a, b).reduce(UInt8(0)) { $0 | ($1.0 ^ $1.1) } == 0
  }
}
