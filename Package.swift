// swift-tools-version: 6.1
import PackageDescription

// One row per module: name, what it may import (always further down), and whether it has tests.
// `DAVIT_TARGETS=Networking,Planning swift test` keeps only those modules and what they stand on,
// which makes the edit-test loop short; without it everything is built.
struct Module {
  var name: String
  var uses: [String] = []
  var kind: Kind = .library
  var tested = true
  /// Products of other packages; resolved only where the module is built.
  var products: [Product] = []

  enum Kind {
    case library
    case executable(linker: [String])
    case c(link: [String])
    // Linked from its archive (the module map says `link ":lib….a"`), so that the command loads nothing at start-up.
    case system(package: String)
  }

  struct Product {
    var name: String
    var package: String
  }
}

/// An event loop, HTTP and TLS for `davit serve`, from those who make Swift's own.
let server =
  ["NIOCore", "NIOPosix", "NIOHTTP1"].map { Module.Product(name: $0, package: "swift-nio") }
  + [
    Module.Product(name: "NIOHTTP2", package: "swift-nio-http2"),
    Module.Product(name: "NIOSSL", package: "swift-nio-ssl"),
  ]

let packages: [String: Package.Dependency] = [
  "swift-nio": .package(url: "https://github.com/apple/swift-nio", exact: "2.101.2"),
  "swift-nio-http2": .package(url: "https://github.com/apple/swift-nio-http2", exact: "1.46.0"),
  "swift-nio-ssl": .package(url: "https://github.com/apple/swift-nio-ssl", exact: "2.37.6"),
]

let modules: [Module] = [
  // The command: static Swift standard library at a fixed address, so there is next to nothing to relocate. The C library
  // stays shared (0.8 ms of start-up): names are resolved through it, and libcurl is loaded when a registry is spoken to.
  Module(
    name: "davit", uses: ["Commands"],
    kind: .executable(linker: [
      "-static-stdlib", "-use-ld=lld", "-Xlinker", "-no-pie",
      // Nothing looks its symbols up.
      "-Xlinker", "--no-export-dynamic", "-Xclang-linker", "-static-libgcc",
      // Foundation's own C parts: named by its static modules, which dynamic ones do not.
      "-l_FoundationCShims", "-l_FoundationCollections",
    ]), tested: false),
  Module(
    name: "davit-shim", uses: ["Shim"],
    kind: .executable(linker: ["-static-executable", "-Xlinker", "-no-pie"]), tested: false),

  // The subcommands, in a library because a test bundle cannot be linked with the command's own linker settings.
  Module(
    name: "Commands",
    uses: [
      "Arguments", "Presentation", "Reconciling", "Planning", "Compose", "Engine", "Remotes", "Git", "Registry",
      "Images", "HTTP", "Locking", "Syncing",
      "OCI", "Building", "Dockerfile", "Serving", "Spec", "Linux", "Diagnostics",
    ]),
  Module(
    name: "Serving",
    uses: [
      "EngineAPI", "Reconciling", "Building", "Dockerfile", "Engine", "Registry", "HTTP", "Git", "Images", "Isolation",
      "Networking", "OCI",
      "Presentation", "Spec", "Linux", "Diagnostics",
    ], products: server),
  Module(name: "EngineAPI", uses: ["Presentation", "Spec", "Diagnostics"]),
  Module(
    name: "Building",
    uses: [
      "Dockerfile", "HTTP", "Git", "Arguments", "Engine", "Images", "OCI", "Spec", "Linux", "Diagnostics",
    ]),
  Module(name: "Reconciling", uses: ["Planning", "Compose", "Engine", "Images", "Spec", "Diagnostics", "Linux"]),
  Module(name: "Planning", uses: ["Spec", "Diagnostics"]),
  Module(name: "Compose", uses: ["YAML", "Spec", "Diagnostics"]),
  Module(
    name: "Syncing", uses: ["Git", "Images", "OCI", "YAML", "Presentation", "Linux", "Diagnostics"]),
  Module(name: "Locking", uses: ["YAML", "OCI", "Diagnostics"]),
  Module(
    name: "Engine",
    uses: ["Images", "Networking", "Runtime", "Isolation", "Launch", "YAML", "Spec", "OCI", "Linux", "Diagnostics"]),
  Module(name: "Remotes", uses: ["Registry", "Images", "Git", "OCI", "Linux", "Diagnostics"]),
  Module(name: "Registry", uses: ["Images", "HTTP", "OCI", "Linux", "Diagnostics", "CCrypto"]),
  Module(
    name: "Images", uses: ["OCI", "Linux", "Diagnostics", "CZlib", "CIsal", "CZstd", "CLzma", "CBzip2", "CCrypto"]),
  Module(name: "Networking", uses: ["Spec", "Linux", "Diagnostics"]),
  Module(name: "Runtime", uses: ["Isolation", "Launch", "Spec", "Linux", "Diagnostics", "CSeccomp"]),

  // What the shim is made of. None of these may import Foundation.
  Module(name: "Shim", uses: ["Isolation", "NameService", "Launch", "Linux", "CLinux", "Diagnostics"]),
  Module(name: "Isolation", uses: ["Launch", "Linux", "Diagnostics"]),
  Module(name: "NameService", uses: ["Linux", "Diagnostics"]),
  Module(name: "Launch", uses: ["Diagnostics"]),

  Module(name: "Git", uses: ["Linux", "Diagnostics"]),
  Module(name: "HTTP", uses: ["CCurl", "Linux", "Diagnostics"]),
  Module(name: "Dockerfile", uses: ["Arguments", "Diagnostics"]),
  Module(name: "OCI", uses: ["Diagnostics"]),
  Module(name: "YAML", uses: ["CYAML", "Diagnostics"]),
  Module(name: "Arguments", uses: ["Diagnostics"]),
  Module(name: "Presentation", uses: ["Diagnostics"]),
  Module(name: "Spec", uses: ["Diagnostics"]),
  Module(name: "Linux", uses: ["CLinux", "Diagnostics"]),
  Module(name: "Diagnostics"),

  // Compiled against libcurl's headers and linked with nothing: the library is loaded when it is needed.
  Module(name: "CCurl", kind: .c(link: []), tested: false),
  // Likewise ISA-L, for the first gzip layer; zlib stands in where it is missing.
  Module(name: "CIsal", kind: .c(link: []), tested: false),
  Module(name: "CLinux", kind: .c(link: []), tested: false),
  Module(name: "CYAML", kind: .system(package: "libyaml-dev"), tested: false),
  Module(name: "CSeccomp", kind: .system(package: "libseccomp-dev"), tested: false),
  Module(name: "CZlib", kind: .system(package: "zlib1g-dev"), tested: false),
  Module(name: "CZstd", kind: .system(package: "libzstd-dev"), tested: false),
  Module(name: "CLzma", kind: .system(package: "liblzma-dev"), tested: false),
  Module(name: "CBzip2", kind: .system(package: "libbz2-dev"), tested: false),
  Module(name: "CCrypto", kind: .system(package: "libssl-dev"), tested: false),
]

