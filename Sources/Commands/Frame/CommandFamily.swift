import Arguments

/// Commands that are made together, by their names: those of other verbs are not made at all, which is most of what a
/// quick command would do before it begins.
struct CommandFamily: Sendable {
  let names: [String]
  let make: @Sendable () -> [Command]

  init(names: [String], make: @escaping @Sendable () -> [Command]) {
    self.names = names
    self.make = make
  }

  init(_ names: String..., make: @escaping @Sendable () -> [Command]) { self.init(names: names, make: make) }

  init(_ name: String, _ make: @escaping @autoclosure @Sendable () -> Command) {
    names = [name]
    self.make = { [make()] }
  }
}

extension [CommandFamily] {
  /// - Parameter verb: the only one that is wanted; `nil`: all.
  func commands(_ verb: String?) -> [Command] {
    guard let verb else { return flatMap { $0.make() } }
    return lazy.filter { $0.names.contains(verb) }.flatMap { $0.make() }.filter { $0.name == verb }
  }
}
