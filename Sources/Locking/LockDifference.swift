import OCI

/// Something that a lock file says otherwise than the project and its sources.
public struct LockDifference: Hashable, Sendable, CustomStringConvertible {
  public enum Kind: String, Hashable, Sendable { case image, build, remote }
  public enum Change: String, Hashable, Sendable {
    /// The project has it, the lock file does not.
    case missing
    /// The lock file has it, the project does not.
    case surplus
    case changed
  }

  public var kind: Kind
  public var name: String
  public var change: Change
  /// What of it: `digest`, `platform linux/arm64`, `context`.
  public var field: String
  public var locked: String?
  public var found: String?

  public var description: String {
    switch change {
    case .missing: "\(kind.rawValue) \(name): not locked"
    case .surplus: "\(kind.rawValue) \(name): locked, and the project does not have it"
    case .changed: "\(kind.rawValue) \(name): \(field): \(locked ?? "none") → \(found ?? "none")"
    }
  }
}

extension LockFile {
  /// In which points the project is not as locked; sorted.
  public func differences(from found: LockFile) -> [LockDifference] {
    compare(.image, images, found.images, Self.imageFields)
      + compare(.build, builds, found.builds, Self.buildFields)
      + compare(.remote, remotes, found.remotes) { [("revision", $0)] }
  }

  private static func imageFields(_ image: Image) -> [(String, String)] {
    [("digest", "\(image.digest)")]
      + image.platforms.sorted { $0.key < $1.key }.map { ("platform \($0.key)", "\($0.value)") }
  }

  private static func buildFields(_ build: Build) -> [(String, String)] {
    [
      ("context", "\(build.context)"), ("dockerfile", "\(build.dockerfile)"),
      ("images", build.images.sorted().joined(separator: ", ")),
    ]
  }

  private func compare<Value: Equatable>(
    _ kind: LockDifference.Kind, _ locked: [String: Value], _ found: [String: Value],
    _ fields: (Value) -> [(String, String)]
  ) -> [LockDifference] {
    Set(locked.keys).union(found.keys).sorted().flatMap { name -> [LockDifference] in
      guard let old = locked[name] else { return [.init(kind: kind, name: name, change: .missing, field: "")] }
      guard let new = found[name] else { return [.init(kind: kind, name: name, change: .surplus, field: "")] }
      guard old != new else { return [] }
      let (before, after) = (
        Dictionary(uniqueKeysWithValues: fields(old)), Dictionary(uniqueKeysWithValues: fields(new))
      )
      return Set(before.keys).union(after.keys).sorted().filter { before[$0] != after[$0] }.map {
        .init(kind: kind, name: name, change: .changed, field: $0, locked: before[$0], found: after[$0])
      }
    }
  }
}