let byName = Dictionary(uniqueKeysWithValues: modules.map { ($0.name, $0) })

func closure(of names: [String]) -> Set<String> {
  names.reduce(into: Set(names)) { found, name in found.formUnion(closure(of: byName[name]?.uses ?? [])) }
}

let asked = Context.environment["DAVIT_TARGETS"]?.split(separator: ",").map(String.init)
let kept = asked.map(closure) ?? Set(modules.map(\.name))

let swiftSettings: [SwiftSetting] = [.swiftLanguageMode(.v6)]

func target(_ module: Module) -> Target {
  let dependencies =
    module.uses.map { Target.Dependency(stringLiteral: $0) }
    + module.products.map { .product(name: $0.name, package: $0.package) }
  switch module.kind {
  case .library:
    return .target(name: module.name, dependencies: dependencies, swiftSettings: swiftSettings)
  case .executable(let linker):
    return .executableTarget(
      name: module.name, dependencies: dependencies, swiftSettings: swiftSettings,
      linkerSettings: [.unsafeFlags(linker)])
  case .c(let link):
    return .target(name: module.name, linkerSettings: link.map { .linkedLibrary($0) })
  case .system(let package):
    return .systemLibrary(name: module.name, providers: [.apt([package])])
  }
}

func tests(_ module: Module) -> Target {
  .testTarget(
    name: module.name + "Tests",
    dependencies: ["SeededRandom", .init(stringLiteral: module.name)] + module.uses.map { .init(stringLiteral: $0) },
    exclude: [], resources: [], swiftSettings: swiftSettings)
}

let present = modules.filter { kept.contains($0.name) }
let ends: [Target] =
  asked == nil || asked!.contains("EndToEnd")
  ? [.testTarget(name: "EndToEndTests", dependencies: ["Linux"], swiftSettings: swiftSettings)] : []

// What tests draw their random numbers from.
let random = [Target.target(name: "SeededRandom", path: "Tests/SeededRandom", swiftSettings: swiftSettings)]

// `make fuzz`: its main function is libFuzzer's.
let fuzzing: [Target] =
  asked?.contains("Fuzzing") ?? false
  ? [.executableTarget(name: "Fuzzing", dependencies: ["Compose"], path: "Tests/Fuzzing", swiftSettings: swiftSettings)]
  : []

let package = Package(
  name: "davit",
  dependencies: Set(present.flatMap(\.products).map(\.package)).sorted().map { packages[$0]! },
  targets: present.map(target) + present.filter { $0.tested && (asked?.contains($0.name) ?? true) }.map(tests) + ends
    + random + fuzzing
)
