import Diagnostics
import Glibc
import Launch
import Linux
import Spec

/// The logging drivers `syslog` and `journald`, with Docker's options
/// (https://docs.docker.com/engine/logging/drivers/syslog/, …/journald/).
extension LogForwardLaunch {
  static let drivers = ["syslog", "journald"]
  static let journal = "/run/systemd/journal/socket"

  init(_ spec: LoggingSpec, of subject: LogSubject) throws(Failure) {
    self.init()
    let tag = try subject.expand(spec.options["tag"] ?? "{{.ID}}")
    self.tag = tag.isEmpty ? String(subject.id.prefix(12)) : tag
    hostname = (try? readText("/proc/sys/kernel/hostname")) ?? "localhost"
    if spec.driver == "journald" {
      format = .journal
      address = RemoteSocket.address(ofPath: Self.journal)
      fields = journalFields(spec, subject)
    } else {
      try readSyslog(spec.options)
    }
    for option in spec.options.keys.sorted() {
      guard !Self.known(spec.driver).contains(option) else { continue }
      if ["labels-regex", "env-regex"].contains(option) {
        throw Failure(
          .unsupported, "\(option): patterns are not supported yet", subject: "logging", hint: "list the names instead")
      }
      if option.hasPrefix("syslog-tls-") {
        throw Failure(.unsupported, "\(option): syslog over TLS is not supported", subject: "logging")
      }
      throw Failure(
        .invalidInput, "the logging driver \(spec.driver) has no option \"\(option)\"", subject: "logging")
    }
  }

  private static func known(_ driver: String) -> Set<String> {
    let all: Set = [
      "tag", "labels", "env", "mode", "max-buffer-size", "cache-disabled", "cache-max-size", "cache-max-file",
      "cache-compress",
    ]
    return driver == "syslog" ? all.union(["syslog-address", "syslog-facility", "syslog-format"]) : all
  }

  private func journalFields(_ spec: LoggingSpec, _ subject: LogSubject) -> [NamedValue] {
    var fields = [
      NamedValue("CONTAINER_ID", String(subject.id.prefix(12))), NamedValue("CONTAINER_ID_FULL", subject.id),
      NamedValue("CONTAINER_NAME", subject.name), NamedValue("CONTAINER_TAG", tag),
      NamedValue("IMAGE_NAME", subject.image), NamedValue("SYSLOG_IDENTIFIER", tag),
    ]
    let extra =
      subject.picked(spec.options["labels"] ?? "", from: subject.labels)
      + subject.picked(spec.options["env"] ?? "", from: subject.environment)
    for value in extra {
      // The journal takes capital letters, digits and underlines, and no underline first.
      let name = String(value.name.uppercased().map { $0.isASCII && ($0.isLetter || $0.isNumber) ? $0 : "_" })
      fields.append(NamedValue(String(name.drop { $0 == "_" }), value.value))
    }
    return fields
  }

  private mutating func readSyslog(_ options: [String: String]) throws(Failure) {
    switch options["syslog-format"] ?? "" {
    case "": format = .unix
    case "rfc3164": format = .rfc3164
    case "rfc5424": format = .rfc5424
    case "rfc5424micro": format = .rfc5424micro
    case let other:
      throw Failure(
        .invalidInput, "syslog-format: there is no \"\(other)\"", subject: "logging",
        hint: "use rfc3164, rfc5424 or rfc5424micro")
    }
    facility = try Self.facility(options["syslog-facility"] ?? "daemon")
    let text = options["syslog-address"] ?? ""
    guard !text.isEmpty else {
      let places = ["/dev/log", "/var/run/syslog", "/var/run/log"]
      address = RemoteSocket.address(ofPath: places.first(where: FileStatus.exists) ?? places[0])
      return
    }
    guard let separator = text.firstRange(of: "://") else { throw Self.badAddress(text) }
    let rest = String(text[separator.upperBound...])
    switch text[..<separator.lowerBound] {
    case "unix", "unixgram":
      isStream = text.hasPrefix("unix:")
      address = RemoteSocket.address(ofPath: rest)
    case "udp": address = try Self.resolve(rest, stream: false)
    case "tcp":
      isStream = true
      address = try Self.resolve(rest, stream: true)
    case "tcp+tls":
      throw Failure(.unsupported, "syslog-address: syslog over TLS is not supported", subject: "logging")
    default: throw Self.badAddress(text)
    }
  }

  private static func badAddress(_ text: String) -> Failure {
    Failure(
      .invalidInput, "syslog-address: \"\(text)\" is no address", subject: "logging",
      hint: "write udp://host:port, tcp://host:port, unix:///path or unixgram:///path")
  }

  private static func facility(_ name: String) throws(Failure) -> UInt32 {
    let names = [
      "kern", "user", "mail", "daemon", "auth", "syslog", "lpr", "news", "uucp", "cron", "authpriv", "ftp",
    ]
    if let place = names.firstIndex(of: name) { return UInt32(place) }
    if name.hasPrefix("local"), let number = UInt32(name.dropFirst(5)), number < 8 { return 16 + number }
    if let number = UInt32(name), number < 24 { return number }
    throw Failure(.invalidInput, "syslog-facility: there is no \"\(name)\"", subject: "logging")
  }

  /// `host[:port]`, `[::1]:514`
  private static func resolve(_ text: String, stream: Bool) throws(Failure) -> [UInt8] {
    var host = text
    var port = "514"
    if text.hasPrefix("["), let end = text.firstIndex(of: "]") {
      host = String(text[text.index(after: text.startIndex)..<end])
      let rest = text[text.index(after: end)...]
      if rest.hasPrefix(":") { port = String(rest.dropFirst()) }
    } else if let colon = text.lastIndex(of: ":") {
      host = String(text[..<colon])
      port = String(text[text.index(after: colon)...])
    }
    var hints = addrinfo()
    hints.ai_socktype = Int32(stream ? SOCK_STREAM.rawValue : SOCK_DGRAM.rawValue)
    var list: UnsafeMutablePointer<addrinfo>?
    let status = getaddrinfo(host, port, &hints, &list)
    defer { if let list { freeaddrinfo(list) } }
    guard status == 0, let found = list?.pointee, let address = found.ai_addr else {
      throw Failure(
        .notFound, "syslog-address: \"\(text)\" cannot be resolved: \(String(cString: gai_strerror(status)))",
        subject: "logging")
    }
    return Array(UnsafeRawBufferPointer(start: address, count: Int(found.ai_addrlen)))
  }

  /// Throws where nobody is there to hear: better now than that a log is lost.
  func requireReceiver() throws(Failure) {
    do { _ = try RemoteSocket.connect(address, stream: isStream, patience: 5_000_000_000) } catch {
      throw Failure(
        .conflict,
        format == .journal ? "there is no journal on this machine" : "nobody takes the log: \(error.reason)",
        subject: "logging",
        hint: format == .journal
          ? "systemd-journald listens on \(Self.journal); use another logging driver"
          : "start the syslog server, or name it in syslog-address", causes: [error.reason])
    }
  }
}
