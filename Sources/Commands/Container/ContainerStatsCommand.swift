import Arguments
import Diagnostics
import Engine
import Linux
import Presentation

enum ContainerStatsCommand {
  static var command: Command {
    Command(
      "stats", "Display a live stream of container(s) resource usage statistics",
      usage: "[OPTIONS] [CONTAINER...]",
      flags: [
        .boolean("all", "a", "Show all containers (default shows just running)"), .format(),
        .boolean("no-stream", nil, "Disable streaming stats and only pull the first result"),
        .boolean("no-trunc", nil, "Do not truncate output"),
      ], arity: .atLeast(0), positionals: [.containers]
    ) { try run(Invocation($0)) }
  }

  private static func run(_ invocation: Invocation) throws -> Int32 {
    let arguments = invocation.arguments
    let engine = try invocation.engine()
    let names = arguments.positionals
    for name in names { _ = try engine.container(name) }
    let all = arguments.boolean("all")
    return try invocation.interruptible { cancellation in
      try StatisticsView(engine: engine, invocation: invocation).show(
        isLive: !arguments.boolean("no-stream"), cancellation
      ) {
        if !names.isEmpty { return names.map { ($0, $0) } }
        return try engine.containers(all: all).reversed().map { ($0.id, Ellipsis.id($0.id)) }
      }
      return ExitStatus.success
    }
  }
}

/// The table of `stats`, once or again and again.
struct StatisticsView {
  var engine: Engine
  var invocation: Invocation
  /// Columns before the usual ones.
  var columns: [(heading: String, field: String)] = [
    ("CONTAINER ID", "ID"), ("NAME", "Name"), ("CPU %", "CPUPerc"), ("MEM USAGE / LIMIT", "MemUsage"),
    ("MEM %", "MemPerc"), ("NET I/O", "NetIO"), ("BLOCK I/O", "BlockIO"), ("PIDS", "PIDs"),
  ]

  /// - Parameter containers: asked before every look: ids, and how a person names them.
  func show(isLive: Bool, _ cancellation: Cancellation, _ containers: () throws -> [(id: String, name: String)]) throws
  {
    let format = try invocation.format
    var before: [String: ContainerStatistics] = [:]
    // Percentages need two looks.
    for (id, _) in try containers() { before[id] = try? engine.statistics(of: id) }
    let redraws = isLive && Output.standard.isTerminal
    while true {
      guard cancellation.sleep(nanoseconds: isLive ? 1_000_000_000 : 500_000_000) else { return }
      var rows: [JSONValue] = []
      var now: [String: ContainerStatistics] = [:]
      for (id, name) in try containers() {
        // One that was removed meanwhile is gone from the list.
        guard let sample = try? engine.statistics(of: id) else { continue }
        now[id] = sample
        rows.append(row(sample, before[id], name))
      }
      before = now
      let text = try format.render(
        columns: columns, headings: ["Container": "CONTAINER"], rows: rows)
      if redraws { Output.standard.write("\u{1B}[2J\u{1B}[H") }
      Output.standard.write(text)
      if !isLive { return }
    }
  }

  private func row(_ sample: ContainerStatistics, _ previous: ContainerStatistics?, _ name: String) -> JSONValue {
    let truncates = !invocation.arguments.boolean("no-trunc")
    let isCounted = sample.cgroup.cpuTotal != nil || sample.cgroup.memory != nil
    func pair(_ a: UInt64?, _ b: UInt64?) -> String {
      "\(HumanSize.decimal(Int64(clamping: a ?? 0))) / \(HumanSize.decimal(Int64(clamping: b ?? 0)))"
    }
    let received = sample.networks.values.reduce(0) { $0 + $1.receivedBytes }
    let sent = sample.networks.values.reduce(0) { $0 + $1.sentBytes }
    let memory =
      "\(HumanSize.binary(Int64(clamping: sample.memoryInUse))) / \(HumanSize.binary(Int64(clamping: isCounted ? sample.memoryLimit : 0)))"
    let share =
      isCounted && sample.memoryLimit > 0 ? Double(sample.memoryInUse) / Double(sample.memoryLimit) * 100 : 0
    return .object([
      "BlockIO": .string(pair(sample.cgroup.blockRead, sample.cgroup.blockWritten)),
      "CPUPerc": .string(Self.percent(previous.map(sample.cpuPercent) ?? 0)), "Container": .string(name),
      "ID": .string(truncates ? Ellipsis.id(sample.id) : sample.id), "MemPerc": .string(Self.percent(share)),
      "MemUsage": .string(memory), "Name": .string(sample.name), "NetIO": .string(pair(received, sent)),
      "PIDs": .string("\(sample.cgroup.pids ?? 0)"),
    ])
  }

  /// `0.05%`
  private static func percent(_ value: Double) -> String {
    let hundredths = Int64((value * 100).rounded())
    let fraction = hundredths % 100
    return "\(hundredths / 100).\(fraction < 10 ? "0" : "")\(fraction)%"
  }
}
