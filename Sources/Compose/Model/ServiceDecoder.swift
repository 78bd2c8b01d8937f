import Spec
import YAML

extension Service {
  init(name: String, _ attributes: Attributes, models: [String: LanguageModel] = [:]) {
    var attributes = attributes
    self.name = name
    fixedName = attributes.string("container_name")
    attach = attributes.bool("attach") ?? true
    profiles = attributes.list("profiles")
    mark = attributes.take("image")?.mark ?? .none
    var container = ContainerSpec(name: fixedName ?? "", image: attributes.string("image") ?? "")
    container.readProcess(&attributes)
    container.readFiles(&attributes)
    container.readNetworking(&attributes)
    container.readPrivileges(&attributes)
    container.readGPUs(&attributes)
    container.readResources(&attributes)
    container.readLife(&attributes)
    container.readHooks(&attributes)
    container.labels = attributes.strings("labels")
    container.annotations = attributes.strings("annotations")
    var deploy = attributes.object("deploy")
    let scale = attributes.integer("scale")
    replicas = Int(scale ?? deploy?.integer("replicas") ?? 1)
    if deploy != nil {
      update = deploy!.rollout("update_config")
      rollback = deploy!.rollout("rollback_config")
      container.readDeploy(&deploy!)
    }
    onUnhealthy = attributes.onUnhealthy()
    workload = Workload(container: container)
    workload.readDependencies(&attributes)
    workload.secrets = Workload.references(attributes.objects("secrets"))
    workload.configs = Workload.references(attributes.objects("configs"))
    workload.build = attributes.take("build")
    var develop = attributes.object("develop")
    if develop != nil { watch = WatchTrigger.read(&develop!) }
    if var entry = attributes.object("provider") {
      var spec = ProviderSpec(type: entry.string("type") ?? "")
      for option in entry.take("options")?.mapping?.entries ?? [] {
        spec.options[option.key] = option.value.sequence?.compactMap(\.text) ?? option.value.text.map { [$0] } ?? []
      }
      entry.finish()
      provider = spec
    }
    workload.usesAPISocket = attributes.bool("use_api_socket") ?? false
    readModels(&attributes, models)
    Self.warnOfWindows(&attributes)
    attributes.finish()
  }

  private static func warnOfWindows(_ attributes: inout Attributes) {
    attributes.warn("credential_spec", "only Windows has credential specifications, ignored")
    attributes.warn("isolation", "only Windows has isolation technologies, ignored")
    // The loader has merged the files that these name.
    attributes.skip("env_file", "label_file", "extends")
  }
}

extension Workload {
  mutating func readDependencies(_ attributes: inout Attributes) {
    dependencies = attributes.named("depends_on").map { service, entry in
      var entry = entry
      return WorkloadDependency(
        service: service, condition: entry.string("condition") ?? "service_started",
        restart: entry.bool("restart") ?? false, required: entry.bool("required") ?? true)
    }
  }

  static func references(_ entries: [Attributes]) -> [FileReference] {
    entries.map { entry in
      var entry = entry
      return FileReference(
        source: entry.string("source") ?? "", target: entry.string("target"), uid: entry.string("uid"),
        gid: entry.string("gid"), mode: entry.mode("mode"), mark: entry.take("source")?.mark ?? .none)
    }
  }
}

extension ContainerSpec {
  mutating func readProcess(_ attributes: inout Attributes) {
    entrypoint = attributes.optionalList("entrypoint")
    command = attributes.optionalList("command")
    environment = attributes.variables("environment")
    workingDirectory = attributes.string("working_dir")
    user = attributes.string("user")
    groups = attributes.list("group_add")
    tty = attributes.bool("tty") ?? false
    stdinOpen = attributes.bool("stdin_open") ?? false
    initProcess = attributes.bool("init") ?? false
    platform = attributes.string("platform")
    pullPolicy = attributes.string("pull_policy")
  }

  mutating func readLife(_ attributes: inout Attributes) {
    stopSignal = attributes.string("stop_signal")
    stopGracePeriod = attributes.duration("stop_grace_period")
    if let text = attributes.string("restart") {
      let parts = text.split(separator: ":", maxSplits: 1)
      let condition = parts.first.flatMap { RestartPolicy.Condition(rawValue: String($0)) }
      let retries = parts.count > 1 ? Int(parts[1]) : 0
      if let condition, let retries, parts.count == 1 || condition == .onFailure {
        restart = RestartPolicy(condition, maximumRetries: retries)
      } else {
        attributes.refuse(
          "restart", "there is no restart policy \"\(text)\"",
          hint: "write no, always, unless-stopped, on-failure or on-failure:3")
      }
    }
    if var check = attributes.object("healthcheck") {
      healthcheck = HealthcheckSpec(&check)
    }
    if var entry = attributes.object("logging") {
      logging = LoggingSpec(driver: entry.string("driver") ?? "json-file", options: entry.strings("options"))
      entry.finish()
    }
    if let name = attributes.string("runtime"), !["runc", "io.containerd.runc.v2", "davit"].contains(name) {
      attributes.unsupported(
        "runtime", "there is no runtime \"\(name)\": containers run on Davit's own",
        hint: name == "nvidia" ? "write `gpus: all`: devices come by their CDI descriptions" : "leave it out")
    }
  }
}

extension HealthcheckSpec {
  init(_ attributes: inout Attributes) {
    self.init()
    if attributes.bool("disable") == true {
      test = ["NONE"]
    } else if let node = attributes.take("test") {
      test = node.sequence?.compactMap(\.text) ?? ["CMD-SHELL", node.text ?? ""]
    }
    interval = attributes.duration("interval")
    timeout = attributes.duration("timeout")
    startPeriod = attributes.duration("start_period")
    startInterval = attributes.duration("start_interval")
    retries = attributes.integer("retries").map(Int.init)
    attributes.finish()
  }
}
