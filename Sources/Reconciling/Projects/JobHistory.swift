import Diagnostics
import FoundationEssentials
import Linux

/// How a job of a project ran last.
public struct JobRun: Codable, Hashable, Sendable {
  public var startedAt: Timestamp
  public var finishedAt: Timestamp
  public var exitCode: Int32
  /// 1 where it went well at once.
  public var attempts: Int

  public init(startedAt: Timestamp, finishedAt: Timestamp, exitCode: Int32, attempts: Int) {
    self.startedAt = startedAt
    self.finishedAt = finishedAt
    self.exitCode = exitCode
    self.attempts = attempts
  }
}

/// `jobs.json` of a project's folder.
public struct JobHistory: Sendable {
  private let folder: ProjectFolder

  /// - Parameter projects: the folder of all projects.
  public init(projects: String, project: String) throws(Failure) { folder = try ProjectFolder(projects, project) }

  /// By the job's name; what cannot be read counts as nothing.
  public var runs: [String: JobRun] {
    guard let bytes = try? readFile(file) else { return [:] }
    return (try? JSONDecoder().decode([String: JobRun].self, from: Data(bytes))) ?? [:]
  }

  private var file: String { folder.path + "/jobs.json" }

  /// Jobs may end at the same time, each in a process of its own.
  public func record(_ run: JobRun, of job: String) throws(Failure) {
    let lock = try folder.lock(nil) { _ in }
    defer { lock.unlock() }
    var runs = runs
    runs[job] = run
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    do { try writeAtomically(Array(encoder.encode(runs)), to: file, mode: 0o600) } catch {
      throw Failure(error, subject: "job \(job)")
    }
  }
}
