import Linux
import Spec

extension Network {
  /// `host` and `none`, which every listing of Docker's shows. They are no objects: what they stand for is how a container
  /// is started.
  public static let predefined: [Network] = [("host", "host", "5"), ("none", "null", "0")].map { name, driver, digit in
    var spec = NetworkSpec(name: name)
    spec.driver = driver
    return Network(
      id: String(repeating: "da\(digit)7", count: 16), spec: spec, asked: spec, owner: nil,
      created: Timestamp(nanoseconds: 0))
  }

  /// Nobody can remove it.
  public var isPredefined: Bool { name == Engine.defaultNetwork || Self.predefined.contains { $0.id == id } }

  static func predefined(_ nameOrID: String) -> Network? {
    predefined.first { $0.name == nameOrID || $0.id == nameOrID }
  }
}
