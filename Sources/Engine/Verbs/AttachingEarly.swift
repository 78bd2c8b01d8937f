import Diagnostics
import Launch
import Linux

/// A client that is there before its container runs. Whoever starts that hands it on, and not a byte is missed.
public final class EarlyClient: Sendable {
  let ours: Descriptor
  let theirs: Descriptor

  init(_ ends: (Descriptor, Descriptor)) {
    ours = ends.0
    theirs = ends.1
  }
}

extension Engine {
  public func earlyClient(of id: String, _ request: AttachRequest) throws -> EarlyClient {
    let record = try record(id)
    let client = EarlyClient(try UnixSocket.pair())
    try ShimConnection(client.ours).send(.hello(AttachStreams(request, record)))
    return client
  }

  /// Starts a container with that client connected to it.
  public func start(_ id: String, with client: EarlyClient) throws {
    let record = try record(id)
    if let failure = start([record.id], clients: [record.id: client.theirs])[record.id] { throw failure }
    // From here on the shim's copy is the only one, so its end is seen.
    client.theirs.close()
  }

  /// Connects the caller's streams by way of a client that the container was started with.
  public func attach(_ id: String, _ request: AttachRequest, by client: EarlyClient, cancellation: Cancellation? = nil)
    throws -> AttachEnd
  {
    let record = try record(id)
    var shim = ShimConnection(client.ours)
    return try converse(&shim, record, request, AttachStreams(request, record), cancellation)
  }
}
