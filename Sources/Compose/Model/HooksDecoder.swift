import Spec
import YAML

extension ContainerSpec {
  mutating func readHooks(_ attributes: inout Attributes) {
    func none<T>(_ list: [T]) -> [T]? { list.isEmpty ? nil : list }
    preStart = none(
      attributes.objects("pre_start").map { entry in
        var entry = entry
        return PreStartSpec(&entry, image: image)
      })
    postStart = none(HookSpec.read("post_start", &attributes))
    preStop = none(HookSpec.read("pre_stop", &attributes))
  }
}

extension HookSpec {
  static func read(_ key: String, _ attributes: inout Attributes) -> [HookSpec] {
    attributes.objects(key).map { entry in
      var entry = entry
      return HookSpec(&entry)
    }
  }

  init(_ attributes: inout Attributes) {
    self.init(command: attributes.optionalList("command") ?? [])
    if command.isEmpty { attributes.refuse("command", "names no program") }
    user = attributes.string("user")
    privileged = attributes.bool("privileged") ?? false
    workingDirectory = attributes.string("working_dir")
    environment = attributes.variables("environment")
    attributes.finish()
  }
}

extension PreStartSpec {
  fileprivate init(_ attributes: inout Attributes, image: String) {
    self.init(image: attributes.string("image") ?? image)
    command = attributes.optionalList("command")
    user = attributes.string("user")
    privileged = attributes.bool("privileged") ?? false
    workingDirectory = attributes.string("working_dir")
    environment = attributes.variables("environment")
    perReplica = attributes.bool("per_replica") ?? false
    attributes.finish()
  }
}

extension Attributes {
  /// An `environment`: a variable without a value is passed through where the environment has it, which the loader has
  /// filled in.
  mutating func variables(_ key: String) -> [String: String] {
    var variables: [String: String] = [:]
    for entry in take(key)?.mapping?.entries ?? [] { variables[entry.key] = entry.value.text }
    return variables
  }
}
