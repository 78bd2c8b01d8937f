import YAML

/// What somebody meant who wrote an attribute that does not exist.
enum AttributeHint {
  static func hint(for key: String, value: Node, in object: Shape.Object, isRoot: Bool) -> String? {
    if let modern = replaced[key], object === Schema.service.object { return modern }
    let names = object.attributes.keys
    if let slip = closest(to: key, among: names, limit: 1) { return "did you mean `\(slip)`?" }
    if let place = place(of: key, below: object) { return "`\(key)` is an attribute of `\(place)`: \(place).\(key)" }
    if isRoot, value["image"] != nil || value["build"] != nil { return "services belong below `services:`" }
    if isRoot, Schema.service.object?.attributes[key] != nil { return "`\(key)` is an attribute of a service" }
    if Schema.file.object?.attributes[key] != nil {
      return "`\(key)` belongs to the top level of the file; check the indentation"
    }
    if Schema.service.object?.attributes[key] != nil {
      return "`\(key)` is an attribute of a service; check the indentation"
    }
    if let near = closest(to: key, among: names) { return "did you mean `\(near)`?" }
    return object.isExtensible ? "attributes of your own begin with `x-`" : nil
  }

  /// Where below an object the attribute exists: `deploy.resources`.
  private static func place(of key: String, below object: Shape.Object, depth: Int = 2) -> String? {
    let children = object.attributes.sorted { $0.key < $1.key }
    for (name, shape) in children where shape.object?.attributes[key] != nil { return name }
    guard depth > 0 else { return nil }
    for (name, shape) in children {
      guard let child = shape.object, let place = place(of: key, below: child, depth: depth - 1) else { continue }
      return "\(name).\(place)"
    }
    return nil
  }

  /// Attributes of versions 1 to 3 of the file format.
  private static let replaced = [
    "dockerfile": "write `build: {context: ., dockerfile: …}`",
    "log_driver": "use `logging: {driver: …}`",
    "log_opt": "use `logging: {options: …}`",
    "net": "use `network_mode`",
    "volume_driver": "use `driver` of the top-level volume",
    "resources": "use `deploy: {resources: …}`",
    "replicas": "use `deploy: {replicas: …}` or `scale`",
    "memory": "use `mem_limit`",
    "cpu": "use `cpus`",
    "env": "use `environment`",
    "port": "use `ports`",
    "restart_policy": "use `restart`, or `deploy: {restart_policy: …}`",
  ]
}
