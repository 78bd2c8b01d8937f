import Linux

/// Who answers to which name on one network.
struct NameTable: Hashable, Sendable {
  private var addresses: [DomainName: [IPAddress]] = [:]
  private var names: [IPAddress: DomainName] = [:]

  /// Adds the lines of a name file: `address name`. Others are passed over.
  mutating func add(_ text: String) {
    for line in text.split(separator: "\n") {
      let words = line.split(separator: " ")
      guard words.count == 2, let address = IPAddress(words[0]) else { continue }
      let name = DomainName(words[1])
      if addresses[name]?.contains(address) != true { addresses[name, default: []].append(address) }
      if names[address] == nil { names[address] = name }
    }
  }

  /// `nil`: nobody has the name.
  func addresses(of name: DomainName) -> [IPAddress]? { addresses[name] }

  /// The container's own name.
  func name(of address: IPAddress) -> DomainName? { names[address] }
}

/// A folder of name files, read again when it changed.
struct NamesDirectory {
  private let path: String
  private var table = NameTable()
  private var seen: Timestamp?

  /// A folder of more than this is cut.
  private static let fileLimit = 4096
  private static let sizeLimit = 1 << 16

  init(_ path: String) { self.path = path }

  /// The names as they are now: one system call when nothing changed. A folder that is missing has none.
  mutating func current() -> NameTable {
    let changed = try? FileStatus.of(path).modified
    if let changed, changed == seen { return table }
    table = NameTable()
    if changed != nil {
      // Sorted, so that every server answers in the same order before it rotates.
      for name in ((try? listDirectory(path)) ?? []).prefix(Self.fileLimit) where !name.hasPrefix(".") {
        guard let bytes = try? readFile("\(path)/\(name)", limit: Self.sizeLimit) else { continue }
        table.add(String(decoding: bytes, as: UTF8.self))
      }
    }
    seen = changed.flatMap { Self.isSettled($0) ? $0 : nil }
    return table
  }

  /// Two changes within one tick of the file system's clock look alike, so a very young stamp proves nothing.
  private static func isSettled(_ changed: Timestamp) -> Bool {
    let age = Timestamp.now().nanoseconds - changed.nanoseconds
    return age > 50_000_000 || age < 0
  }
}
