import Diagnostics
import Launch
import Spec

extension LogLaunch {
  /// The drivers that keep a container's output, with Docker's options and defaults.
  init(_ spec: LoggingSpec, path: String) throws(Failure) {
    self.init()
    self.path = path
    switch spec.driver {
    case "none":
      driver = .none
      return
    case "json-file", "": break
    // Docker's own format for this driver is private; what it promises is that old output is rotated away.
    case "local":
      maximumSize = 20 << 20
      maximumFiles = 5
    default:
      throw Failure(
        .unsupported, "there is no logging driver \"\(spec.driver)\"", subject: "logging",
        hint: "use json-file, local or none")
    }
    for (option, value) in spec.options.sorted(by: { $0.key < $1.key }) {
      switch option {
      case "max-size": maximumSize = value == "-1" ? nil : try Self.bytes(value)
      case "max-file":
        guard let count = UInt32(value), count > 0 else {
          throw Failure(.invalidInput, "max-file: \"\(value)\" is no positive number", subject: "logging")
        }
        maximumFiles = count
      // How output is handed over and packed makes no difference to what can be read.
      case "mode", "max-buffer-size", "compress": break
      case "labels", "labels-regex", "env", "env-regex", "tag": break
      default:
        throw Failure(
          .invalidInput, "the logging driver \(spec.driver) has no option \"\(option)\"", subject: "logging")
      }
    }
    if maximumSize == nil, maximumFiles > 1 {
      throw Failure(
        .invalidInput, "max-file without max-size: nothing would ever be rotated", subject: "logging",
        hint: "add max-size")
    }
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
