import Dockerfile
import OCI

extension StageState {
  /// Instructions that change only the configuration. The history says what BuildKit's says.
  /// - Returns: whether the instruction is one of these.
  mutating func applySetting(_ action: Step.Action, _ global: [String: String], _ given: [String: String])
    throws(WordLexer.SyntaxError) -> Bool
  {
    switch action {
    case .argument(let definitions): try declare(definitions, global, given)
    case .command(let line):
      config.command = words(line)
      config.argumentsEscaped = true
      hasCommand = true
      note("CMD \(Self.quoted(config.command!))", makesLayer: false)
    case .entrypoint(let line):
      config.entrypoint = line.words.isEmpty && !line.isShell ? [] : words(line)
      if !hasCommand { config.command = nil }
      note("ENTRYPOINT \(Self.quoted(config.entrypoint!))", makesLayer: false)
    case .environment(let pairs): try setEnvironment(pairs)
    case .expose(let ports):
      var expanded: [String] = []
      for port in ports { expanded += try variables.expandWords(port) }
      var exposed: [String] = []
      for port in expanded { exposed += try Self.ports(port) }
      config.exposedPorts.formUnion(exposed)
      note("EXPOSE [\(exposed.joined(separator: " "))]", makesLayer: false)
    case .healthcheck(let settings):
      var check = Healthcheck(test: settings.test)
      check.interval = settings.interval == 0 ? nil : settings.interval
      check.timeout = settings.timeout == 0 ? nil : settings.timeout
      check.startPeriod = settings.startPeriod == 0 ? nil : settings.startPeriod
      check.startInterval = settings.startInterval == 0 ? nil : settings.startInterval
      check.retries = settings.retries == 0 ? nil : settings.retries
      config.healthcheck = check
      note(Self.text(settings), makesLayer: false)
    case .label(let pairs):
      var text = "LABEL"
      for pair in pairs {
        let (name, value) = (try variables.expand(pair.name), try variables.expand(pair.value))
        config.labels[name] = value
        text += " \(name)=\(value)"
      }
      note(text, makesLayer: false)
    case .maintainer(let name):
      author = try variables.expand(name)
      note("MAINTAINER \(author!)", makesLayer: false)
    case .onBuild(let expression): config.onBuild.append(expression)
    case .shell(let words):
      config.shell = words
      note("SHELL [\(words.joined(separator: " "))]", makesLayer: false)
    case .stopSignal(let signal):
      config.stopSignal = try variables.expand(signal)
      note("STOPSIGNAL \(config.stopSignal!)", makesLayer: false)
    case .user(let user):
      config.user = try variables.expand(user)
      note("USER \(config.user!)", makesLayer: false)
    case .volume(let paths):
      var expanded: [String] = []
      for path in paths { expanded.append(try variables.expand(path)) }
      config.volumes.formUnion(expanded)
      note("VOLUME [\(expanded.joined(separator: " "))]", makesLayer: false)
    case .add, .copy, .run, .workingDirectory: return false
    }
    return true
  }

  private mutating func declare(
    _ definitions: [ArgumentDefinition], _ global: [String: String], _ given: [String: String]
  ) throws(WordLexer.SyntaxError) {
    var texts: [String] = []
    for definition in definitions {
      let name = definition.name
      var value = given[name]
      if value == nil {
        value = if let text = definition.value { try variables.expand(text) } else { global[name] }
      }
      if let value { variables[name] = value }
      declared.removeAll { $0.name == name }
      declared.append((name, value ?? ""))
      texts.append(value.map { "\(name)=\($0)" } ?? name)
    }
    note("ARG " + texts.joined(separator: " "), makesLayer: false)
  }

  /// All values of one instruction are substituted before any is set (Dockerfile reference, "Environment replacement").
  private mutating func setEnvironment(_ pairs: [Pair]) throws(WordLexer.SyntaxError) {
    var text = "ENV"
    var expanded: [(String, String)] = []
    for pair in pairs { expanded.append((try variables.expand(pair.name), try variables.expand(pair.value))) }
    for (name, value) in expanded {
      variables[name] = value
      if let place = config.environment.firstIndex(where: { $0.hasPrefix("\(name)=") }) {
        config.environment[place] = "\(name)=\(value)"
      } else {
        config.environment.append("\(name)=\(value)")
      }
      text += " \(name)=\(value)"
    }
    note(text, makesLayer: false)
  }

  func words(_ line: CommandLine) -> [String] {
    line.isShell ? shell + [line.words.joined(separator: " ")] : line.words
  }

  /// `80`, `80/udp`, `8000-8010/tcp` → `port/protocol`, each.
  private static func ports(_ text: String) throws(WordLexer.SyntaxError) -> [String] {
    let parts = text.split(separator: "/", omittingEmptySubsequences: false)
    let transport = parts.count > 1 ? parts[1].lowercased() : "tcp"
    // A host's port has no place here; what stands behind the last colon counts.
    let range = parts[0].split(separator: ":").last?.split(separator: "-") ?? []
    guard (1...2).contains(range.count), let first = UInt16(range[0]), let last = UInt16(range[range.count - 1]),
      first <= last, ["tcp", "udp", "sctp"].contains(transport)
    else { throw .init(description: "invalid containerPort: \(text)") }
    return (first...last).map { "\($0)/\(transport)" }
  }

  /// A list as Go prints it with %q.
  private static func quoted(_ words: [String]) -> String {
    "[" + words.map { "\"\($0.replacing("\\", with: "\\\\").replacing("\"", with: "\\\""))\"" }.joined(separator: " ")
      + "]"
  }

  /// As Go prints the structure with %+v.
  private static func text(_ settings: HealthcheckSettings) -> String {
    func time(_ nanoseconds: Int64) -> String {
      if nanoseconds == 0 { return "0s" }
      var rest = nanoseconds / 1_000_000_000
      let fraction = nanoseconds % 1_000_000_000
      var text = ""
      if rest >= 3600 { text += "\(rest / 3600)h" }
      if rest >= 60 { text += "\(rest % 3600 / 60)m" }
      rest %= 60
      guard fraction != 0 else { return text + "\(rest)s" }
      if text.isEmpty, rest == 0 { return "\(Double(fraction) / 1e6)ms".replacing(".0ms", with: "ms") }
      return text + "\(Double(rest) + Double(fraction) / 1e9)s"
    }
    return "HEALTHCHECK {Test:[\(settings.test.joined(separator: " "))] Interval:\(time(settings.interval)) "
      + "Timeout:\(time(settings.timeout)) StartPeriod:\(time(settings.startPeriod)) "
      + "StartInterval:\(time(settings.startInterval)) Retries:\(settings.retries)}"
  }
}
