import Diagnostics
import Spec
import YAML

/// `build` of a service.
public struct BuildDefinition: Sendable {
  /// A folder.
  public var context: String
  /// Relative to the context unless absolute.
  public var dockerfile: String?
  public var inlineDockerfile: String?
  /// `nil`: as the environment says.
  public var arguments: [(name: String, value: String?)] = []
  public var target: String?
  public var tags: [String] = []
  public var labels: [String: String] = [:]
  public var noCache = false
  public var network: String?
  /// `name=address`
  public var extraHosts: [String] = []
  /// Name → folder, or `service:name`.
  public var additionalContexts: [String: String] = [:]
  /// Bytes.
  public var sharedMemory: Int64?
  public var platforms: [String] = []
  public var secrets: [BuildSecret] = []
  public var ulimits: [String: Ulimit] = [:]
  /// `RUN --security=insecure` is allowed.
  public var privileged = false
  /// As `--allow` has them.
  public var entitlements: [String] = []
  /// As `--cache-from` and `--cache-to` have them.
  public var cacheFrom: [String] = []
  public var cacheTo: [String] = []
  /// Stages whose steps are made again.
  public var uncachedStages: [String] = []
  /// As `--ssh` has them.
  public var agents: [String] = []
  /// Base images are fetched though they are here.
  public var pull = false
  /// Anything but `false` wants attestations.
  public var provenance: String?
  public var sbom: String?
}

/// A secret of the project that a build may see.
public struct BuildSecret: Sendable {
  /// The key in `secrets`.
  public var source: String
  /// How the build calls it.
  public var id: String
  public var uid: UInt32?
  public var gid: UInt32?
  /// Permission bits.
  public var mode: UInt32?
}

extension Service {
  /// `build` as a value; `nil`: it is not built.
  ///
  /// - Throws: `Failures` with every attribute that cannot be honoured yet.
  public func buildDefinition() throws -> BuildDefinition? {
    guard let node = workload.build else { return nil }
    let log = DecodingLog()
    var attributes = Attributes(node, path: "services.\(name).build", log: log)
    let build = BuildDefinition(&attributes)
    attributes.finish()
    guard log.failures.isEmpty else { throw Failures(log.failures) }
    return build
  }
}

extension BuildDefinition {
  fileprivate init(_ attributes: inout Attributes) {
    context = attributes.string("context") ?? "."
    dockerfile = attributes.string("dockerfile")
    inlineDockerfile = attributes.string("dockerfile_inline")
    for entry in attributes.take("args")?.mapping?.entries ?? [] { arguments.append((entry.key, entry.value.text)) }
    target = attributes.string("target")
    tags = attributes.list("tags")
    labels = attributes.strings("labels")
    noCache = attributes.bool("no_cache") ?? false
    network = attributes.string("network")
    extraHosts = attributes.list("extra_hosts")
    additionalContexts = attributes.strings("additional_contexts")
    sharedMemory = attributes.bytes("shm_size")
    platforms = attributes.list("platforms")
    for var secret in attributes.objects("secrets") {
      let source = secret.string("source") ?? ""
      func number(_ key: String) -> UInt32? {
        guard let text = secret.string(key) else { return nil }
        if UInt32(text) == nil { secret.refuse(key, "must be a number: a build knows no names of users") }
        return UInt32(text)
      }
      secrets.append(
        BuildSecret(
          source: source, id: secret.string("target") ?? source, uid: number("uid"), gid: number("gid"),
          mode: secret.mode("mode")))
    }
    ulimits = attributes.ulimits("ulimits")
    privileged = attributes.bool("privileged") ?? false
    entitlements = attributes.list("entitlements")
    cacheFrom = attributes.list("cache_from")
    cacheTo = attributes.list("cache_to")
    uncachedStages = attributes.list("no_cache_filter")
    agents = attributes.list("ssh")
    pull = attributes.bool("pull") ?? false
    provenance = attributes.string("provenance")
    sbom = attributes.string("sbom")
    if let isolation = attributes.string("isolation"), !isolation.isEmpty, isolation != "default" {
      attributes.unsupported("isolation", "only Windows has isolation technologies")
    }
  }
}
