import Diagnostics

/// Builds the tree of one document from its events.
///
/// An alias shares the storage of the node it names, so expanding costs no memory here; the expanded size is counted
/// all the same, because every later stage walks it.
struct TreeBuilder {
  /// Why a document was given up.
  enum Stop: Error {
    case syntax
    case limit(Failure)
  }

  let source: Source
  let limits: Limits
  var failures: [Failure] = []

  private var anchors: [String: (node: Node, size: Int)] = [:]
  private var openAnchors: Set<String> = []
  private var path = NodePath()
  private var depth = 0
  private var total = 0

  init(source: Source, limits: Limits) {
    self.source = source
    self.limits = limits
  }

  /// The root node; the document's start has been read.
  mutating func document(from stream: inout EventStream) throws(Stop) -> Node {
    let (root, _) = try node(try next(&stream), &stream)
    while true {
      if case .documentEnd = try next(&stream).kind { return root }
    }
  }

  private func next(_ stream: inout EventStream) throws(Stop) -> Event {
    guard let event = stream.next() else { throw .syntax }
    return event
  }

  private func mark(_ event: Event) -> Mark { Mark(source: source, line: event.line, column: event.column) }

  mutating func fail(_ message: String, at mark: Mark, hint: String? = nil) {
    failures.append(
      Failure(.invalidInput, message, subject: path.description, location: mark.location, hint: hint))
  }

  private func limitFailure(_ message: String, at mark: Mark) -> Stop {
    .limit(Failure(.invalidInput, message, subject: path.description, location: mark.location))
  }

  private mutating func count(_ nodes: Int, at mark: Mark) throws(Stop) {
    total += nodes
    guard total <= limits.nodes else {
      throw limitFailure("the document has more than \(limits.nodes) values once its aliases are expanded", at: mark)
    }
  }

  private mutating func enter(at mark: Mark) throws(Stop) {
    depth += 1
    guard depth <= limits.depth else {
      throw limitFailure("lists and mappings are nested more than \(limits.depth) deep", at: mark)
    }
  }

  // MARK: Nodes

  /// A node and how many nodes it stands for.
  private mutating func node(_ event: Event, _ stream: inout EventStream) throws(Stop) -> (Node, size: Int) {
    let mark = mark(event)
    if case .alias(let name) = event.kind { return try alias(name, at: mark) }
    if let anchor = event.anchor { openAnchors.insert(anchor) }
    try count(1, at: mark)
    var built: (Node, size: Int)
    switch event.kind {
    case .scalar(let text, let isPlain):
      built = (scalar(text, isPlain: isPlain, isBlock: event.isBlock, tag: event.tag, at: mark), 1)
    case .sequenceStart(let isFlow):
      try enter(at: mark)
      built = try sequence(isFlow: isFlow, at: mark, &stream)
      depth -= 1
    case .mappingStart(let isFlow):
      try enter(at: mark)
      built = try mapping(isFlow: isFlow, at: mark, &stream)
      depth -= 1
    default: throw .syntax
    }
    switch event.tag {
    case "!reset": built.0.directive = .reset
    case "!override": built.0.directive = .override
    default: break
    }
    if let anchor = event.anchor {
      openAnchors.remove(anchor)
      anchors[anchor] = (built.0, built.size)
    }
    return built
  }

  private mutating func alias(_ name: String, at mark: Mark) throws(Stop) -> (Node, size: Int) {
    guard let (target, size) = anchors[name] else {
      if openAnchors.contains(name) {
        fail("`*\(name)` refers to the value that contains it", at: mark)
      } else {
        fail(
          "`*\(name)` refers to an anchor that is not defined above", at: mark,
          hint: closest(to: name, among: anchors.keys).map { "did you mean `*\($0)`?" })
      }
      return (Node(.null, mark: mark), 1)
    }
    try count(size, at: mark)
    return (target, size)
  }

  private mutating func sequence(
    isFlow: Bool, at mark: Mark, _ stream: inout EventStream
  ) throws(Stop) -> (Node, size: Int) {
    var items: [Node] = []
    var size = 1
    while true {
      let event = try next(&stream)
      if case .sequenceEnd = event.kind { break }
      path.push(items.count)
      let (item, itemSize) = try node(event, &stream)
      path.pop()
      items.append(item)
      size += itemSize
    }
    return (Node(.sequence(items), style: isFlow ? .flow : .block, mark: mark), size)
  }

