/// The names of the files that davit and its shims share.
public enum Files {
  // In $DAVIT_RUN/containers/<id>/
  public static let state = "state.json"
  public static let attachSocket = "attach.sock"

  // In $DAVIT_ROOT/containers/<id>/
  public static let exitRecord = "exit.json"
  /// As Docker names it, so that log collectors find it.
  public static func log(of container: String) -> String { "\(container)-json.log" }
}
