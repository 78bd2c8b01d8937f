import Arguments
import Diagnostics
import Engine
import Git
import Glibc
import Linux
import Syncing

/// `davit sync`: a machine as a repository says.
enum SyncCommand {
  static var command: Command {
    var command = Command(
      "sync", "Keep this machine as a git repository says", usage: "[OPTIONS] REPOSITORY", flags: following + telling,
      arity: 1...1
    ) { try run(Invocation($0)) }
    command.subcommands = [SyncStatusCommand.command]
    command.details = """
      Fetches the repository, applies each new revision with the roll-out rules of its compose files, goes back to the last
      good one when that fails, and puts right what drifts. What runs goes on when it ends. A davit-sync.yaml in the
      repository says which projects there are, and what differs between machines.
      """
    return command
  }

  private static let following: [Flag] = [
    .list("age-identity", nil, "File with a key for secrets that are encrypted with age", values: .files),
    .text("host", nil, "Name of this machine in davit-sync.yaml (default: its host name)"),
    .text("interval", nil, "Time between two looks at the repository and the machine", initially: "30s"),
    .boolean("locked", nil, "Run exactly what the davit.lock files of the projects say"),
    .text("name", nil, "Name of the sync (default: after repository, ref and path)"),
    .boolean("once", nil, "Look once, and end. The exit status is 0 when everything is as the repository says"),
    .text("path", nil, "Folder in the repository with davit-sync.yaml or the compose file"),
    .list("project", nil, "Only this project of davit-sync.yaml; without such a file, the project's name"),
    .boolean("prune", nil, "Remove services and projects that the repository no longer has; volumes stay"),
    .text("ref", nil, "Branch, tag or commit to follow (default: what the repository's HEAD is)"),
    .text("verify-signatures", nil, "Apply only commits that a key of this keyring has signed", values: .files),
    .text("wait-timeout", nil, "Time until a revision has to be healthy", initially: "5m"),
  ]

  private static let telling: [Flag] = [
    .text(
      "listen", nil, "Answer /webhook, /metrics, /healthz and /status over HTTP on this address",
      placeholder: "HOST:PORT"),
    .text(
      "log-format", nil, "Format of the log on standard error. Values: [json | text]", initially: "json",
      values: .words(["json", "text"])),
    .list("on-failure", nil, "Command to run when something went wrong", placeholder: "COMMAND"),
    .list("on-success", nil, "Command to run when a revision was applied", placeholder: "COMMAND"),
    .text("webhook-secret-file", nil, "File with the secret of the webhook", values: .files),
  ]

  private static func run(_ invocation: Invocation) throws -> Int32 {
    let arguments = invocation.arguments
    guard arguments.list("file").isEmpty, arguments.text("project-name") == nil else {
      throw Failure(
        .invalidInput, "-f and -p are about files of this machine", hint: "use --path and --project, or davit-sync.yaml"
      )
    }
    let settings = try settings(invocation)
    let engine = try invocation.engine()
    let name = try name(invocation, settings)
    let folder = SyncFolder(root: engine.host.root, name: name)
    guard let form = SyncLog.Form(rawValue: arguments.text("log-format") ?? "json") else {
      throw Failure(.invalidInput, "unsupported format", subject: "--log-format", hint: "use json or text")
    }
    let log = SyncLog(sync: name, form) { Output.error.print($0) }
    let notification = Notification(
      sync: name, repository: settings.address.url, success: arguments.list("on-success"),
      failure: arguments.list("on-failure"), environment: invocation.environment, log: log)
    guard let lock = try folder.lock() else {
      throw Failure(.conflict, "it runs already", subject: "sync \(name)", hint: "--name gives another one")
    }
    defer { lock.unlock() }
    let deployer = LocalDeployer(
      invocation, engine.host, folder: folder.path, repository: settings.address.url,
      patience: try SyncDuration.parse(arguments.text("wait-timeout") ?? "5m", "--wait-timeout"))
    let loop = try SyncLoop(settings, folder: folder, deployer: deployer, log: log, notify: notification.tell)
    if let other = loop.conflict(with: settings) { throw other }
    return try invocation.interruptible { cancellation in
      // Its threads are not to get the signals.
      let listener = try SyncListener(invocation, name, settings, loop)
      defer { listener?.close() }
      if let listener { log(.info, "listening", ["address": listener.address]) }
      if arguments.boolean("once") {
        let isHealthy = try loop.once(cancellation)
        notification.finish()
        return isHealthy ? ExitStatus.success : ExitStatus.failure
      }
      log(
        .info, "syncing",
        [
          "repository": settings.address.url, "ref": settings.reference, "path": settings.path,
          "version": Program.version,
        ])
      Readiness.tell("READY=1")
      try loop.run(until: cancellation)
      Readiness.tell("STOPPING=1")
      log(.info, "ended; what runs goes on")
      return ExitStatus.success
    }
  }

  private static func settings(_ invocation: Invocation) throws -> SyncSettings {
    let arguments = invocation.arguments
    var address = try GitAddress.repository(arguments.positionals[0], from: try invocation.workingDirectory)
    if let reference = arguments.text("ref") {
      guard address.reference == nil || address.reference == reference else {
        throw Failure(.invalidInput, "the address names \(address.reference!) already", subject: "--ref \(reference)")
      }
      guard !reference.hasPrefix("-"), !reference.isEmpty, reference.utf8.allSatisfy({ $0 > 0x20 && $0 != 0x7f }) else {
        throw Failure(.invalidInput, "it is no name of a branch or tag", subject: "--ref \(reference)")
      }
      address.reference = reference
    }
    let path = (arguments.text("path") ?? address.directory).split(separator: "/").filter { $0 != "." }
    guard !path.contains("..") else {
      throw Failure(.invalidInput, "it leads out of the repository", subject: "--path")
    }
    var name = [CChar](repeating: 0, count: 256)
    gethostname(&name, name.count - 1)
    let host =
      arguments.text("host") ?? String(decoding: name.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
    var settings = SyncSettings(
      address: address, path: path.joined(separator: "/"), host: host, environment: invocation.environment)
    settings.interval = try SyncDuration.parse(arguments.text("interval") ?? "30s", "--interval")
    settings.prunes = arguments.boolean("prune")
    settings.projects = arguments.list("project")
    if let path = arguments.text("verify-signatures") {
      settings.keys = try SignatureKeys.read(path.hasPrefix("/") ? path : "\(invocation.workingDirectory)/\(path)")
    }
    for identity in arguments.list("age-identity") where !FileStatus.exists(identity) {
      throw Failure(.notFound, "there is no such file", subject: "--age-identity \(identity)")
    }
    return settings
  }

  private static func name(_ invocation: Invocation, _ settings: SyncSettings) throws(Failure) -> String {
    guard let name = invocation.arguments.text("name") else {
      return SyncFolder.name(settings.address.url, settings.reference, settings.path)
    }
    guard !name.isEmpty, !name.hasPrefix("."),
      name.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7f && $0 != UInt8(ascii: "/") })
    else { throw Failure(.invalidInput, "it is no name", subject: "--name \(name)") }
    return name
  }
}
