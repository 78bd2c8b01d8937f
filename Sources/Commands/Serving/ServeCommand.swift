import Arguments
import Diagnostics
import Engine
import Glibc
import Linux
import Serving

/// `davit serve`: Docker's Engine API, for clients that speak to a socket.
enum ServeCommand {
  static var command: Command {
    var command = Command(
      "serve", "Answer the Docker Engine API on a socket", usage: "[OPTIONS]",
      flags: [
        .list(
          "host", "H",
          "Socket to listen on: unix://PATH, fd:// for those that systemd hands over, tcp://HOST:PORT with --tlsverify",
          placeholder: "list"),
        .text("group", "G", "Group that may use the unix sockets", initially: "docker"),
        .text("mode", nil, "Permission bits of the unix sockets", initially: "0660", placeholder: "octal"),
        .boolean("tls", nil, "Use TLS without asking for the client's certificate").refused(
          because: "whoever reaches the socket is root here: --tlsverify asks for certificates on both sides"),
        .boolean("tlsverify", nil, "Use TLS and ask clients for a certificate of --tlscacert"),
        .text("tlscacert", nil, "Trust clients with certificates of this authority", values: .files),
        .text("tlscert", nil, "Certificate of the server", values: .files),
        .text("tlskey", nil, "Key of the server's certificate", values: .files),
      ]
    ) { try run(Invocation($0)) }
    command.details = """
      Containers belong to no server: they go on when it ends, and the other commands see them as they see their own.
      Who may use a socket is root on this machine. Without --host the server listens on unix:///run/davit/docker.sock,
      or on what systemd hands over.
      """
    return command
  }

  private static func run(_ invocation: Invocation) throws -> Int32 {
    var settings = ServerSettings(addresses: try addresses(invocation), version: Program.version)
    settings.tls = try tls(invocation)
    settings.environment = invocation.environment
    let server = Server(try invocation.engine(), settings)
    return try invocation.interruptible { cancellation in
      try server.run(until: cancellation) {
        for address in settings.addresses { Output.error.print("API listen on \(text(address))") }
        Readiness.tell("READY=1")
      }
      Readiness.tell("STOPPING=1")
      return ExitStatus.success
    }
  }

  private static func addresses(_ invocation: Invocation) throws -> [ServerSettings.Address] {
    let inherited = InheritedSockets.take()
    var hosts = invocation.arguments.list("host")
    if hosts.isEmpty { hosts = [inherited.isEmpty ? "unix://\(Host.fromEnvironment().run)/docker.sock" : "fd://"] }
    return try hosts.flatMap { host -> [ServerSettings.Address] in
      let parts = host.firstRange(of: "://")
      let rest = parts.map { String(host[$0.upperBound...]) } ?? ""
      switch parts.map({ String(host[..<$0.lowerBound]) }) {
      case "unix": return [try unix(rest.isEmpty ? "/var/run/docker.sock" : rest, invocation)]
      case "fd":
        guard !inherited.isEmpty else {
          throw Failure(
            .invalidInput, "nobody handed a socket over", subject: "--host \(host)",
            hint: "fd:// is for systemd's socket activation")
        }
        return inherited.map { .descriptor($0) }
      case "tcp": return [try tcp(rest, host)]
      default:
        throw Failure(
          .invalidInput, "is no address", subject: "--host \(host)",
          hint: "write unix://PATH, fd:// or tcp://HOST:PORT")
      }
    }
  }

  private static func unix(_ path: String, _ invocation: Invocation) throws -> ServerSettings.Address {
    guard path.hasPrefix("/") else {
      throw Failure(.invalidInput, "is no absolute path", subject: "--host unix://\(path)")
    }
    let text = invocation.arguments.text("mode") ?? "0660"
    guard let mode = UInt32(text, radix: 8), mode <= 0o777 else {
      throw Failure(.invalidInput, "is no mode such as 0660", subject: "--mode \(text)")
    }
    let folder = splitPath(path).folder
    if !FileStatus.exists(folder) { try makeDirectories(folder, mode: 0o755) }
    return .unix(path: path, mode: mode, group: try group(invocation))
  }

  /// The usual group need not exist; one that was named must.
  private static func group(_ invocation: Invocation) throws -> UInt32? {
    let name = invocation.arguments.text("group") ?? "docker"
    if name.isEmpty { return nil }
    if let number = UInt32(name) { return number }
    if let entry = getgrnam(name) { return entry.pointee.gr_gid }
    guard !invocation.arguments.isGiven("group") else {
      throw Failure(.notFound, "there is no such group", subject: "--group \(name)")
    }
    return nil
  }

  private static func tcp(_ place: String, _ host: String) throws -> ServerSettings.Address {
    guard let colon = place.lastIndex(of: ":"), let port = Int(place[place.index(after: colon)...]),
      (0...65535).contains(port)
    else {
      throw Failure(.invalidInput, "names no port", subject: "--host \(host)", hint: "for example tcp://0.0.0.0:2376")
    }
    var name = String(place[..<colon])
    if name.hasPrefix("["), name.hasSuffix("]") { name = String(name.dropFirst().dropLast()) }
    return .tcp(host: name.isEmpty ? "0.0.0.0" : name, port: port)
  }

  private static func tls(_ invocation: Invocation) throws -> ServerSettings.TLS? {
    let arguments = invocation.arguments
    let files = ["tlscacert", "tlscert", "tlskey"].map { arguments.text($0) }
    guard arguments.boolean("tlsverify") else {
      guard files.allSatisfy({ $0 == nil }) else {
        throw Failure(.invalidInput, "certificates are given without --tlsverify", subject: "--tlscacert")
      }
      return nil
    }
    guard let authority = files[0], let certificate = files[1], let key = files[2] else {
      throw Failure(.invalidInput, "needs --tlscacert, --tlscert and --tlskey", subject: "--tlsverify")
    }
    return ServerSettings.TLS(authority: authority, certificate: certificate, key: key)
  }

  private static func text(_ address: ServerSettings.Address) -> String {
    switch address {
    case .unix(let path, _, _): path
    case .descriptor(let number): "descriptor \(number)"
    case .tcp(let host, let port): "\(host):\(port)"
    }
  }
}
