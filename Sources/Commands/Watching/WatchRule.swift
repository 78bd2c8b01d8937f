import Building
import Compose
import Diagnostics
import Dockerfile
import Engine

/// One entry of `develop.watch` of one service, ready to be asked about paths.
struct WatchRule: Sendable {
  let service: String
  let trigger: WatchTrigger
  private let ignored: IgnoreRules
  private let included: IgnoreRules?
  /// Of the build context, whose folder its paths are relative to.
  private let context: (folder: String, ignored: IgnoreRules)?

  /// What editors and version control leave behind for a moment: never worth an action.
  private static let ephemeral = [
    "**/.git", "**/.idea", "**/*___jb_old___", "**/*___jb_tmp___", "**/.#*", "**/#*#", "**/*~", "**/4913",
    "**/.*.sw?", "**/.*.kate-swp", "**/.goutputstream-*", "**/*-go-tmp-umask", "**/.DS_Store",
  ]

  init(_ trigger: WatchTrigger, of service: Service) throws {
    self.service = service.name
    self.trigger = trigger
    let build = try service.buildDefinition()
    guard trigger.action != .rebuild || build != nil else {
      throw Failure(
        .invalidInput, "the action rebuild needs a `build` section", subject: "services.\(service.name).develop.watch",
        location: trigger.mark.location)
    }
    do {
      ignored = try IgnoreRules(patterns: Self.ephemeral + trigger.ignore)
      included = trigger.include.isEmpty ? nil : try IgnoreRules(patterns: trigger.include)
    } catch {
      throw Failure(
        .invalidInput, error.description, subject: "services.\(service.name).develop.watch",
        location: trigger.mark.location)
    }
    // Git and the like have no folder here.
    if let build, build.context.hasPrefix("/") {
      let dockerfile = build.dockerfile.map { $0.hasPrefix("/") ? $0 : "\(build.context)/\($0)" }
      context = (build.context, try BuildFiles.context(build.context, dockerfile: dockerfile).ignored)
    } else {
      context = nil
    }
  }

  /// What a change of the path means: where it is in a container (for an action that syncs), or `nil` when nothing.
  func match(_ path: String) -> SyncedPath? {
    guard let below = Self.below(trigger.path, path), !isIgnored(path, below) else { return nil }
    if let included, !below.isEmpty, !included.ignores(below) { return nil }
    guard let target = trigger.target else { return SyncedPath(host: path, container: "") }
    let place = below.isEmpty ? target : target.hasSuffix("/") ? target + below : "\(target)/\(below)"
    return SyncedPath(host: path, container: place)
  }

  /// Nothing in this folder can ever match.
  func leavesOut(_ folder: String) -> Bool {
    guard let below = Self.below(trigger.path, folder), !below.isEmpty else { return false }
    return isIgnored(folder, below) && !ignored.hasExceptions && !(context?.ignored.hasExceptions ?? false)
  }

  /// The folder is not where this rule looks, nor on the way there.
  func isElsewhere(_ folder: String) -> Bool {
    Self.below(trigger.path, folder) == nil && Self.below(folder, trigger.path) == nil
  }

  private func isIgnored(_ path: String, _ below: String) -> Bool {
    if ignored.ignores(below) { return true }
    guard let context, let inside = Self.below(context.folder, path) else { return false }
    return context.ignored.ignores(inside)
  }

  /// The rest of a path that lies in a folder, empty for the folder itself; `nil` where it lies elsewhere.
  private static func below(_ folder: String, _ path: String) -> String? {
    if path == folder { return "" }
    let prefix = folder.hasSuffix("/") ? folder : "\(folder)/"
    return path.hasPrefix(prefix) ? String(path.dropFirst(prefix.count)) : nil
  }
}

/// What a batch of changes asks for.
struct WatchActions: Equatable {
  var rebuild: Set<String> = []
  var restart: Set<String> = []
  /// By service; a path once.
  var sync: [String: [SyncedPath]] = [:]
  /// Places in the list of rules whose program is to run.
  var execute: [Int] = []

  init(_ changed: Set<String>, _ rules: [WatchRule]) {
    for path in changed.sorted() {
      for (index, rule) in rules.enumerated() {
        guard let match = rule.match(path) else { continue }
        switch rule.trigger.action {
        case .rebuild: rebuild.insert(rule.service)
        case .restart: restart.insert(rule.service)
        case .sync: break
        case .syncRestart: restart.insert(rule.service)
        case .syncExec: if !execute.contains(index) { execute.append(index) }
        }
        if rule.trigger.action.syncs, sync[rule.service]?.contains(match) != true {
          sync[rule.service, default: []].append(match)
        }
      }
    }
    // What is made anew gets its files from the image, and is started.
    for service in rebuild {
      sync[service] = nil
      restart.remove(service)
    }
  }
}
