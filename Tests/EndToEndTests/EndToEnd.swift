import Testing

/// What a user is promised, tried with the real binaries in sandboxes.
@Suite(.enabled(if: Sandbox.obstacle == nil, Comment(rawValue: Sandbox.obstacle ?? "")))
struct EndToEnd {}

/// Runs a test body in a sandbox that has the image `busybox`, and closes the sandbox whatever happens.
func inSandbox(_ body: (Sandbox) throws -> Void) throws {
  let sandbox = try Sandbox()
  defer { sandbox.close() }
  try sandbox.importBusybox()
  try body(sandbox)
}
