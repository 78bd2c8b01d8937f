/// Rules for places of a compose file: `services.*.dns`, where `*` stands for any key or list item.
///
/// A walk over the tree descends the table along with it, so looking for the rule of a node costs nothing, and a branch
/// without rules is left at once.
struct PathTable<Rule: Sendable>: Sendable, ExpressibleByDictionaryLiteral {
  private(set) var rule: Rule?
  private var children: [String: PathTable] = [:]
  private var wildcard: [PathTable] = []

  init() {}

  init(dictionaryLiteral elements: (String, Rule)...) {
    for (path, rule) in elements { insert(rule, at: path.split(separator: ".")[...]) }
  }

  private mutating func insert(_ rule: Rule, at path: ArraySlice<Substring>) {
    guard let step = path.first else {
      self.rule = rule
      return
    }
    if step == "*" {
      if wildcard.isEmpty { wildcard.append(PathTable()) }
      wildcard[0].insert(rule, at: path.dropFirst())
    } else {
      children[String(step), default: PathTable()].insert(rule, at: path.dropFirst())
    }
  }

  /// The rules below a key of a mapping.
  func below(_ key: String) -> PathTable? { children[key] ?? wildcard.first }

  /// The rules below the items of a list.
  var belowItems: PathTable? { wildcard.first }

  /// The table at a fixed place, for walks that do not begin at the root.
  func at(_ keys: String...) -> PathTable? {
    keys.reduce(Optional(self)) { table, key in table?.below(key) }
  }
}
