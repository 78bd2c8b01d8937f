import Images
import Linux

/// A package of a distribution, as its package manager noted it in the root file system.
struct InstalledPackage: Hashable {
  var name: String
  var version: String
  var architecture: String
  /// `Name <mail>`
  var maintainer: String?
  /// In the words of the distribution.
  var license: String?
  var homepage: String?
  /// `deb`, `apk`.
  var manager: String
}

/// Reads what dpkg and apk noted, without running either.
struct InstalledPackages {
  let root: Descriptor

  /// Sorted by name.
  func all() throws -> [InstalledPackage] {
    var packages = try debian("/var/lib/dpkg/status")
    // Images without a package manager have a file for each package.
    if let folder = try? root.openInRoot("/var/lib/dpkg/status.d", .anchor) {
      for name in try folder.entries().map(\.name).sorted() where !name.hasSuffix(".md5sums") {
        packages += try debian("/var/lib/dpkg/status.d/\(name)")
      }
    }
    packages += try alpine("/lib/apk/db/installed")
    return Array(Set(packages)).sorted {
      ($0.name, $0.version, $0.architecture) < ($1.name, $1.version, $1.architecture)
    }
  }

  /// Which distribution it is, and its version (os-release(5)).
  func distribution() -> (name: String, version: String)? {
    for path in ["/etc/os-release", "/usr/lib/os-release"] {
      guard let text = try? text(path) else { continue }
      var fields: [Substring: String] = [:]
      for line in text.split(separator: "\n") {
        let parts = line.split(separator: "=", maxSplits: 1)
        if parts.count == 2 { fields[parts[0]] = parts[1].filter { $0 != "\"" && $0 != "'" } }
      }
      if let name = fields["ID"] { return (name, fields["VERSION_ID"] ?? "") }
    }
    return nil
  }

  private func text(_ path: String) throws -> String? {
    guard let file = try? root.openInRoot(path) else { return nil }
    return String(decoding: try file.readAll(limit: 64 << 20), as: UTF8.self)
  }

  /// Paragraphs of `Field: value` (deb822(5)); lines that go on begin with a space.
  private func debian(_ path: String) throws -> [InstalledPackage] {
    try paragraphs(path, separator: ":").compactMap { fields in
      guard let name = fields["Package"], let version = fields["Version"] else { return nil }
      // Some are removed and have left their configuration.
      if let status = fields["Status"], !status.hasSuffix(" installed") { return nil }
      return InstalledPackage(
        name: name, version: version, architecture: fields["Architecture"] ?? "", maintainer: fields["Maintainer"],
        homepage: fields["Homepage"], manager: "deb")
    }
  }

  /// Paragraphs of `P:name` (apk's installed database).
  private func alpine(_ path: String) throws -> [InstalledPackage] {
    try paragraphs(path, separator: ":").compactMap { fields in
      guard let name = fields["P"], let version = fields["V"] else { return nil }
      return InstalledPackage(
        name: name, version: version, architecture: fields["A"] ?? "", maintainer: fields["m"], license: fields["L"],
        homepage: fields["U"], manager: "apk")
    }
  }

  private func paragraphs(_ path: String, separator: Character) throws -> [[String: String]] {
    guard let text = try text(path) else { return [] }
    var paragraphs: [[String: String]] = []
    var fields: [String: String] = [:]
    for line in text.split(separator: "\n", omittingEmptySubsequences: false) {
      if line.isEmpty {
        if !fields.isEmpty { paragraphs.append(fields) }
        fields = [:]
      } else if let mark = line.firstIndex(of: separator), line.first != " ", line.first != "\t" {
        let value = line[line.index(after: mark)...]
        fields[String(line[..<mark])] = String(value.drop { $0 == " " })
      }
    }
    if !fields.isEmpty { paragraphs.append(fields) }
    return paragraphs
  }
}
