import Diagnostics
import Launch
import Linux
import NameService

/// The container's name server, hung into the event loop.
final class NameDuty {
  private let server: NameServer

  /// Opens its sockets inside the container's network namespace, which this thread enters for that moment.
  init(_ settings: DNSLaunch, network: Descriptor, loop: EventLoop) throws(LaunchFailure) {
    let sockets = try NameDuty.openSockets(in: network, port: settings.port)
    let serverSettings = NameServerSettings(
      namesDirectories: settings.namesDirectories, upstreams: settings.upstreams,
      insideUpstreams: settings.insideUpstreams, search: settings.search)
    do { server = try NameServer(serverSettings, sockets: sockets) } catch { throw LaunchFailure(error) }
    do { try loop.watch(server.descriptor, .readable) { [unowned self] _ in server.serve() } } catch {
      throw LaunchFailure(error)
    }
  }

  /// The container is on other networks from now on.
  func use(namesDirectories: [String]) { server.use(namesDirectories: namesDirectories) }

  private static func openSockets(in network: Descriptor, port: UInt16) throws(LaunchFailure) -> NameServerSockets {
    let home: Descriptor
    do {
      home = try Namespaces.network.openOwn()
      try network.join(.network)
    } catch { throw LaunchFailure(error.during("entering the network namespace")) }
    let sockets: Result<NameServerSockets, Failure>
    do throws(Failure) { sockets = .success(try NameServerSockets(port: port)) } catch { sockets = .failure(error) }
    do { try home.join(.network) } catch { throw LaunchFailure(error.during("leaving the network namespace")) }
    do { return try sockets.get() } catch { throw LaunchFailure(error) }
  }
}
