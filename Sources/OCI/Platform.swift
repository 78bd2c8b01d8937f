import Diagnostics

/// What an image runs on (image-spec, image-index.md). The words are Go's: `linux`, `amd64`, `arm64`, `arm` with `v7`.
public struct Platform: Codable, Hashable, Sendable, CustomStringConvertible {
  public var os: String
  public var architecture: String
  public var variant: String?
  public var osVersion: String?
  public var osFeatures: [String]?

  public init(
    os: String, architecture: String, variant: String? = nil, osVersion: String? = nil, osFeatures: [String]? = nil
  ) {
    self.os = os
    self.architecture = architecture
    self.variant = variant
    self.osVersion = osVersion
    self.osFeatures = osFeatures
  }

  enum CodingKeys: String, CodingKey {
    case os, architecture, variant
    case osVersion = "os.version"
    case osFeatures = "os.features"
  }

  /// Reads `os`, `architecture`, `os/architecture` or `os/architecture/variant`; other names of an architecture
  /// (`x86_64`, `aarch64`, `armhf` …) are understood.
  public init(_ text: String) throws(Failure) {
    let parts = text.split(separator: "/", omittingEmptySubsequences: false).map { $0.lowercased() }
    guard (1...3).contains(parts.count), parts.allSatisfy(Self.isWord) else {
      throw Failure(
        .invalidInput, "a platform is written os/architecture or os/architecture/variant",
        subject: "platform \(text)", hint: "for example linux/amd64 or linux/arm64")
    }
    let host = Self.host
    if parts.count == 1 {
      if Self.systems.contains(parts[0]) {
        self.init(os: parts[0], architecture: host.architecture, variant: host.variant)
      } else if Self.architectures.contains(Self.spelling(parts[0]).0) {
        self.init(os: host.os, architecture: parts[0])
      } else {
        throw Failure(
          .invalidInput, "neither an operating system nor an architecture that is known", subject: "platform \(text)")
      }
    } else {
      self.init(os: parts[0], architecture: parts[1], variant: parts.count == 3 ? parts[2] : nil)
    }
    self = normalized
  }

  /// The machine that this program was built for.
  public static var host: Platform {
    #if arch(x86_64)
      Platform(os: "linux", architecture: "amd64")
    #elseif arch(arm64)
      Platform(os: "linux", architecture: "arm64")
    #elseif arch(arm)
      Platform(os: "linux", architecture: "arm", variant: "v7")
    #elseif arch(riscv64)
      Platform(os: "linux", architecture: "riscv64")
    #elseif arch(powerpc64le)
      Platform(os: "linux", architecture: "ppc64le")
    #elseif arch(s390x)
      Platform(os: "linux", architecture: "s390x")
    #else
      #error("name this architecture as Go does")
    #endif
  }

  /// One spelling for each platform: `linux/aarch64/v8` becomes `linux/arm64`.
  public var normalized: Platform {
    var copy = self
    copy.os = os.lowercased()
    if copy.os == "macos" { copy.os = "darwin" }
    let (architecture, implied) = Self.spelling(self.architecture.lowercased())
    copy.architecture = architecture
    var variant = self.variant?.lowercased() ?? implied
    if let digit = variant, digit.allSatisfy(\.isNumber) { variant = "v" + digit }
    switch (architecture, variant) {
    case ("arm64", "v8"), ("amd64", "v1"), (_, ""): variant = nil
    case ("arm", nil): variant = "v7"
    default: break
    }
    copy.variant = variant
    return copy
  }

  /// How well an image of `other` runs here: 0 is best, `nil` not at all. Variants that a processor understands too
  /// are accepted in descending order, 32-bit ARM on 64-bit ARM after everything native.
  public func preference(of other: Platform) -> Int? {
    let mine = normalized, theirs = other.normalized
    guard mine.os == theirs.os else { return nil }
    if mine.architecture == theirs.architecture {
      if mine.variant == theirs.variant { return 0 }
      guard let level = mine.level, let wanted = theirs.level, wanted <= level else { return nil }
      return level - wanted
    }
    guard mine.architecture == "arm64", theirs.architecture == "arm", let wanted = theirs.level, wanted <= 8 else {
      return nil
    }
    return 100 + 8 - wanted
  }

  private var level: Int? {
    switch (architecture, variant) {
    case ("amd64", nil): 1
    case ("arm64", nil): 80
    // v8 and v9 have minor versions: v8.2.
    case ("arm64", let variant?):
      variant.dropFirst().split(separator: ".").first.flatMap { Int($0) }.map {
        $0 * 10 + (variant.split(separator: ".").dropFirst().first.flatMap { Int($0) } ?? 0)
      }
    case (_, let variant?): Int(variant.dropFirst())
    default: nil
    }
  }

  public var description: String { [os, architecture, variant].compactMap(\.self).joined(separator: "/") }

  private static func spelling(_ architecture: String) -> (String, String?) {
    switch architecture {
    case "x86_64", "x86-64": ("amd64", nil)
    case "aarch64": ("arm64", nil)
    case "armhf": ("arm", "v7")
    case "armel": ("arm", "v6")
    case "i386", "i486", "i586", "i686": ("386", nil)
    default: (architecture, nil)
    }
  }

  private static func isWord(_ text: String) -> Bool {
    !text.isEmpty
      && text.utf8.allSatisfy {
        $0 < 128
          && (Character(UnicodeScalar($0)).isLetter
            || Character(UnicodeScalar($0)).isNumber || "_.-".utf8.contains($0))
      }
  }

  private static let systems: Set<String> = ["linux", "windows", "darwin", "macos", "freebsd"]
  private static let architectures: Set<String> = [
    "amd64", "arm64", "arm", "386", "riscv64", "ppc64le", "ppc64", "s390x", "mips64le", "mips64", "mipsle", "mips",
    "loong64", "wasm",
  ]
}
