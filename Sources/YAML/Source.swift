import Synchronization

/// The file that nodes came from: a small number that stands for its name, so that marks need no reference counting.
/// Names are kept for the life of the process, each once.
public struct Source: Hashable, Sendable {
  private let id: UInt32

  /// - Parameter name: the path as a person would name it.
  public init(name: String) { id = Self.names.withLock { $0.id(of: name) } }

  public var name: String { Self.names.withLock { $0.all[Int(id)] } }

  /// For nodes that no file holds: what Davit itself adds.
  public static let none = Source(name: "")

  private struct Names {
    var all: [String] = []
    var ids: [String: UInt32] = [:]

    mutating func id(of name: String) -> UInt32 {
      if let known = ids[name] { return known }
      let id = UInt32(all.count)
      all.append(name)
      ids[name] = id
      return id
    }
  }

  private static let names = Mutex(Names())
}
