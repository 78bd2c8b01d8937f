/// The beginning of what a check printed: as much as is kept, and a mark where there was more.
struct LimitedOutput: Hashable, Sendable {
  static let limit = 4096

  private var bytes: [UInt8] = []
  private var isCut = false

  mutating func append(_ more: some Collection<UInt8>) {
    let kept = more.prefix(LimitedOutput.limit - bytes.count)
    bytes += kept
    if kept.count < more.count { isCut = true }
  }

  /// What is not UTF-8 becomes U+FFFD.
  var text: String { String(decoding: bytes, as: UTF8.self) + (isCut ? "..." : "") }
}
