/// Keys and values in the order in which they were written. Keys are unique.
///
/// Small mappings are searched from the front; large ones (the services of a big project) keep an index.
public struct Mapping: Sendable {
  public struct Entry: Sendable {
    public let key: String
    /// Where the key was written.
    public var mark: Mark
    public var value: Node

    public init(_ key: String, _ value: Node, mark: Mark = .none) {
      self.key = key
      self.mark = mark
      self.value = value
    }
  }

  public private(set) var entries: [Entry]
  private var index: [String: Int]?

  private static let indexedFrom = 24

  public init() { entries = [] }

  /// The keys must be unique.
  public init(_ entries: [Entry]) {
    self.entries = entries
    reindex()
  }

  public init(_ pairs: KeyValuePairs<String, Node>) { self.init(pairs.map { Entry($0.key, $0.value) }) }

  public var isEmpty: Bool { entries.isEmpty }
  public var count: Int { entries.count }
  public var keys: some Sequence<String> { entries.lazy.map(\.key) }

  public mutating func reserveCapacity(_ count: Int) { entries.reserveCapacity(count) }

  public func position(of key: String) -> Int? {
    if let index { return index[key] }
    return entries.firstIndex { $0.key == key }
  }

  public func entry(_ key: String) -> Entry? { position(of: key).map { entries[$0] } }

  public subscript(key: String) -> Node? {
    get { position(of: key).map { entries[$0].value } }
    set {
      guard let newValue else {
        remove(key)
        return
      }
      if let position = position(of: key) {
        entries[position].value = newValue
      } else {
        append(Entry(key, newValue, mark: newValue.mark))
      }
    }
  }

  /// Adds an entry whose key is known to be new.
  public mutating func append(_ entry: Entry) {
    entries.append(entry)
    if index != nil {
      index![entry.key] = entries.count - 1
    } else if entries.count >= Self.indexedFrom {
      reindex()
    }
  }

  @discardableResult
  public mutating func remove(_ key: String) -> Node? {
    guard let position = position(of: key) else { return nil }
    let removed = entries.remove(at: position).value
    if index != nil { reindex() }
    return removed
  }

  /// Keeps the entries for which the answer is true.
  public mutating func filter(_ isKept: (Entry) throws -> Bool) rethrows {
    let before = entries.count
    entries = try entries.filter(isKept)
    if entries.count != before { reindex() }
  }

  /// The value at a position of `entries`, to be changed in place.
  public subscript(position position: Int) -> Node {
    get { entries[position].value }
    _modify { yield &entries[position].value }
  }

  /// The mark of the key at a position of `entries`.
  public mutating func setMark(_ mark: Mark, at position: Int) { entries[position].mark = mark }

  public mutating func sortByKey() {
    entries.sort { $0.key < $1.key }
    reindex()
  }

  private mutating func reindex() {
    guard entries.count >= Self.indexedFrom else {
      index = nil
      return
    }
    var fresh = [String: Int](minimumCapacity: entries.count)
    for (position, entry) in entries.enumerated() { fresh[entry.key] = position }
    index = fresh
  }
}

extension Mapping: Equatable {
  /// The order of keys does not count.
  public static func == (left: Mapping, right: Mapping) -> Bool {
    left.count == right.count && left.entries.allSatisfy { right[$0.key] == $0.value }
  }
}
