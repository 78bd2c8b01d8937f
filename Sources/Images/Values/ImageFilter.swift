import Diagnostics
import Glibc
import Linux
import OCI

/// What lists of images are narrowed by, with the keys of `docker image ls --filter` and `docker image prune --filter`.
public struct ImageFilter: Sendable {
  /// `true`: only images without a name; `false`: only those with one.
  public var dangling: Bool?
  /// `KEY` or `KEY=VALUE`; an image must have all of them.
  public var labels: [String] = []
  /// An image must have none of them.
  public var withoutLabels: [String] = []
  /// Shell patterns over the familiar name, with or without the tag; one must match.
  public var references: [String] = []
  /// Made before, or after, each of these images.
  public var before: [String] = []
  public var since: [String] = []
  /// Made before this moment.
  public var until: Timestamp?

  public enum Key: String, CaseIterable, Sendable {
    case dangling, label, withoutLabel = "label!", reference, before, since, until

    /// What `image prune` understands; the others name what is looked at, not what is kept.
    public static let pruning: Set<Key> = [.dangling, .label, .withoutLabel, .until]
  }

  public init() {}

  /// - Parameters:
  ///   - conditions: pairs as they were given, `("label", "a=b")`. Of one key as many as one likes.
  ///   - moment: reads what stands behind `until`.
  /// - Throws: `invalidInput` for a key that is not in `known`, or a value that makes no sense.
  public init(
    _ conditions: [(key: String, value: String)], known: Set<Key> = Set(Key.allCases),
    moment: (String) throws -> Timestamp
  ) throws {
    for (name, value) in conditions {
      guard let key = Key(rawValue: name), known.contains(key) else {
        throw Failure(
          .invalidInput, "invalid filter '\(name)'", subject: "--filter",
          hint: "there are \(known.map(\.rawValue).sorted().joined(separator: ", "))")
      }
      switch key {
      case .dangling:
        guard let flag = ["true": true, "1": true, "false": false, "0": false][value.lowercased()] else {
          throw Failure(.invalidInput, "invalid filter 'dangling=\(value)'", subject: "--filter", hint: "true or false")
        }
        dangling = flag
      case .label: labels.append(value)
      case .withoutLabel: withoutLabels.append(value)
      case .reference: references.append(value)
      case .before: before.append(value)
      case .since: since.append(value)
      case .until: until = min(until ?? Timestamp(nanoseconds: .max), try moment(value))
      }
    }
  }

  /// Everything but `before` and `since`, which need the store.
  public func accepts(_ image: ImageSummary) -> Bool {
    if let dangling, dangling != (image.name == nil) { return false }
    if !references.isEmpty, !references.contains(where: { Self.matches($0, image.name) }) { return false }
    guard labels.allSatisfy({ Self.has($0, image.labels) }) else { return false }
    guard !withoutLabels.contains(where: { Self.has($0, image.labels) }) else { return false }
    if let until, (image.moment ?? Timestamp(nanoseconds: .min)) >= until { return false }
    return true
  }

  /// As distribution's `FamiliarMatch`: the pattern is for the whole familiar name or for it without the tag, and `*`
  /// stops at slashes. A name in its long form is understood too.
  static func matches(_ pattern: String, _ name: Reference?) -> Bool {
    guard let name else { return false }
    let spellings = [name.familiar, name.familiarName, name.description, name.name]
    return spellings.contains { spelling in fnmatch(pattern, spelling, FNM_PATHNAME) == 0 }
  }

  static func has(_ label: String, _ labels: [String: String]) -> Bool {
    let parts = label.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
    return parts.count > 1 ? labels[parts[0]] == parts[1] : labels[label] != nil
  }
}

extension ImageSummary {
  /// When the image was made; `nil` where it does not say.
  public var moment: Timestamp? { created.flatMap { Timestamp($0) } }
}
