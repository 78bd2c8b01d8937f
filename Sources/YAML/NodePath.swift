/// The attribute path of a node, as messages show it: `services.web.ports[1]`, `labels."traefik.enable"`.
public struct NodePath: Hashable, Sendable, CustomStringConvertible {
  public enum Step: Hashable, Sendable {
    case key(String)
    case index(Int)
  }

  public private(set) var steps: [Step]

  public init(_ steps: [Step] = []) { self.steps = steps }

  public init(keys: String...) { steps = keys.map(Step.key) }

  public mutating func push(_ key: String) { steps.append(.key(key)) }
  public mutating func push(_ index: Int) { steps.append(.index(index)) }
  public mutating func pop() { steps.removeLast() }

  public func appending(_ key: String) -> NodePath { NodePath(steps + [.key(key)]) }
  public func appending(_ index: Int) -> NodePath { NodePath(steps + [.index(index)]) }

  public var isEmpty: Bool { steps.isEmpty }

  public var description: String {
    var text = ""
    for step in steps {
      switch step {
      case .index(let index): text += "[\(index)]"
      case .key(let key):
        if !text.isEmpty { text += "." }
        text += Self.isPlain(key) ? key : "\"\(key)\""
      }
    }
    return text
  }

  private static func isPlain(_ key: String) -> Bool {
    !key.isEmpty
      && key.utf8.allSatisfy { byte in
        switch byte {
        case UInt8(ascii: "."), UInt8(ascii: "["), UInt8(ascii: "]"), UInt8(ascii: "\""), 0...32: return false
        default: return true
        }
      }
  }
}
