import Diagnostics
import Engine
import Linux
import Spec
import Synchronization

/// One build at work. What a killed build left behind is recognised by the name of its session, whose lock nobody holds
/// any more, and removed by the next build. Everything of a session goes away with the value.
public final class BuildSession: Sendable {
  let name: String
  /// What all builds of this machine share.
  let builds: String
  /// For views of root file systems and what was fetched.
  let scratch: String
  private let path: String
  private let lock: FileLock
  private let hold: AnyObject & Sendable
  private let engine: Engine
  private let network = Mutex<String?>(nil)
  private let steps = Mutex(0)
  private let folders = Mutex<[TemporaryFolder]>([])

  public init(_ engine: Engine) throws {
    builds = "\(engine.host.root)/builds"
    let sessions = "\(builds)/sessions"
    try makeDirectories(sessions, mode: 0o700)
    Self.sweep(sessions, engine)
    name = "build-" + String(UInt64.random(in: 0 ... .max), radix: 36)
    path = "\(sessions)/\(name)"
    scratch = "\(path)/views"
    try makeDirectories(scratch, mode: 0o700)
    // Views come and go with thousands of files.
    try Descriptor.open(scratch, .anchor).spreadFolders()
    lock = try FileLock("\(path)/lock")
    hold = try engine.images.hold()
    self.engine = engine
  }

  deinit {
    network.withLock { name in
      if let name { try? engine.removeNetwork(name) }
    }
    try? removeTree(path)
    lock.unlock()
  }

  /// The number of a step that begins: none is given twice.
  func nextStep() -> Int {
    steps.withLock { steps in
      steps += 1
      return steps
    }
  }

  /// A network of the build's own, made when a step first needs one: nothing of it is there afterwards.
  func ownNetwork() throws -> String {
    try network.withLock { made in
      if let made { return made }
      made = try engine.createNetwork(NetworkSpec(name: name)).name
      return name
    }
  }

  /// The folder stays as long as the session.
  func keep(_ folder: TemporaryFolder) { folders.withLock { $0.append(folder) } }

  private static func sweep(_ sessions: String, _ engine: Engine) {
    for name in (try? listDirectory(sessions)) ?? [] {
      // A session that is just being made has no lock yet.
      guard FileStatus.exists("\(sessions)/\(name)/lock"), let lock = try? FileLock(trying: "\(sessions)/\(name)/lock")
      else { continue }
      for container in (try? engine.containers(all: true)) ?? [] where container.name.hasPrefix("\(name)-") {
        try? engine.remove(container.id, force: true, volumes: true)
      }
      try? engine.removeNetwork(name)
      KeyAgents.sweep("\(sessions)/\(name)/views")
      try? removeTree("\(sessions)/\(name)")
      lock.unlock()
    }
  }
}
