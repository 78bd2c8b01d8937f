import Foundation
import Testing

/// A machine within the machine: a network and a mount namespace, folders and a cgroup of its own, in which the real
/// binaries run as root. Sandboxes do not see each other, so tests run side by side. What is left when one is closed
/// fails the test that used it.
final class Sandbox {
  struct Result {
    var status: Int32
    var out: String
    var err: String
    var both: String { out + err }
  }

  /// Why the end-to-end tests cannot run here, or `nil`.
  static let obstacle: String? =
    geteuid() != 0
    ? "containers need root"
    : FileManager.default.isExecutableFile(atPath: "\(binaries)/davit")
      ? nil : "there is no \(binaries)/davit: run `make build` first"

  /// The folder of the binaries under test.
  static let binaries = ProcessInfo.processInfo.environment["DAVIT_BIN"] ?? "\(repository)/build"
  static let repository = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent().path

  let name: String
  let folder: String
  private let holder: Process
  private let holderInput = Pipe()

  init() throws {
    name = "davit-test-\(getpid())-\(UUID().uuidString.prefix(8).lowercased())"
    folder = "/tmp/\(name)"
    try FileManager.default.createDirectory(atPath: "\(folder)/project", withIntermediateDirectories: true)
    holder = Process()
    holder.executableURL = URL(fileURLWithPath: "/usr/bin/unshare")
    // The shell ends when its input does, which is when this process dies, however it dies.
    holder.arguments = [
      "--mount", "--net", "--propagation", "private", "sh", "-c",
      "ip link set lo up && echo ready && read -r _ || true",
    ]
    let output = Pipe()
    holder.standardInput = holderInput
    holder.standardOutput = output
    try holder.run()
    let line = output.fileHandleForReading.availableData
    try #require(String(decoding: line, as: UTF8.self).hasPrefix("ready"), "the namespaces could not be made")
  }

  /// The process that keeps the namespaces; `nsenter -t` takes it.
  var pid: Int32 { holder.processIdentifier }

  var environment: [String: String] {
    [
      "PATH": "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", "HOME": "\(folder)/home",
      "LANG": "C.UTF-8", "DAVIT_ROOT": "\(folder)/root", "DAVIT_RUN": "\(folder)/run", "DAVIT_CGROUP_PARENT": name,
      "DAVIT_SHIM": "\(Self.binaries)/davit-shim",
    ]
  }

  /// Starts a program inside. Its output can be read from the pipes while it runs.
  func start(
    _ arguments: [String], directory: String? = nil, environment extra: [String: String] = [:]
  ) throws -> (process: Process, out: Pipe, err: Pipe, input: Pipe) {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/nsenter")
    process.arguments =
      ["-t", String(pid), "-m", "-n", "--wd=\(directory ?? "\(folder)/project")", "--"] + arguments
    process.environment = environment.merging(extra) { $1 }
    let (out, err, input) = (Pipe(), Pipe(), Pipe())
    process.standardOutput = out
    process.standardError = err
    process.standardInput = input
    try process.run()
    let watchdog = Watchdog(process, arguments)
    process.terminationHandler = { _ in watchdog.cancel() }
    return (process, out, err, input)
  }

  /// Runs a program inside and waits for it.
  @discardableResult
  func run(
    _ arguments: [String], directory: String? = nil, environment: [String: String] = [:], input: String = ""
  ) throws -> Result {
    let running = try start(arguments, directory: directory, environment: environment)
    running.input.fileHandleForWriting.write(Data(input.utf8))
    try running.input.fileHandleForWriting.close()
    let errors = Reading(running.err)
    let out = running.out.fileHandleForReading.readDataToEndOfFile()
    running.process.waitUntilExit()
    let err = errors.wait()
    return Result(
      status: running.process.terminationStatus, out: String(decoding: out, as: UTF8.self),
      err: String(decoding: err, as: UTF8.self))
  }

  /// Runs `davit` inside.
  @discardableResult
  func davit(
    _ arguments: String..., directory: String? = nil, environment: [String: String] = [:], input: String = ""
  ) throws -> Result {
    try run(
      ["\(Self.binaries)/davit"] + arguments, directory: directory, environment: environment, input: input)
  }

  /// Runs a shell command inside.
  @discardableResult
  func shell(_ command: String) throws -> Result { try run(["sh", "-c", command]) }

  /// Writes a file of the project and returns its path.
  @discardableResult
  func write(_ name: String, _ content: String) throws -> String {
    let path = "\(folder)/project/\(name)"
    try FileManager.default.createDirectory(
      atPath: (path as NSString).deletingLastPathComponent, withIntermediateDirectories: true)
    try content.write(toFile: path, atomically: true, encoding: .utf8)
    return path
  }

