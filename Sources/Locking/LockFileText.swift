extension LockFile {
  /// One fact a line, everything sorted, so that a difference reads well. The same value gives the same bytes.
  public var text: String {
    var lines = [
      "# Written by `davit lock`: exactly what this project stands on. Keep it next to the compose file, under version",
      "# control; `davit lock --update` renews it.", "version: \(Self.formatVersion)",
    ]
    func section(_ name: String, _ isEmpty: Bool) { lines.append(isEmpty ? "\(name): {}" : "\(name):") }
    section("images", images.isEmpty)
    for (name, image) in images.sorted(by: { $0.key < $1.key }) {
      lines.append("  \(Self.quoted(name)):")
      lines.append("    digest: \(image.digest)")
      if image.isLocal { lines.append("    local: true") }
      if !image.platforms.isEmpty { lines.append("    platforms:") }
      for (platform, digest) in image.platforms.sorted(by: { $0.key < $1.key }) {
        lines.append("      \(Self.quoted(platform)): \(digest)")
      }
    }
    section("builds", builds.isEmpty)
    for (service, build) in builds.sorted(by: { $0.key < $1.key }) {
      lines.append("  \(Self.quoted(service)):")
      lines.append("    context: \(build.context)")
      lines.append("    dockerfile: \(build.dockerfile)")
      lines.append(build.images.isEmpty ? "    images: []" : "    images:")
      for image in build.images.sorted() { lines.append("      - \(Self.quoted(image))") }
    }
    section("remotes", remotes.isEmpty)
    for (reference, revision) in remotes.sorted(by: { $0.key < $1.key }) {
      lines.append("  \(Self.quoted(reference)): \(Self.quoted(revision))")
    }
    return lines.joined(separator: "\n") + "\n"
  }

  /// A YAML scalar that is the text whatever it looks like.
  private static func quoted(_ text: String) -> String {
    "\"" + text.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"") + "\""
  }
}
