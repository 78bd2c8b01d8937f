import Engine
import EngineAPI
import Images
import Linux
import Presentation

extension API {
  func inspectContainer(_ x: Exchange, _ r: Exchange.Route) throws {
    var json = try JSONValue(parsing: engine.inspect(r.name))
    guard case .object(var members) = json else { return }
    if let id = json["Id"], case .string(let id) = id {
      let running = execs.running(in: id)
      if let place = members.firstIndex(where: { $0.key == "ExecIDs" }) {
        members[place].value = running.isEmpty ? .null : running.json
      }
    }
    if r.query.isOn("size") {
      let sizes = try engine.diskUse(of: r.name)
      members += [.init("SizeRw", .integer(sizes.own)), .init("SizeRootFs", .integer(sizes.whole))]
    }
    json = .object(members)
    if r.version < APIVersion(1, 45) { json = json.withShortIDs }
    json = json.withBridgeSettings
    x.respond(200, json)
  }

  /// The columns of ps(1), as the host's would print them.
  func top(_ x: Exchange, _ r: Exchange.Route) throws {
    let view = try engine.container(r.name)
    guard view.isRunning else { throw APIError.conflict("container \(view.id) is not running") }
    let table = try ProcessTable(r.query["ps_args"] ?? "-ef")
    x.respond(
      200,
      .object([
        "Titles": table.titles.json, "Processes": .array(try engine.top(view.id).map { table.row($0).json }),
      ]))
  }

  func changes(_ x: Exchange, _ r: Exchange.Route) throws {
    let changes = try engine.changes(r.name)
    x.respond(
      200,
      changes.isEmpty
        ? .null
        : .array(
          changes.map { .object(["Path": .string($0.path), "Kind": .integer(Int64($0.kind.rawValue))]) }))
  }

  func export(_ x: Exchange, _ r: Exchange.Route) throws {
    let id = try engine.container(r.name).id
    x.begin(200, type: "application/x-tar")
    try engine.export(id) { try x.write(Array($0)) }
  }

  func stats(_ x: Exchange, _ r: Exchange.Route) throws {
    let id = try engine.container(r.name).id
    let streams = r.query.isOn("stream", default: true)
    let isOneShot = r.query.isOn("one-shot")
    if streams, isOneShot { throw APIError.badRequest("cannot have stream=true and one-shot=true") }
    let cancellation = try x.cancellation()
    var previous: ContainerStatistics? = nil
    // A single answer compares two samples, too, unless told otherwise.
    if !isOneShot {
      previous = try engine.statistics(of: id)
      let pause: Int64 = streams ? 0 : 1_000_000_000
      if pause > 0, try engine.container(id).isRunning { guard cancellation.sleep(nanoseconds: pause) else { return } }
    }
    x.begin(200, type: "application/json")
    var isFirst = streams
    repeat {
      guard let sample = try? engine.statistics(of: id) else { return }
      try x.write(Array((sample.json(after: isFirst ? nil : previous) + "\r\n").utf8))
      isFirst = false
      previous = sample
    } while streams && cancellation.sleep(nanoseconds: 1_000_000_000)
  }
}

extension JSONValue {
  /// Until API 1.45 a container's own short id was told among its aliases.
  fileprivate var withShortIDs: JSONValue {
    guard case .string(let id) = self["Id"] ?? .null else { return self }
    return changing(["NetworkSettings", "Networks"]) { networks in
      guard case .object(let members) = networks else { return networks }
      return .object(
        members.map { network in
          .init(
            network.key,
            network.value.changing(["Aliases"]) { aliases in
              guard case .array(let known) = aliases, network.key != "bridge" else { return aliases }
              return .array(known + [.string(String(id.prefix(12)))])
            })
        })
    }
  }

  /// The bridge's settings beside the networks, where they were before there were others.
  fileprivate var withBridgeSettings: JSONValue {
    changing(["NetworkSettings"]) { settings in
      guard case .object(let members) = settings else { return settings }
      let bridge = settings["Networks"]?["bridge"]
      let names = [
        "EndpointID", "Gateway", "GlobalIPv6Address", "GlobalIPv6PrefixLen", "IPAddress", "IPPrefixLen", "IPv6Gateway",
        "MacAddress",
      ]
      let further = names.map { name in
        JSONValue.Member(name, bridge?[name] ?? (name.hasSuffix("Len") ? .integer(0) : .string("")))
      }
      return .object(
        members + [.init("Bridge", ""), .init("SandboxID", ""), .init("HairpinMode", false)]
          + further.filter { member in !members.contains { $0.key == member.key } })
    }
  }

