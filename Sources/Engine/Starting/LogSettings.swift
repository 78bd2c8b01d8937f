import Diagnostics
import Launch
import Spec

extension LogLaunch {
  /// The drivers that keep a container's output, with Docker's options and defaults.
  /// - Parameter subject: whose log it is, for what is repeated on every line.
  init(_ spec: LoggingSpec, path: String, of subject: LogSubject = LogSubject()) throws(Failure) {
    self.init()
    self.path = path
    switch spec.driver {
    case "none":
      driver = .none
      return
    case _ where LogForwardLaunch.drivers.contains(spec.driver):
      forward = try LogForwardLaunch(spec, of: subject)
      try readCache(spec.options)
      return
    case "json-file", "": break
    // Docker's own format for this driver is private; what it promises is that old output is rotated away.
    case "local":
      maximumSize = 20 << 20
      maximumFiles = 5
    default:
      throw Failure(
        .unsupported, "there is no logging driver \"\(spec.driver)\"", subject: "logging",
        hint: "use json-file, local, journald, syslog or none")
    }
    for (option, value) in spec.options.sorted(by: { $0.key < $1.key }) {
      switch option {
      case "max-size": maximumSize = value == "-1" ? nil : try Self.bytes(value)
      case "max-file":
        guard let count = UInt32(value), count > 0 else {
          throw Failure(.invalidInput, "max-file: \"\(value)\" is no positive number", subject: "logging")
        }
        maximumFiles = count
      // The shim never makes a container wait for its log, so both modes are the same.
      case "mode", "max-buffer-size": break
      case "compress":
        guard ["false", "0"].contains(value) || spec.driver == "local" else {
          throw Failure(.unsupported, "compress: rotated logs cannot be compressed yet", subject: "logging")
        }
      case "labels": attributes += subject.picked(value, from: subject.labels)
      case "env": attributes += subject.picked(value, from: subject.environment)
      case "tag": attributes.append(NamedValue("tag", try subject.expand(value)))
      case "labels-regex", "env-regex":
        throw Failure(
          .unsupported, "\(option): patterns are not supported yet", subject: "logging", hint: "list the names instead")
      default:
        throw Failure(
          .invalidInput, "the logging driver \(spec.driver) has no option \"\(option)\"", subject: "logging")
      }
    }
  }

  /// What is kept here of a log that goes elsewhere, so that `logs` can read it (Docker's "dual logging").
  private mutating func readCache(_ options: [String: String]) throws(Failure) {
    if options["cache-disabled"] == "true" {
      driver = .none
      return
    }
    maximumSize = try options["cache-max-size"].map { text throws(Failure) in try Self.bytes(text) } ?? 20 << 20
    guard let files = UInt32(options["cache-max-file"] ?? "5"), files > 0 else {
      throw Failure(.invalidInput, "cache-max-file: is no positive number", subject: "logging")
    }
    maximumFiles = files
  }

  /// `10m`, `512k`, `1g`, `100`.
  private static func bytes(_ text: String) throws(Failure) -> Int64 {
    var digits = text.lowercased()
    if digits.hasSuffix("b") { digits.removeLast() }
    var scale: Int64 = 1
    if let unit = digits.last, let power = ["k": 10, "m": 20, "g": 30, "t": 40][unit] {
      scale = 1 << Int64(power)
      digits.removeLast()
    }
    guard let number = Int64(digits), number > 0, number <= Int64.max / scale else {
      throw Failure(.invalidInput, "max-size: \"\(text)\" is no size", subject: "logging", hint: "write it like 10m")
    }
    return number * scale
  }
}

/// What a log may repeat of its container on every line.
struct LogSubject {
  var id = ""
  var name = ""
  var image = ""
  var imageID = ""
  var labels: [String: String] = [:]
  var environment: [String: String] = [:]

  /// Those of the names in a comma-separated list that there are.
  func picked(_ list: String, from values: [String: String]) -> [NamedValue] {
    list.split(separator: ",").compactMap { name in values[String(name)].map { NamedValue(String(name), $0) } }
  }

  /// Fills in a tag's markers: https://docs.docker.com/engine/logging/log_tags/
  func expand(_ tag: String) throws(Failure) -> String {
    let digest = imageID.split(separator: ":").last.map(String.init) ?? ""
    let markers = [
      ".ID": String(id.prefix(12)), ".FullID": id, ".Name": name, ".ImageName": image,
      ".ImageID": String(digest.prefix(12)), ".ImageFullID": imageID, ".DaemonName": "davit",
    ]
    var text = ""
    var rest = tag[...]
    while let open = rest.firstRange(of: "{{") {
      text += rest[..<open.lowerBound]
      guard let close = rest[open.upperBound...].firstRange(of: "}}"),
        let value = markers[String(rest[open.upperBound..<close.lowerBound].filter { $0 != " " })]
      else {
        throw Failure(
          .invalidInput, "tag: \"\(tag)\" has a marker that is not known", subject: "logging",
          hint: "there are " + markers.keys.sorted().map { "{{\($0)}}" }.joined(separator: ", "))
      }
      text += value
      rest = rest[close.upperBound...]
    }
    return text + rest
  }
}

extension LogSubject {
  init(_ record: ContainerRecord, _ effective: EffectiveSpec) {
    id = record.id
    name = record.name
    image = record.spec.image
    imageID = record.spec.imageID
    labels = effective.labels
    environment = Dictionary(
      effective.environment.compactMap { entry in
        entry.firstIndex(of: "=").map { (String(entry[..<$0]), String(entry[entry.index(after: $0)...])) }
      }
    ) { $1 }
  }
}
