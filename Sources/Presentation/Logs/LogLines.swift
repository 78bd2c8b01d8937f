/// The output of several containers woven into one text: whole lines only, each behind the aligned and coloured name of
/// its container.
public struct LogLines: Sendable {
  public var style: Style
  /// `--no-log-prefix` turns it off.
  public var hasPrefix: Bool
  private var sources: [Source] = []
  private var width = 0

  private struct Source {
    var name: String
    var ink: Style.Ink
    /// What came without its line end so far, for standard output and standard error.
    var pending = [Pending(), Pending()]
  }

  private struct Pending {
    var bytes: [UInt8] = []
    /// Of the first part.
    var time: String?
  }

  /// A line longer than this is printed in parts, so that a program that never ends a line cannot fill the memory.
  static let longestLine = 1 << 20

  static let inks: [Style.Ink] = [
    .cyan, .yellow, .green, .magenta, .blue, .brightCyan, .brightYellow, .brightGreen, .brightMagenta, .brightBlue,
  ]

  public init(style: Style, hasPrefix: Bool = true) {
    self.style = style
    self.hasPrefix = hasPrefix
  }

  /// A name that may follow: the columns leave room for it from the first line on.
  public mutating func expect(_ name: String) { width = max(width, DisplayWidth.of(name)) }

  /// A container whose lines follow.
  /// - Returns: the number by which `take` knows it.
  public mutating func addSource(named name: String) -> Int {
    width = max(width, DisplayWidth.of(name))
    sources.append(Source(name: name, ink: Self.inks[sources.count % Self.inks.count]))
    return sources.count - 1
  }

  /// - Parameter isError: it came from standard error; lines of the two streams are never mixed.
  /// - Parameter time: shown in front of each line, where it is wanted.
  /// - Returns: the lines that are complete now.
  public mutating func take(_ bytes: [UInt8], from source: Int, isError: Bool = false, time: String? = nil) -> [UInt8] {
    let stream = isError ? 1 : 0
    var output: [UInt8] = []
    var rest = bytes[...]
    while !rest.isEmpty {
      if sources[source].pending[stream].bytes.isEmpty { sources[source].pending[stream].time = time }
      let end = rest.firstIndex(of: UInt8(ascii: "\n"))
      sources[source].pending[stream].bytes += rest[..<(end ?? rest.endIndex)]
      rest = rest[(end.map { $0 + 1 } ?? rest.endIndex)...]
      if end != nil || sources[source].pending[stream].bytes.count >= Self.longestLine {
        flush(source, stream, to: &output)
      }
    }
    return output
  }

  /// What a container has left without a line end.
  public mutating func finish(_ source: Int) -> [UInt8] {
    var output: [UInt8] = []
    for stream in 0...1 where !sources[source].pending[stream].bytes.isEmpty { flush(source, stream, to: &output) }
    return output
  }

  /// A line about a container rather than from it: `web-1 exited with code 0`.
  public func remark(_ text: String, about name: String) -> [UInt8] {
    let ink = sources.first { $0.name == name }?.ink ?? .dim
    return Array((style.paint("\(name) \(text)", ink) + "\n").utf8)
  }

  private mutating func flush(_ source: Int, _ stream: Int, to output: inout [UInt8]) {
    if hasPrefix {
      let name = sources[source].name
      let blanks = String(repeating: " ", count: width - DisplayWidth.of(name))
      output += style.paint("\(name)\(blanks)  | ", sources[source].ink).utf8
    }
    if let time = sources[source].pending[stream].time { output += "\(time) ".utf8 }
    output += sources[source].pending[stream].bytes
    output.append(UInt8(ascii: "\n"))
    sources[source].pending[stream].bytes.removeAll(keepingCapacity: true)
  }
}
