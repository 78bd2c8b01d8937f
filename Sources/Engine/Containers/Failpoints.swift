/// Moments between two steps of a verb at which a test lets the process die, to see that nothing is lost and nothing
/// leaks. In ordinary life nothing happens there.
struct Failpoints: Sendable {
  var reached: @Sendable (StaticString) -> Void

  static let none = Failpoints { _ in }

  func callAsFunction(_ name: StaticString) { reached(name) }
}
