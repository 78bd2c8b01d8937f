import Diagnostics
import Launch
import Linux

extension Engine {
  /// Starts a container that does not run, with the caller's streams connected before its program begins: not a byte is
  /// missed. Returns when it ends or the detach keys are typed.
  public func start(_ id: String, attached request: AttachRequest, cancellation: Cancellation? = nil) throws
    -> AttachEnd
  {
    try host.requirePrivileges()
    let record = try record(id)
    let streams = AttachStreams(request, record)
    let (ours, theirs) = try UnixSocket.pair()
    var shim = ShimConnection(ours)
    try shim.send(.hello(streams))
    note("attach", record)
    if let failure = start([record.id], clients: [record.id: theirs])[record.id] { throw failure }
    // From here on the shim's copy is the only one, so its end is seen.
    theirs.close()
    return try converse(&shim, record, request, streams, cancellation)
  }
}
