import Diagnostics
import Presentation

/// What went wrong, as Docker tells it: a status and `{"message": …}`.
public struct APIError: Error, Hashable, Sendable {
  public var status: Int
  public var message: String

  public init(_ status: Int, _ message: String) {
    self.status = status
    self.message = message
  }

  public static func badRequest(_ message: String) -> APIError { APIError(400, message) }
  public static func notFound(_ message: String) -> APIError { APIError(404, message) }
  public static func conflict(_ message: String) -> APIError { APIError(409, message) }
  public static func notImplemented(_ message: String) -> APIError { APIError(501, message) }

  /// What swarm's routes say on an engine that is no member of one.
  public static let noSwarm = APIError(
    503,
    "This node is not a swarm manager. Use \"docker swarm init\" or \"docker swarm join\" to connect this node to swarm and try again."
  )

  public var json: JSONValue { .object(["message": .string(message)]) }
}

extension APIError {
  /// A failure of the engine. Hints belong to people at Davit's own command line.
  public init(_ error: any Error) {
    if let error = error as? APIError {
      self = error
      return
    }
    guard let failure = error as? Failure else {
      self.init(500, "\(error)")
      return
    }
    self.init(Self.status(of: failure), Self.message(of: failure))
  }

  private static func status(of failure: Failure) -> Int {
    switch failure.code {
    case .invalidInput, .unsupported: 400
    case .notFound: 404
    case .conflict: 409
    case .notPermitted: 403
    default: 500
    }
  }

  private static func message(of failure: Failure) -> String {
    var failure = failure
    failure.hint = nil
    failure.location = nil
    // Docker's words, by which scripts and SDKs recognise what is missing.
    if failure.code == .notFound, failure.causes.isEmpty, let space = failure.subject.firstIndex(of: " ") {
      let name = failure.subject[failure.subject.index(after: space)...]
      switch failure.subject[..<space] {
      case "container": if failure.message == "no such container" { return "No such container: \(name)" }
      case "image": return "No such image: \(name)"
      case "network": return "network \(name) not found"
      case "volume": return "get \(name): no such volume"
      default: break
      }
    }
    return failure.description
  }
}
