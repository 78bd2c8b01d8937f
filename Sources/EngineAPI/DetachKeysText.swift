/// `ctrl-p,ctrl-q`, as `--detach-keys` names them.
public enum DetachKeysText {
  /// - Returns: the bytes that a terminal sends.
  public static func parse(_ text: String?) throws(APIError) -> [UInt8] {
    guard let text else { return [16, 17] }
    var keys: [UInt8] = []
    for word in text.split(separator: ",", omittingEmptySubsequences: false) {
      let bytes = Array(word.utf8)
      if bytes.count == 1, bytes[0] < 128 {
        keys.append(bytes[0])
        continue
      }
      // `a` to `z`, and the five signs that follow the capitals in ASCII.
      guard word.hasPrefix("ctrl-"), bytes.count == 6, let code = control(bytes[5]) else {
        throw .badRequest("Invalid detach keys (\(text)) provided")
      }
      keys.append(code)
    }
    return keys
  }

  private static func control(_ byte: UInt8) -> UInt8? {
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"): byte - 96
    case UInt8(ascii: "@"), UInt8(ascii: "[")...UInt8(ascii: "_"): byte - 64
    default: nil
    }
  }
}
