import Diagnostics
import Foundation
import Git
import Linux
import Synchronization

@testable import Syncing

/// A repository, a machine that only remembers what it was asked for, and a sync between the two.
final class Bench: Sendable {
  let root: String
  let machine = Machine()

  init() throws { root = try makeTemporaryDirectory("/tmp/davit-syncing-") }

  deinit { try? removeTree(root) }

  var repository: String { "\(root)/repository" }

  @discardableResult
  func git(_ words: String..., in folder: String? = nil) throws -> String {
    let identity = ["-c", "user.name=a", "-c", "user.email=a@b", "-c", "commit.gpgsign=false"]
    let result = try runProgram(["git", "-C", folder ?? repository] + identity + words)
    guard result.status == 0 else { throw Failure(.system, result.complaint, subject: words.joined(separator: " ")) }
    return String(decoding: result.output, as: UTF8.self).trimmingCharacters(in: .whitespacesAndNewlines)
  }

  func makeRepository() throws {
    try makeDirectories(repository)
    try git("init", "-q", "-b", "main", ".")
  }

  /// - Returns: the commit.
  @discardableResult
  func commit(_ files: [String: String]) throws -> String {
    for (name, content) in files {
      try makeDirectories(splitPath("\(repository)/\(name)").folder)
      try writeAtomically(Array(content.utf8), to: "\(repository)/\(name)")
    }
    try git("add", "-A")
    try git("commit", "-q", "--allow-empty", "-m", "x")
    return try git("rev-parse", "HEAD")
  }

  func loop(_ change: (inout SyncSettings) -> Void = { _ in }, name: String = "test") throws -> SyncLoop {
    var settings = SyncSettings(
      address: try GitAddress.repository("file://\(repository)#main", from: "/"), path: "", host: "web-1",
      environment: ProcessInfo.processInfo.environment)
    settings.interval = 1
    change(&settings)
    let folder = SyncFolder(root: root, name: name)
    _ = try folder.lock()
    let machine = machine
    return try SyncLoop(
      settings, folder: folder, deployer: machine, log: SyncLog(sync: name, .text) { _ in },
      notify: { event in machine.events.withLock { $0.append(event) } })
  }
}

/// What it is asked for, and what it answers.
final class Machine: Deployer {
  struct Memory {
    /// Content of the file `app` of what runs, by project.
    var running: [String: String] = [:]
    /// All that was asked for, drift aside.
    var deployments: [String] = []
    /// Somebody changed something behind its back.
    var hasDrifted = false
    /// Ends the process in the middle of this many deployments from now.
    var diesIn: Int?
    /// What the next deployments fail with before they touch anything.
    var refusals: [Failure] = []
  }

  let memory = Mutex(Memory())
  let events = Mutex<[SyncEvent]>([])

  var running: [String: String] { memory.withLock { $0.running } }
  var deployments: [String] { memory.withLock { $0.deployments } }
  var told: [String] { events.withLock { $0.map { "\($0.kind.rawValue) \($0.project ?? "")" } } }

  struct Died: Error {}

  func name(of project: SyncProject, in folder: String) throws -> String { splitPath(folder).name }

  func deploy(_ deployment: Deployment, _ cancellation: Cancellation) throws -> DeployReport {
    let place = [deployment.folder, deployment.project.path, "app"].filter { !$0.isEmpty }.joined(separator: "/")
    let app = try readText(place).trimmingCharacters(in: .whitespacesAndNewlines)
    return try memory.withLock { memory in
      var report = DeployReport()
      if deployment.reason == .drift {
        report.changes = memory.hasDrifted || memory.running[deployment.name] != app ? 1 : 0
        memory.hasDrifted = false
        memory.running[deployment.name] = app
        return report
      }
      memory.deployments.append("\(deployment.reason.rawValue) \(deployment.name) \(app)")
      if let refusal = memory.refusals.popLast() { throw refusal }
      if app.hasPrefix("malformed") { throw Failure(.invalidInput, "malformed") }
      report.changes = memory.running[deployment.name] == app ? 0 : 1
      memory.running[deployment.name] = app
      if let left = memory.diesIn {
        memory.diesIn = left == 0 ? nil : left - 1
        if left == 0 {
          report.isInterrupted = true
          return report
        }
      }
      if app.hasPrefix("unhealthy") { report.failures = ["it is unhealthy"] }
      return report
    }
  }

  func remove(_ project: String, _ cancellation: Cancellation) throws {
    memory.withLock { memory in
      memory.running[project] = nil
      memory.deployments.append("remove \(project)")
    }
  }
}
