/// Which route a method and a path name.
public enum Routes {
  public struct Match: Hashable, Sendable {
    public var endpoint: Endpoint
    /// What stands in the path where the route has a name: an id, or a reference with its slashes.
    public var name: String
  }

  /// - Throws: 404 where there is none, 405 where the path has none with this method.
  public static func match(_ method: String, _ path: [String]) throws(APIError) -> Match {
    var known = false
    for route in all {
      guard let name = route.name(in: path) else { continue }
      known = true
      if route.method == method || route.method == "*" { return Match(endpoint: route.endpoint, name: name) }
    }
    throw known ? APIError(405, "method not allowed") : .notFound("page not found")
  }

  private struct Route {
    var method: String
    /// Before and behind the name.
    var head: [String]
    var tail: [String]
    var isNamed: Bool
    var endpoint: Endpoint

    init(_ method: String, _ pattern: String, _ endpoint: Endpoint) {
      self.method = method
      self.endpoint = endpoint
      let parts = pattern.split(separator: "/").map(String.init)
      let place = parts.firstIndex(of: "*")
      isNamed = place != nil
      head = Array(parts[..<(place ?? parts.count)])
      tail = place.map { Array(parts[($0 + 1)...]) } ?? []
    }

    func name(in path: [String]) -> String? {
      guard isNamed else { return path == head ? "" : nil }
      guard path.count > head.count + tail.count, path.starts(with: head), path.suffix(tail.count).elementsEqual(tail)
      else { return nil }
      return path[head.count..<(path.count - tail.count)].joined(separator: "/")
    }
  }

  /// The first that fits counts.
  private static let all: [Route] =
    [
      Route("GET", "_ping", .ping), Route("HEAD", "_ping", .ping), Route("GET", "version", .version),
      Route("GET", "info", .info), Route("GET", "events", .events), Route("GET", "system/df", .diskUsage),
      Route("POST", "auth", .auth),

      Route("GET", "containers/json", .containers), Route("POST", "containers/create", .createContainer),
      Route("POST", "containers/prune", .pruneContainers), Route("GET", "containers/*/json", .inspectContainer),
      Route("GET", "containers/*/top", .top), Route("GET", "containers/*/logs", .logs),
      Route("GET", "containers/*/changes", .changes), Route("GET", "containers/*/export", .export),
      Route("GET", "containers/*/stats", .stats), Route("POST", "containers/*/resize", .resize),
      Route("POST", "containers/*/start", .start), Route("POST", "containers/*/stop", .stop),
      Route("POST", "containers/*/restart", .restart), Route("POST", "containers/*/kill", .kill),
      Route("POST", "containers/*/update", .update), Route("POST", "containers/*/rename", .rename),
      Route("POST", "containers/*/pause", .pause), Route("POST", "containers/*/unpause", .unpause),
      Route("POST", "containers/*/attach", .attach), Route("GET", "containers/*/attach/ws", .attachWebSocket),
      Route("POST", "containers/*/wait", .wait), Route("HEAD", "containers/*/archive", .statArchive),
      Route("GET", "containers/*/archive", .getArchive), Route("PUT", "containers/*/archive", .putArchive),
      Route("POST", "containers/*/exec", .createExec), Route("*", "containers/*/checkpoints", .checkpoints),
      Route("DELETE", "containers/*", .removeContainer),
      Route("POST", "exec/*/start", .startExec), Route("POST", "exec/*/resize", .resizeExec),
      Route("GET", "exec/*/json", .inspectExec),

      Route("GET", "images/json", .images), Route("GET", "images/search", .search),
      Route("GET", "images/get", .saveImages), Route("POST", "images/load", .load),
      Route("POST", "images/create", .pullImage), Route("POST", "images/prune", .pruneImages),
      Route("GET", "images/*/get", .saveImage), Route("GET", "images/*/history", .history),
      Route("GET", "images/*/json", .inspectImage), Route("POST", "images/*/push", .push),
      Route("POST", "images/*/tag", .tag), Route("DELETE", "images/*", .removeImage),
      Route("GET", "distribution/*/json", .inspectDistribution), Route("POST", "commit", .commit),
      Route("POST", "build", .build), Route("POST", "build/prune", .pruneBuilds),
      Route("POST", "build/cancel", .cancelBuild), Route("POST", "session", .session), Route("POST", "grpc", .grpc),

      Route("GET", "networks", .networks), Route("POST", "networks/create", .createNetwork),
      Route("POST", "networks/prune", .pruneNetworks), Route("POST", "networks/*/connect", .connect),
      Route("POST", "networks/*/disconnect", .disconnect), Route("GET", "networks/*", .inspectNetwork),
      Route("DELETE", "networks/*", .removeNetwork),

      Route("GET", "volumes", .volumes), Route("POST", "volumes/create", .createVolume),
      Route("POST", "volumes/prune", .pruneVolumes), Route("GET", "volumes/*", .inspectVolume),
      Route("PUT", "volumes/*", .updateVolume), Route("DELETE", "volumes/*", .removeVolume),

      Route("GET", "plugins", .plugins), Route("*", "plugins/*", .otherPlugins),
    ]
    + ["swarm", "nodes", "services", "tasks", "secrets", "configs"].flatMap {
      [Route("*", $0, .swarm), Route("*", "\($0)/*", .swarm)]
    }
}