  private mutating func mapping(
    isFlow: Bool, at mark: Mark, _ stream: inout EventStream
  ) throws(Stop) -> (Node, size: Int) {
    var entries = Mapping()
    var merged: [Node] = []
    var mergeMark: Mark?
    var size = 1
    while true {
      let event = try next(&stream)
      if case .mappingEnd = event.kind { break }
      let keyMark = self.mark(event)
      if case .scalar("<<", isPlain: true) = event.kind {
        if let mergeMark { duplicate("<<", at: keyMark, first: mergeMark) }
        mergeMark = keyMark
        path.push("<<")
        let (value, valueSize) = try node(try next(&stream), &stream)
        merged += mergeSources(value, at: keyMark)
        path.pop()
        size += valueSize
        continue
      }
      guard let key = try key(event, &stream) else {
        _ = try node(try next(&stream), &stream)
        continue
      }
      path.push(key)
      let (value, valueSize) = try node(try next(&stream), &stream)
      if let first = entries.entry(key) {
        duplicate(key, at: keyMark, first: first.mark)
      } else {
        entries.append(Mapping.Entry(key, value, mark: keyMark))
      }
      path.pop()
      size += valueSize
    }
    for case .mapping(let base) in merged.lazy.map(\.value) { merge(base, into: &entries) }
    return (Node(.mapping(entries), style: isFlow ? .flow : .block, mark: mark), size)
  }

  private mutating func duplicate(_ key: String, at mark: Mark, first: Mark) {
    fail(
      "the key `\(key)` is defined twice; the first time in line \(first.line)", at: mark, hint: "remove one of them")
  }

  // MARK: Keys and merges

  /// The text of a key, or nil where it was no string (which has been reported).
  private mutating func key(_ event: Event, _ stream: inout EventStream) throws(Stop) -> String? {
    let mark = mark(event)
    let (node, _) = try node(event, &stream)
    switch node.value {
    case .string(let key): return key
    case .sequence, .mapping: fail("a key must be a string, not \(node.kindWithArticle)", at: mark)
    default:
      var shown = "null"
      if case .scalar(let text, _) = event.kind { shown = text }
      fail(
        "the key `\(shown)` is \(node.kindWithArticle); keys must be strings", at: mark,
        hint: "write it in quotes: \"\(shown)\""
      )
    }
    return nil
  }

  private mutating func mergeSources(_ value: Node, at mark: Mark) -> [Node] {
    switch value.value {
    case .mapping: return [value]
    case .sequence(let items) where items.allSatisfy({ $0.mapping != nil }): return items
    default:
      fail("`<<` takes a mapping or a list of mappings, not \(value.kindWithArticle)", at: mark)
      return []
    }
  }

  /// Adds what is not there yet (https://yaml.org/type/merge.html: the mapping's own keys win, then earlier sources).
  private func merge(_ base: Mapping, into entries: inout Mapping) {
    for entry in base.entries {
      guard let position = entries.position(of: entry.key) else {
        entries.append(entry)
        continue
      }
      // A tag that came along with the merge still holds for the key, whoever gives its value.
      if entry.value.directive != .none, entries.entries[position].value.directive == .none {
        entries[position: position].directive = .override
      }
    }
  }

  // MARK: Scalars

  private mutating func scalar(_ text: String, isPlain: Bool, isBlock: Bool, tag: String?, at mark: Mark) -> Node {
    let style: Node.Style = isPlain ? .plain : isBlock ? .block : .quoted
    guard let tag else {
      return Node(isPlain ? ScalarResolution.value(of: text) : .string(text), style: style, mark: mark)
    }
    let resolved = ScalarResolution.value(of: text)
    let value: Node.Value
    switch (tag, resolved) {
    case ("tag:yaml.org,2002:int", .int), ("tag:yaml.org,2002:bool", .bool), ("tag:yaml.org,2002:null", .null),
      ("tag:yaml.org,2002:float", .float):
      value = resolved
    case ("tag:yaml.org,2002:float", .int(let int)): value = .float(Double(int))
    case ("tag:yaml.org,2002:int", _), ("tag:yaml.org,2002:bool", _), ("tag:yaml.org,2002:null", _),
      ("tag:yaml.org,2002:float", _):
      fail("`\(text)` is not a value of the type that its tag `!!\(tag.dropFirst(18))` names", at: mark)
      value = .string(text)
    default: value = .string(text)
    }
    return Node(value, style: style, mark: mark)
  }
}
