import Diagnostics
import Spec
import YAML

extension Project {
  /// The typed project of a canonical tree.
  ///
  /// - Throws: `Failures` with every attribute that makes no sense or that Davit cannot honour.
  public init(_ loaded: LoadedProject) throws {
    let log = DecodingLog()
    var root = Attributes(loaded.tree, path: "", log: log)
    name = loaded.name
    workingDirectory = loaded.workingDirectory
    files = loaded.files
    environmentFiles = loaded.environmentFiles
    tree = loaded.tree
    environment = loaded.environment
    disabledServices = Array(loaded.disabledServices.keys)
    root.skip("name", "version", "services", "networks", "volumes", "secrets", "configs", "include")
    let models = root.named("models").map { ($0, LanguageModel($1, environment: loaded.environment)) }
    let known = Dictionary(models, uniquingKeysWith: { $1 })
    services = root.named("services").map { Service(name: $0, $1, models: known) }
    networks = root.named("networks").map { key, attributes in
      var attributes = attributes
      let external = attributes.bool("external") ?? false
      return Resource(key: key, definition: NetworkSpec(key, &attributes), external: external)
    }
    volumes = root.named("volumes").map { key, attributes in
      var attributes = attributes
      let external = attributes.bool("external") ?? false
      return Resource(key: key, definition: VolumeSpec(key, &attributes), external: external)
    }
    secrets = root.named("secrets").map { Self.source($0, $1, environment: loaded.environment) }
    configs = root.named("configs").map { Self.source($0, $1, environment: loaded.environment) }
    warnings = loaded.warnings + log.warnings
    guard log.failures.isEmpty else { throw Failures(log.failures) }
  }

  private static func source(
    _ key: String, _ attributes: Attributes, environment: [String: String]
  ) -> Resource<FileSource> {
    var attributes = attributes
    let external = attributes.bool("external") ?? false
    let mark = attributes.take("file")?.mark ?? attributes.take("name")?.mark ?? .none
    let origin: FileSource.Origin
    if external {
      origin = .external
    } else if let file = attributes.string("file") {
      origin = .file(file)
    } else if let variable = attributes.string("environment") {
      // The loader resolves a config's variable into its content.
      origin = .environment(variable, value: attributes.string("content") ?? environment[variable])
    } else {
      origin = .content(attributes.string("content") ?? "")
    }
    let name = attributes.string("name") ?? key
    attributes.skip("content", "environment", "labels")
    attributes.unsupported("driver", "secret drivers belong to a swarm")
    attributes.warn("template_driver", "templates are not expanded")
    attributes.skip("driver_opts")
    attributes.finish()
    return Resource(key: key, definition: FileSource(name: name, origin: origin, mark: mark), external: external)
  }
}

extension NetworkSpec {
  init(_ key: String, _ attributes: inout Attributes) {
    self.init(name: attributes.string("name") ?? key)
    driver = attributes.string("driver") ?? "bridge"
    driverOptions = attributes.strings("driver_opts")
    isInternal = attributes.bool("internal") ?? false
    enableIPv4 = attributes.bool("enable_ipv4") ?? true
    enableIPv6 = attributes.bool("enable_ipv6") ?? false
    attachable = attributes.bool("attachable") ?? false
    labels = attributes.strings("labels")
    if var ipam = attributes.object("ipam") {
      ipamDriver = ipam.string("driver")
      ipamOptions = ipam.strings("options")
      pools = ipam.objects("config").map { entry in
        var entry = entry
        var pool = AddressPool(
          subnet: entry.string("subnet"), ipRange: entry.string("ip_range"), gateway: entry.string("gateway"))
        pool.auxiliaryAddresses = entry.strings("aux_addresses")
        entry.finish()
        return pool
      }
      ipam.finish()
    }
    attributes.finish()
  }
}

extension VolumeSpec {
  init(_ key: String, _ attributes: inout Attributes) {
    self.init(name: attributes.string("name") ?? key)
    driver = attributes.string("driver") ?? "local"
    driverOptions = attributes.strings("driver_opts")
    labels = attributes.strings("labels")
    attributes.finish()
  }
}
