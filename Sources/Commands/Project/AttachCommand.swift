import Arguments
import Diagnostics
import Engine
import Glibc
import Linux

enum AttachCommand {
  static var command: Command {
    Command(
      "attach", "Attach local standard input, output, and error streams to a service's running container",
      usage: "[OPTIONS] SERVICE",
      flags: [
        .text("detach-keys", nil, "Override the key sequence for detaching from a container."), .index,
        .boolean("no-stdin", nil, "Do not attach STDIN"),
        .boolean("sig-proxy", nil, "Proxy all received signals to the process", initially: true),
      ], arity: 1...1, positionals: [.services]
    ) { try run(Invocation($0)) }
  }

  private static func run(_ invocation: Invocation) throws -> Int32 {
    let arguments = invocation.arguments
    let service = arguments.positionals[0]
    let scope = try invocation.scope(services: [service])
    let engine = try invocation.engine()
    let container = try engine.runningReplica(of: service, in: scope.name, index: arguments.integer("index"))
    var request = AttachRequest()
    if !arguments.boolean("no-stdin") { request.streams.input = 0 }
    if let keys = arguments.text("detach-keys") { request.streams.detachKeys = try DetachKeys.parse(keys) }
    if invocation.isRehearsal {
      return try invocation.rehearse(["Container \(container.name)"], ("Attaching", "Attached"))
    }
    return try Attachment(engine: engine, container: container, request: request)
      .run(proxiesSignals: arguments.boolean("sig-proxy")).exitStatus
  }
}

/// Being connected to a container until it ends or the person leaves it.
struct Attachment {
  var engine: Engine
  var container: ContainerView
  var request: AttachRequest
  /// The container is started by this, so that nothing of it is missed.
  var starts = false

  /// - Parameter proxiesSignals: Ctrl-C and its like go to the program, where no terminal of its own takes them.
  func run(proxiesSignals: Bool) throws -> AttachEnd {
    let hasTerminal = container.record.spec.tty && isatty(0) == 1 && request.streams.input != nil
    let proxy = proxiesSignals && !hasTerminal ? try SignalProxy(engine, container.id) : nil
    defer { proxy?.end() }
    let wanted = request
    return try LocalTerminal.attached(raw: hasTerminal, sized: hasTerminal) { resized in
      var request = wanted
      request.streams.resized = resized
      return try starts ? engine.start(container.id, attached: request) : engine.attach(container.id, request)
    }
  }
}

extension AttachEnd {
  /// The program's; success for a person who left.
  var exitStatus: Int32 {
    switch self {
    case .exited(let status): status
    case .detached: ExitStatus.success
    }
  }
}

/// `ctrl-p,ctrl-q`, `a,b`, as Docker writes detach keys.
enum DetachKeys {
  static func parse(_ text: String) throws(Failure) -> [UInt8] {
    var keys: [UInt8] = []
    for word in text.split(separator: ",", omittingEmptySubsequences: false) {
      let name = word.hasPrefix("ctrl-") ? word.dropFirst("ctrl-".count) : word
      guard name.utf8.count == 1, let byte = name.utf8.first else {
        throw Failure(.invalidInput, "\"\(word)\" is no key", subject: "--detach-keys", hint: "write ctrl-p,ctrl-q")
      }
      guard word.hasPrefix("ctrl-") else {
        keys.append(byte)
        continue
      }
      // Control characters are those of the columns @ to _ of ASCII.
      let upper = (97...122).contains(byte) ? byte - 32 : byte
      guard (64...95).contains(upper) else {
        throw Failure(.invalidInput, "there is no control character \(word)", subject: "--detach-keys")
      }
      keys.append(upper - 64)
    }
    return keys
  }
}
