import Diagnostics
import Engine
import EngineAPI
import Linux
import Presentation

/// The Engine API on this machine's engine. It holds nothing that would be missed: only which programs it runs in
/// containers by `exec`, and which clients wait for a container's start.
final class API: Sendable {
  let engine: Engine
  /// Of the server's process: how registries are spoken to.
  let environment: [String: String]
  let version: String
  let execs = ExecTable()
  let earlyClients = EarlyClients()
  let terminals = AttachedTerminals()
  /// Clients that build as with BuildKit, and what they build.
  let sessions = BuildKitSessions()
  let builds = BuildKitBuilds()
  /// Requests that are over soon, and those that may last. Each of the latter has a thread to itself.
  private let short = WorkerPool(limit: 32)
  private let long = WorkerPool(limit: Server.connectionLimit)

  init(_ engine: Engine, environment: [String: String], version: String) {
    self.engine = engine
    self.environment = environment
    self.version = version
  }

  /// Answers on a thread of its own. Returns at once.
  func serve(_ exchange: Exchange) {
    let lasts = if case .success(let route) = exchange.route { route.endpoint.lasts } else { false }
    (lasts ? long : short).submit { [self] in answer(exchange) }
  }

  private func answer(_ exchange: Exchange) {
    do {
      try handle(exchange, exchange.route.get())
      if !exchange.hasEnded { exchange.end() }
    } catch {
      // An answer that was begun has no place for an error any more.
      if exchange.hasBegun { exchange.abort() } else { refuse(exchange, APIError(error)) }
    }
  }

  private func refuse(_ exchange: Exchange, _ error: APIError) { exchange.respond(error.status, error.json) }

  private func handle(_ x: Exchange, _ r: Exchange.Route) throws {
    switch r.endpoint {
    case .ping: try ping(x, r)
    case .version: try version(x, r)
    case .info: try info(x, r)
    case .events: try events(x, r)
    case .diskUsage: try diskUsage(x, r)
    case .auth: try auth(x, r)
    case .containers: try listContainers(x, r)
    case .createContainer: try createContainer(x, r)
    case .inspectContainer: try inspectContainer(x, r)
    case .top: try top(x, r)
    case .logs: try logs(x, r)
    case .changes: try changes(x, r)
    case .export: try export(x, r)
    case .stats: try stats(x, r)
    case .resize: try resize(x, r)
    case .start: try start(x, r)
    case .stop: try stop(x, r)
    case .restart: try restart(x, r)
    case .kill: try kill(x, r)
    case .update: try update(x, r)
    case .rename: try rename(x, r)
    case .pause: try pause(x, r)
    case .unpause: try unpause(x, r)
    case .attach: try attach(x, r)
    case .attachWebSocket: try attachWebSocket(x, r)
    case .wait: try wait(x, r)
    case .removeContainer: try removeContainer(x, r)
    case .statArchive: try statArchive(x, r)
    case .getArchive: try getArchive(x, r)
    case .putArchive: try putArchive(x, r)
    case .pruneContainers: try pruneContainers(x, r)
    case .createExec: try createExec(x, r)
    case .startExec: try startExec(x, r)
    case .resizeExec: try resizeExec(x, r)
    case .inspectExec: try inspectExec(x, r)
    case .images: try listImages(x, r)
    case .build: try build(x, r)
    case .pruneBuilds: try pruneBuilds(x, r)
    case .pullImage: try createImage(x, r)
    case .inspectImage: try inspectImage(x, r)
    case .history: try history(x, r)
    case .push: try push(x, r)
    case .tag: try tag(x, r)
    case .removeImage: try removeImage(x, r)
    case .search: try search(x, r)
    case .pruneImages: try pruneImages(x, r)
    case .commit: try commit(x, r)
    case .saveImage: try saveImages(x, [r.name])
    case .saveImages: try saveImages(x, r.query.all("names").flatMap { $0.split(separator: ",").map(String.init) })
    case .load: try loadImages(x, r)
    case .inspectDistribution: try inspectDistribution(x, r)
    case .networks: try listNetworks(x, r)
    case .inspectNetwork: try inspectNetwork(x, r)
    case .createNetwork: try createNetwork(x, r)
    case .connect: try connect(x, r)
    case .disconnect: try disconnect(x, r)
    case .removeNetwork: try removeNetwork(x, r)
    case .pruneNetworks: try pruneNetworks(x, r)
    case .volumes: try listVolumes(x, r)
    case .createVolume: try createVolume(x, r)
    case .inspectVolume: try inspectVolume(x, r)
    case .updateVolume: throw APIError.noSwarm
    case .removeVolume: try removeVolume(x, r)
    case .pruneVolumes: try pruneVolumes(x, r)
    case .plugins: x.respond(200, JSONValue.array([]))
    case .otherPlugins: throw APIError.notFound("plugin \"\(r.name)\" not found")
    case .swarm: throw APIError.noSwarm
    case .session: try session(x, r)
    case .grpc: try grpc(x, r)
    case .cancelBuild: throw APIError.notImplemented("a build is cancelled by closing its connection")
    case .checkpoints: throw APIError.notImplemented("checkpoints are not there")
    }
  }

  /// What a person should know, as creation tells it.
  func texts(_ warnings: [Warning]) -> JSONValue { .init(warnings.map(\.message)) }
}