  func compose(_ content: String) throws { try write("compose.yaml", content) }

  /// Imports the image `busybox`, made of the distribution's static BusyBox.
  func importBusybox() throws {
    let result = try davit("image", "import", "--change", "CMD [\"sh\"]", busyboxArchive(), "busybox")
    try #require(result.status == 0, "\(result.both)")
  }

  /// What that image is made of.
  func busyboxArchive() throws -> String { try Self.busybox.get() }

  private static let busybox = Swift.Result { try BusyboxArchive.make() }

  /// Ends everything in the sandbox and fails the test for what is left.
  func close() {
    _ = try? shell(
      "for p in $(\(Self.binaries)/davit ls -aq); do \(Self.binaries)/davit -p $p down -v -t 0 --remove-orphans; done")
    // Those that belong to no project.
    _ = try? shell(
      "d=\(Self.binaries)/davit; $d container rm -f -v $($d container ls -aq); $d network prune -f; ip link del davit0"
    )
    // The kernel takes a network namespace apart, with its end of every veth pair, some time after its last process.
    var left = leftovers()
    for _ in 0..<30 where !left.isEmpty {
      usleep(100_000)
      left = leftovers()
    }
    for leftover in left { Issue.record("left behind: \(leftover)") }
    try? holderInput.fileHandleForWriting.close()
    holder.waitUntilExit()
    try? FileManager.default.removeItem(atPath: folder)
    // The folder that its containers' cgroups were in; only an empty one goes.
    for hierarchy in (try? FileManager.default.contentsOfDirectory(atPath: "/sys/fs/cgroup")) ?? [] {
      rmdir("/sys/fs/cgroup/\(hierarchy)/\(name)")
    }
    rmdir("/sys/fs/cgroup/\(name)")
  }

  /// Processes, cgroups, mounts, links and firewall tables that belong to this sandbox and are still there.
  private func leftovers() -> [String] {
    var found: [String] = []
    let inside = (try? shell("ip -o link | grep -v ' lo:'; nft list tables; grep \(name) /proc/self/mounts"))?.out ?? ""
    // Davit's own table may stay: it is empty and goes with the network namespace.
    found += inside.split(separator: "\n").map(String.init).filter { $0 != "table inet davit" }
    let cgroups = (try? shell("find /sys/fs/cgroup -mindepth 2 -type d -path '*/\(name)/*'"))?.out ?? ""
    found += cgroups.split(separator: "\n").map { "cgroup \($0)" }
    let processes = (try? shell("grep -lsa \(name) /proc/[0-9]*/cgroup /proc/[0-9]*/cmdline"))?.out ?? ""
    for line in processes.split(separator: "\n") {
      let pid = line.split(separator: "/")[1]
      let command = (try? shell("tr '\\0' ' ' </proc/\(pid)/cmdline"))?.out ?? ""
      if command.contains("davit-shim") { found.append("process \(pid) \(command)") }
    }
    return found
  }
}

/// Everything that comes from a pipe, read by a thread of its own: the tests' own threads are as few as processors, and
/// all of them may be waiting.
private final class Reading: @unchecked Sendable {
  private var data = Data()
  private let done = DispatchSemaphore(value: 0)

  init(_ pipe: Pipe) {
    Thread { [self] in
      data = pipe.fileHandleForReading.readDataToEndOfFile()
      done.signal()
    }.start()
  }

  func wait() -> Data {
    done.wait()
    return data
  }
}

/// Ends a program that hangs, so that one broken promise does not hold up all the others.
private final class Watchdog: Sendable {
  private static let patience: DispatchTimeInterval = .seconds(600)

  private nonisolated(unsafe) let timer: any DispatchSourceTimer

  init(_ process: Process, _ arguments: [String]) {
    let pid = process.processIdentifier
    let timer = DispatchSource.makeTimerSource(queue: .global())
    timer.schedule(deadline: .now() + Self.patience)
    timer.setEventHandler {
      // One that has ended, of which Foundation has not heard yet, does not hang.
      let stat = (try? String(contentsOfFile: "/proc/\(pid)/stat", encoding: .utf8)) ?? ") Z"
      if stat.contains(") Z") { return }
      Issue.record("hangs, killed: \(arguments.joined(separator: " "))")
      kill(pid, SIGKILL)
    }
    timer.resume()
    self.timer = timer
  }

  func cancel() { timer.cancel() }
}
