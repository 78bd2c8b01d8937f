import Diagnostics
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
  /// Keys of the project's secrets, with the ids that the build knows them by.
  public var secrets: [(source: String, id: String)] = []
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
      secrets.append((source, secret.string("target") ?? source))
      secret.skip("uid", "gid", "mode")
    }
    for key in ["ulimits", "privileged", "entitlements", "cache_to", "no_cache_filter", "ssh"] {
      if let node = attributes.take(key), !node.isEmptyValue, node.bool != false {
        attributes.unsupported(key, "builds do not know it yet")
      }
    }
    // Hints, and statements about the build that nothing depends on.
    for key in ["cache_from", "provenance", "sbom"] { attributes.warn(key, "not used yet, ignored") }
    if attributes.bool("pull") == true { attributes.unsupported("pull", "fetch base images with `davit pull`") }
    attributes.warn("isolation", "only Windows has isolation technologies, ignored")
  }
}
