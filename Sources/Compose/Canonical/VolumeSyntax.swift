import YAML

/// The short form of a service volume: `[source:]target[:options]`.
struct VolumeSyntax: Equatable {
  var source = ""
  var target = ""
  var isReadOnly = false
  var noCopy = false
  var propagation: String?
  var selinux: String?
  /// Options that nobody knows.
  var unknownOptions: [String] = []
  /// One or two characters: a target, and nothing about it is looked at.
  private var isAbbreviated: Bool { source.isEmpty && target.utf8.count <= 2 }

  /// A source that begins like a path is a bind mount, anything else names a volume.
  var isBind: Bool {
    guard let first = source.first else { return false }
    if first == "." || first == "/" || first == "~" || source.hasPrefix("\\\\") { return true }
    return first.isLetter && source.dropFirst().first == ":"
  }

  static func parse(_ text: String) throws(SyntaxProblem) -> VolumeSyntax {
    guard !text.isEmpty else { throw SyntaxProblem("an empty volume") }
    var volume = VolumeSyntax()
    let parts = split(text)
    guard parts.allSatisfy({ !$0.isEmpty }) || text.utf8.count <= 2 else {
      throw SyntaxProblem(
        "the volume `\(text)` has an empty part between its colons", hint: "write `source:target` or `source:target:ro`"
      )
    }
    if text.utf8.count <= 2 || parts.count == 1 {
      volume.target = text
      return volume
    }
    guard parts.count <= 3 else {
      throw SyntaxProblem("the volume `\(text)` has too many colons", hint: "use the long form: type, source, target")
    }
    volume.source = parts[0]
    volume.target = parts[1]
    if parts.count == 3 { parts[2].split(separator: ",").forEach { volume.apply(option: $0) } }
    return volume
  }

  private mutating func apply(option: Substring) {
    switch option {
    case "ro": isReadOnly = true
    case "rw": isReadOnly = false
    case "nocopy": noCopy = true
    case "rprivate", "private", "rshared", "shared", "rslave", "slave": propagation = String(option)
    case "z", "Z": selinux = String(option)
    // They mean something on other systems only.
    case "cached", "delegated", "consistent": break
    default: unknownOptions.append(String(option))
    }
  }

  /// Parts between colons; a drive letter's colon and colons inside `${…}` do not count.
  private static func split(_ text: String) -> [String] {
    var parts: [String] = []
    var part = ""
    var open = 0
    var previous: Character?
    for character in text {
      if character == "{", previous == "$" { open += 1 }
      if character == "}", open > 0 { open -= 1 }
      previous = character
      guard character == ":", open == 0 else {
        part.append(character)
        continue
      }
      if part.count == 1, part.first!.isLetter {
        part.append(character)
        continue
      }
      parts.append(part)
      part = ""
    }
    return parts + [part]
  }

  /// The long form.
  func node(mark: Mark) -> Node {
    var long = Mapping()
    func add(_ key: String, _ value: Node.Value) { long.append(.init(key, Node(value, mark: mark), mark: mark)) }
    add("type", .string(isBind ? "bind" : "volume"))
    if !source.isEmpty { add("source", .string(source)) }
    if !target.isEmpty { add("target", .string(Paths.clean(target))) }
    if isReadOnly { add("read_only", .bool(true)) }
    if isBind || propagation != nil || selinux != nil {
      var bind = Mapping()
      if let selinux { bind["selinux"] = Node(selinux, mark: mark) }
      if let propagation { bind["propagation"] = Node(propagation, mark: mark) }
      // What the short form has always done: a missing source is made.
      if isBind { bind["create_host_path"] = Node(.bool(true), mark: mark) }
      add("bind", .mapping(bind))
    }
    if !isBind && !isAbbreviated || noCopy {
      add("volume", .mapping(noCopy ? Mapping(["nocopy": Node(.bool(true), mark: mark)]) : Mapping()))
    }
    return Node(.mapping(long), mark: mark)
  }
}
