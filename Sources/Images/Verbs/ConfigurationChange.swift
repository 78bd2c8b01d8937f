import Diagnostics
import OCI

/// One `--change`: an instruction of a Dockerfile that changes how an image is run.
struct ConfigurationChange {
  private let text: String
  private let keyword: String
  private let rest: String

  /// Throws `invalidInput` for an instruction that changes no configuration.
  init(_ text: String) throws {
    self.text = text
    let trimmed = text.trimmed
    let word = trimmed.prefix { !$0.isWhitespace }
    keyword = word.uppercased()
    rest = String(trimmed.dropFirst(word.count)).trimmed
    guard Self.keywords.contains(keyword) else {
      throw Failure(
        .invalidInput, "\(keyword) is no instruction that --change understands", subject: "--change '\(text)'",
        hint: "it takes \(Self.keywords.sorted().joined(separator: ", "))")
    }
    guard !rest.isEmpty else { throw wrong("\(keyword) needs an argument") }
  }

  private static let keywords: Set<String> = [
    "CMD", "ENTRYPOINT", "ENV", "EXPOSE", "HEALTHCHECK", "LABEL", "ONBUILD", "STOPSIGNAL", "USER", "VOLUME", "WORKDIR",
  ]

  func apply(to execution: inout ExecutionParameters) throws {
    switch keyword {
    case "CMD": execution.command = try command(rest, execution.shell)
    case "ENTRYPOINT": execution.entrypoint = try command(rest, execution.shell)
    case "ENV":
      for (key, value) in try pairs() {
        execution.environment.removeAll { $0.hasPrefix(key + "=") }
        execution.environment.append("\(key)=\(value)")
      }
    case "LABEL": for (key, value) in try pairs() { execution.labels[key] = value }
    case "EXPOSE": for word in try words() { execution.exposedPorts.formUnion(try ports(word)) }
    case "VOLUME": execution.volumes.formUnion(try list(rest) ?? words())
    case "USER": execution.user = rest
    case "STOPSIGNAL": execution.stopSignal = rest
    case "WORKDIR": execution.workingDirectory = workingDirectory(execution.workingDirectory)
    case "ONBUILD": execution.onBuild.append(rest)
    case "HEALTHCHECK": execution.healthcheck = try healthcheck(execution.shell)
    default: break
    }
  }

  private func wrong(_ message: String) -> Failure {
    Failure(.invalidInput, message, subject: "--change '\(text)'")
  }

  /// A JSON list, or text for the shell.
  private func command(_ text: String, _ shell: [String]?) throws -> [String] {
    try list(text) ?? (shell ?? ["/bin/sh", "-c"]) + [text]
  }

  /// `nil`: not written as a list.
  private func list(_ text: String) throws -> [String]? {
    guard text.hasPrefix("[") else { return nil }
    return try? JSON.decode([String].self, from: Array(text.utf8), what: self.text)
  }

  private func words() throws -> [String] {
    guard let words = ShellWords.split(rest) else { throw wrong("a quote is not closed") }
    return words
  }

  /// `key=value key="a value"`, or the old form `key the rest`.
  private func pairs() throws -> [(String, String)] {
    let words = try words()
    guard words[0].contains("=") else {
      let key = words[0]
      let value = String(rest.drop { !$0.isWhitespace }).trimmed
      guard !value.isEmpty else { throw wrong("\(key) has no value") }
      return [(key, value)]
    }
    return try words.map { word in
      guard let equals = word.firstIndex(of: "="), equals != word.startIndex else {
        throw wrong("\(word) is not written key=value")
      }
      return (String(word[..<equals]), String(word[word.index(after: equals)...]))
    }
  }

