/// The manual page (man(7) macros), made from the command tables.
public enum ManualPage {
  /// - Parameter sections: what the tables do not say: headings and paragraphs, put behind the commands.
  public static func text(for root: Command, version: String, sections: [(heading: String, paragraphs: [String])])
    -> String
  {
    var lines = [
      ".TH \(root.name.uppercased()) 1 \"\" \"\(root.name) \(version)\" \"User Commands\"",
      ".SH NAME", "\(root.name) \\- \(escape(root.summary.prefix(1).lowercased() + root.summary.dropFirst()))",
      ".SH SYNOPSIS", ".B \(root.name)", escape(root.usage),
    ]
    let tree = root.tree
    if !root.details.isEmpty { lines += [".SH DESCRIPTION"] + paragraphs(root.details).dropFirst() }
    lines += [".SH OPTIONS"] + options(tree[0].flags) + [".SH COMMANDS"]
    for place in tree.dropFirst() where place.command.action != nil {
      lines.append(".SS \(escape((place.words + [place.command.usage]).joined(separator: " ")))")
      lines.append(escape(place.command.summary + (place.command.summary.hasSuffix(".") ? "" : ".")))
      if !place.command.aliases.isEmpty {
        lines += paragraphs("Also: " + place.command.aliases.joined(separator: ", ") + ".")
      }
      if !place.command.details.isEmpty { lines += paragraphs(place.command.details) }
      lines += options(place.flags)
    }
    for (heading, texts) in sections {
      lines.append(".SH \(escape(heading.uppercased()))")
      lines += texts.flatMap { paragraphs($0) }.dropFirst()
    }
    return lines.joined(separator: "\n") + "\n"
  }

  private static func options(_ flags: [Flag]) -> [String] {
    flags.flatMap { flag -> [String] in
      let names = (flag.short.map { "\\fB\\-\($0)\\fR, " } ?? "") + "\\fB\(escape("--" + flag.name))\\fR"
      let value = flag.placeholder.isEmpty ? "" : " \\fI\(escape(flag.placeholder))\\fR"
      return [".TP", names + value] + escape(HelpText.describe(flag)).split(separator: "\n").map(String.init)
    }
  }

  private static func paragraphs(_ text: String) -> [String] {
    [".PP"]
      + escape(text).split(separator: "\n", omittingEmptySubsequences: false).map { $0.isEmpty ? ".PP" : String($0) }
  }

  /// Backslashes and dashes mean themselves, and no line begins with what troff reads as a request.
  private static func escape(_ text: String) -> String {
    let plain = text.replacing("\\", with: "\\e").replacing("-", with: "\\-")
    return plain.split(separator: "\n", omittingEmptySubsequences: false).map {
      $0.hasPrefix(".") || $0.hasPrefix("'") ? "\\&" + $0 : $0
    }.joined(separator: "\n")
  }
}
