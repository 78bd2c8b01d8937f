import Spec
import YAML

/// One entry of `develop.watch`: what is to happen when files change.
public struct WatchTrigger: Sendable {
  public enum Action: String, Sendable {
    case rebuild, restart, sync
    case syncRestart = "sync+restart"
    case syncExec = "sync+exec"

    /// Changed files are copied into the containers.
    public var syncs: Bool { self != .rebuild && self != .restart }
  }

  /// Absolute.
  public var path: String
  public var action: Action
  /// Where `path` is in the containers; only with an action that syncs.
  public var target: String?
  public var exec: HookSpec?
  /// Patterns as in `.dockerignore`, relative to `path`.
  public var ignore: [String]
  /// Only what these mean counts; empty: everything.
  public var include: [String]
  public var initialSync: Bool
  public var mark: Mark
}

extension WatchTrigger {
  static func read(_ develop: inout Attributes) -> [WatchTrigger] {
    defer { develop.finish() }
    return develop.objects("watch").compactMap { entry in
      var entry = entry
      return WatchTrigger(&entry)
    }
  }

  private init?(_ attributes: inout Attributes) {
    mark = attributes.take("path")?.mark ?? .none
    path = attributes.string("path") ?? ""
    let action = attributes.string("action") ?? ""
    target = attributes.string("target")
    ignore = attributes.list("ignore")
    include = attributes.list("include")
    initialSync = attributes.bool("initial_sync") ?? false
    self.action = Action(rawValue: action) ?? .rebuild
    exec = nil
    if self.action == .syncExec {
      guard var hook = attributes.object("exec") else {
        attributes.refuse("action", "the action sync+exec needs an `exec` with a command")
        return nil
      }
      exec = HookSpec(&hook)
    }
    attributes.skip("exec")
    attributes.finish()
  }
}