  /// `80`, `80/udp`, `8000-8010`: each port with its protocol.
  private func ports(_ word: String) throws -> [String] {
    let parts = word.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false)
    let protocolName = parts.count == 2 ? parts[1].lowercased() : "tcp"
    let ends = parts[0].split(separator: "-", maxSplits: 1, omittingEmptySubsequences: false).map { UInt16($0) }
    guard ["tcp", "udp", "sctp"].contains(protocolName), let first = ends[0], let last = ends[ends.count - 1],
      first > 0, first <= last
    else { throw wrong("\(word) is no port") }
    return (first...last).map { "\($0)/\(protocolName)" }
  }

  private func workingDirectory(_ current: String?) -> String {
    rest.hasPrefix("/") ? rest : (current.map { $0.hasSuffix("/") ? $0 : $0 + "/" } ?? "/") + rest
  }

  private func healthcheck(_ shell: [String]?) throws -> Healthcheck {
    var check = Healthcheck()
    var text = rest
    while text.hasPrefix("--") {
      let option = text.prefix { !$0.isWhitespace }
      text = String(text.dropFirst(option.count)).trimmed
      let parts = option.dropFirst(2).split(separator: "=", maxSplits: 1).map(String.init)
      guard parts.count == 2 else { throw wrong("\(option) needs a value") }
      switch parts[0] {
      case "retries":
        guard let retries = Int(parts[1]), retries >= 0 else { throw wrong("\(parts[1]) is no number") }
        check.retries = retries
      case "interval": check.interval = try duration(parts[1])
      case "timeout": check.timeout = try duration(parts[1])
      case "start-period": check.startPeriod = try duration(parts[1])
      case "start-interval": check.startInterval = try duration(parts[1])
      default: throw wrong("unknown option \(option)")
      }
    }
    let kind = text.prefix { !$0.isWhitespace }
    let argument = String(text.dropFirst(kind.count)).trimmed
    switch kind.uppercased() {
    case "NONE": check.test = ["NONE"]
    case "CMD" where !argument.isEmpty:
      check.test = try list(argument).map { ["CMD"] + $0 } ?? ["CMD-SHELL", argument]
    default: throw wrong("HEALTHCHECK needs CMD and a command, or NONE")
    }
    return check
  }

  /// Go's durations: `1m30s`, `500ms`. Nanoseconds.
  private func duration(_ text: String) throws -> Int64 {
    let units: [(String, Double)] = [
      ("ns", 1), ("us", 1e3), ("µs", 1e3), ("ms", 1e6), ("h", 3.6e12), ("m", 6e10), ("s", 1e9),
    ]
    var total = 0.0
    var rest = text[...]
    while !rest.isEmpty {
      let digits = rest.prefix { $0.isNumber || $0 == "." }
      rest = rest.dropFirst(digits.count)
      guard let number = Double(digits), let (unit, factor) = units.first(where: { rest.hasPrefix($0.0) }) else {
        throw wrong("\(text) is no duration such as 1m30s")
      }
      rest = rest.dropFirst(unit.count)
      total += number * factor
    }
    guard !text.isEmpty, total < 9e18 else { throw wrong("\(text) is no duration such as 1m30s") }
    return Int64(total)
  }
}

/// Words as a Dockerfile splits them: blanks separate, quotes keep together, a backslash takes the next as it is.
enum ShellWords {
  /// `nil`: a quote is not closed.
  static func split(_ text: String) -> [String]? {
    var words: [String] = []
    var word: String?
    var quote: Character?
    var characters = text.makeIterator()
    while let character = characters.next() {
      switch (character, quote) {
      case ("\\", nil), ("\\", "\""): word = (word ?? "") + (characters.next().map(String.init) ?? "\\")
      case ("'", nil), ("\"", nil):
        quote = character
        word = word ?? ""
      case (let closing, let open?) where closing == open: quote = nil
      case (let blank, nil) where blank.isWhitespace:
        if let done = word { words.append(done) }
        word = nil
      default: word = (word ?? "") + String(character)
      }
    }
    if let word { words.append(word) }
    return quote == nil ? words : nil
  }
}

extension String {
  fileprivate var trimmed: String {
    String(drop { $0.isWhitespace }.reversed().drop { $0.isWhitespace }.reversed())
  }
}
