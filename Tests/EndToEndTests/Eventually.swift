import Foundation
import Testing

/// Looks ten times a second until something is so, for ten seconds of looking; says where it never is.
func eventually(
  _ what: @autoclosure () -> String = "it is so", at location: SourceLocation = #_sourceLocation,
  _ holds: () throws -> Bool
) throws {
  for _ in 0..<100 {
    if try holds() { return }
    usleep(100_000)
  }
  Issue.record("never: \(what())", sourceLocation: location)
}