  /// The same with another value at the end of a path of keys.
  private func changing(_ path: [String], _ change: (JSONValue) -> JSONValue) -> JSONValue {
    guard let key = path.first else { return change(self) }
    guard case .object(let members) = self else { return self }
    return .object(
      members.map { .init($0.key, $0.key == key ? $0.value.changing(Array(path.dropFirst()), change) : $0.value) })
  }
}

/// Which columns of processes are asked for.
struct ProcessTable {
  let titles: [String]
  let row: @Sendable (ProcessView) -> [String]

  /// - Parameter arguments: of ps(1).
  init(_ arguments: String) throws {
    let words = arguments.split(separator: " ").map(String.init)
    if let place = words.firstIndex(where: { $0 == "-o" || $0 == "o" || $0.hasPrefix("-eo") || $0 == "-Ao" }) {
      let names = words.dropFirst(place + 1).joined(separator: ",").split(separator: ",").map(String.init)
      let columns = try names.map { name in
        guard let column = Self.columns[name] else {
          throw APIError(500, "ps: error: unknown user-defined format specifier \"\(name)\"")
        }
        return column
      }
      guard columns.contains(where: { $0.title == "PID" }) else {
        throw APIError(500, "Couldn't find PID field in ps output")
      }
      titles = columns.map(\.title)
      row = { process in columns.map { $0.value(process) } }
      return
    }
    let isUserFormat = words.contains { ["aux", "-aux", "au", "u"].contains($0) }
    guard isUserFormat || words.allSatisfy({ ["-ef", "ef", "-e", "-f", "-A", "aux"].contains($0) }) else {
      throw APIError.badRequest("these arguments of ps are not understood: \(arguments)")
    }
    let names =
      isUserFormat
      ? ["user", "pid", "pcpu", "pmem", "vsz", "rss", "tty", "stat", "start", "time", "command"]
      : ["uid", "pid", "ppid", "c", "stime", "tty", "time", "cmd"]
    let columns = names.map { Self.columns[$0]! }
    titles = columns.map(\.title)
    row = { process in columns.map { $0.value(process) } }
  }

  private struct Column: Sendable {
    var title: String
    var value: @Sendable (ProcessView) -> String
  }

  private static let columns: [String: Column] = [
    "uid": Column(title: "UID") { $0.user }, "user": Column(title: "USER") { $0.user },
    "pid": Column(title: "PID") { "\($0.pid)" }, "ppid": Column(title: "PPID") { "\($0.parent)" },
    "c": Column(title: "C") { _ in "0" }, "pcpu": Column(title: "%CPU") { _ in "0.0" },
    "%cpu": Column(title: "%CPU") { _ in "0.0" }, "pmem": Column(title: "%MEM") { _ in "0.0" },
    "%mem": Column(title: "%MEM") { _ in "0.0" },
    "vsz": Column(title: "VSZ") { memory(of: $0.pid).size },
    "rss": Column(title: "RSS") { memory(of: $0.pid).resident },
    "stat": Column(title: "STAT") { state(of: $0.pid) }, "s": Column(title: "S") { state(of: $0.pid) },
    "stime": Column(title: "STIME") { $0.started }, "start": Column(title: "START") { $0.started },
    "tty": Column(title: "TTY") { $0.terminal }, "time": Column(title: "TIME") { clock($0.cpuSeconds) },
    "cmd": Column(title: "CMD") { $0.command }, "command": Column(title: "COMMAND") { $0.command },
    "args": Column(title: "COMMAND") { $0.command },
    "comm": Column(title: "COMMAND") { name(of: $0.command) },
  ]

  /// `01:02:03`
  private static func clock(_ seconds: Int64) -> String {
    func two(_ number: Int64) -> String { number < 10 ? "0\(number)" : "\(number)" }
    return "\(two(seconds / 3600)):\(two(seconds / 60 % 60)):\(two(seconds % 60))"
  }

  private static func name(of command: String) -> String {
    let program = command.prefix { $0 != " " }
    return program.split(separator: "/").last.map(String.init) ?? String(program)
  }

  /// In kB: proc_pid_statm(5).
  private static func memory(of pid: Int32) -> (size: String, resident: String) {
    let pages = ((try? readText("/proc/\(pid)/statm")) ?? "").split(separator: " ").compactMap { Int($0) }
    guard pages.count > 1 else { return ("0", "0") }
    return ("\(pages[0] * 4)", "\(pages[1] * 4)")
  }

  private static func state(of pid: Int32) -> String {
    ProcessStatus(pid: pid).map { String($0.state) } ?? "?"
  }
}
