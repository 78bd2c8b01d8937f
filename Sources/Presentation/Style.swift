/// Colours of a terminal, or none.
public struct Style: Hashable, Sendable {
  public enum Ink: String, Sendable {
    case red = "31"
    case green = "32"
    case yellow = "33"
    case blue = "34"
    case magenta = "35"
    case cyan = "36"
    case brightRed = "91"
    case brightGreen = "92"
    case brightYellow = "93"
    case brightBlue = "94"
    case brightMagenta = "95"
    case brightCyan = "96"
    case dim = "2"
    case bold = "1"
  }

  public var isColoured: Bool

  public init(isColoured: Bool) { self.isColoured = isColoured }

  public static let plain = Style(isColoured: false)

  public func paint(_ text: String, _ ink: Ink) -> String {
    isColoured ? "\u{1B}[\(ink.rawValue)m\(text)\u{1B}[0m" : text
  }

  /// Whether to colour: `--ansi` wins, then NO_COLOR (no-color.org), then whether a terminal reads it.
  /// - Parameter ansi: `never`, `always` or `auto`.
  public static func choose(ansi: String, noColour: String?, isTerminal: Bool) -> Style {
    switch ansi {
    case "never": Style(isColoured: false)
    case "always": Style(isColoured: true)
    default: Style(isColoured: isTerminal && (noColour ?? "").isEmpty)
    }
  }
}
