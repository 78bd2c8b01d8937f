import YAML

extension ServiceCheck {
  func checkReplicas() {
    let scale = service["scale"]
    let replicas = service["deploy"]?["replicas"]
    if let scale, let replicas, scale != replicas {
      fail(
        "`scale` is \(GoFormat.text(scale)), but `deploy.replicas` is \(GoFormat.text(replicas))", ["scale"],
        scale.mark,
        hint: "keep one of them")
    }
    if let count = scale?.int, count < 0 { fail("must not be negative", ["scale"], scale?.mark) }
    if let count = replicas?.int, count < 0 { fail("must not be negative", ["deploy", "replicas"], replicas?.mark) }
    if let name = service["container_name"], (scale ?? replicas)?.int ?? 1 > 1 {
      fail(
        "a service with a `container_name` cannot have several containers", ["container_name"], name.mark,
        hint: "remove `container_name`, or \(scale == nil ? "`deploy.replicas`" : "`scale`")")
    }
  }

  /// The old attributes and those of `deploy` are two ways to say the same.
  func checkLimits() {
    let limits = service["deploy"]?["resources"]?["limits"]
    let reservations = service["deploy"]?["resources"]?["reservations"]
    let pairs: [(old: String, new: Node?, key: String, path: String)] = [
      ("cpus", limits, "cpus", "deploy.resources.limits.cpus"),
      ("mem_limit", limits, "memory", "deploy.resources.limits.memory"),
      ("mem_reservation", reservations, "memory", "deploy.resources.reservations.memory"),
      ("pids_limit", limits, "pids", "deploy.resources.limits.pids"),
    ]
    for pair in pairs {
      guard let old = service[pair.old], let new = pair.new, new[pair.key] != old else { continue }
      let other = new[pair.key].map { "is \(GoFormat.text($0))" } ?? "is not set"
      fail(
        "`\(pair.old)` is \(GoFormat.text(old)), but `\(pair.path)` \(other)", [pair.old], old.mark,
        hint: "set both to the same value, or remove `\(pair.old)`")
    }
  }

  func checkMounts() {
    var places: [String: String] = [:]
    func take(_ target: String, _ key: String, _ index: Int, _ mark: Mark) {
      let place = "\(key)[\(index)]"
      if let other = places[target] {
        report.fail(
          "\(target) is already the target of \(other)", at: NodePath(keys: "services", name, key).appending(index),
          mark)
      } else {
        places[target] = place
      }
    }
    for (index, item) in (service["tmpfs"]?.sequence ?? []).enumerated() {
      guard let text = item.string else { continue }
      take(String(text.prefix { $0 != ":" }), "tmpfs", index, item.mark)
    }
    for (index, volume) in (service["volumes"]?.sequence ?? []).enumerated() {
      take(volume["target"]?.string ?? "", "volumes", index, volume.mark)
    }
  }

  func checkWatches() {
    for (index, watch) in (service["develop"]?["watch"]?.sequence ?? []).enumerated() {
      guard watch["target"] == nil, let action = watch["action"]?.string, !["rebuild", "restart"].contains(action)
      else { continue }
      report.fail(
        "the action `\(action)` needs a `target`",
        at: NodePath(keys: "services", name, "develop", "watch").appending(index), watch.mark)
    }
  }
}
