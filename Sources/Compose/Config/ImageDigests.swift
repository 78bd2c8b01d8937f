import Diagnostics
import YAML

/// `--resolve-image-digests` and `--lock-image-digests`: every image of a project by its digest.
struct ImageDigests {
  private var places: [(image: String, mark: Mark, path: NodePath)] = []

  /// The images of services, of their `pre_start` hooks and of their volumes of type `image`, as far as those are no
  /// services' own.
  init(_ project: Node) {
    let services = project["services"]?.mapping ?? Mapping()
    for service in services.entries {
      let path = NodePath(keys: "services", service.key)
      add(service.value["image"], path.appending("image"))
      for (index, hook) in (service.value["pre_start"]?.sequence ?? []).enumerated() {
        add(hook["image"], path.appending("pre_start").appending(index).appending("image"))
      }
      for (index, volume) in (service.value["volumes"]?.sequence ?? []).enumerated()
      where volume["type"]?.string == "image" && services[volume["source"]?.string ?? ""] == nil {
        add(volume["source"], path.appending("volumes").appending(index).appending("source"))
      }
    }
  }

  private mutating func add(_ node: Node?, _ path: NodePath) {
    guard let node, let image = node.string, !image.isEmpty else { return }
    places.append((image, node.mark, path))
  }

  /// Replaces every image by what `pin` says of it.
  func pin(_ project: inout Node, _ pin: ConfigQuery.Pin) throws(Failures) {
    let answers = pin(Set(places.map(\.image)).sorted())
    var failures: [Failure] = []
    for place in places {
      switch answers[place.image] {
      case .success(let pinned)?: Self.replace(place.path.steps[...], in: &project, by: pinned)
      case .failure(let failure)?: failures.append(failure.located(at: place.mark, place.path))
      case nil: break
      }
    }
    guard failures.isEmpty else { throw Failures(failures) }
  }

  private static func replace(_ steps: ArraySlice<NodePath.Step>, in node: inout Node, by text: String) {
    switch steps.first {
    case nil: node.value = .string(text)
    case .key(let key):
      node.updateMapping { mapping in
        guard let position = mapping.position(of: key) else { return }
        replace(steps.dropFirst(), in: &mapping[position: position], by: text)
      }
    case .index(let index): node.updateSequence { replace(steps.dropFirst(), in: &$0[index], by: text) }
    }
  }

  /// Only what pins images: a file to be merged over the others.
  static func lock(_ project: Node) -> Node {
    let services = (project["services"]?.mapping?.entries ?? []).map { service in
      var kept = Mapping()
      for key in ["command", "entrypoint"] where service.value[key] != nil { kept[key] = Node(.null) }
      if let image = service.value["image"] { kept["image"] = image }
      let volumes = (service.value["volumes"]?.sequence ?? []).filter { $0["type"]?.string == "image" }
      if !volumes.isEmpty { kept["volumes"] = Node(.sequence(volumes)) }
      return Mapping.Entry(service.key, Node(.mapping(kept), mark: service.value.mark), mark: service.mark)
    }
    return Node(.mapping(Mapping([.init("services", Node(.mapping(Mapping(services))))])))
  }
}
