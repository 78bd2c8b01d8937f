import FoundationEssentials

/// A request's body as JSON.
public enum RequestBody {
  /// Bytes; what is longer is no description of anything.
  public static let limit = 8 << 20

  /// Refuses a body that says that it is something else, such as a form.
  public static func check(contentType: String?) throws(APIError) {
    guard let contentType else { return }
    let type = contentType.prefix { $0 != ";" }.filter { $0 != " " }.lowercased()
    guard type == "application/json" else {
      throw .badRequest("unsupported Content-Type header (\(contentType)): must be 'application/json'")
    }
  }

  /// - Parameter allowsEmpty: no body is an empty object.
  /// - Throws: 400 where it is no such value.
  public static func decode<Value: Decodable>(_ type: Value.Type, _ bytes: [UInt8], allowsEmpty: Bool = false)
    throws(APIError) -> Value
  {
    let isEmpty = bytes.allSatisfy { $0 == 32 || $0 == 10 || $0 == 13 || $0 == 9 } || bytes.elementsEqual("null".utf8)
    if isEmpty, !allowsEmpty { throw .badRequest("invalid JSON: got EOF while reading request body") }
    do {
      let decoder = JSONDecoder()
      return try decoder.decode(type, from: isEmpty ? Data("{}".utf8) : Data(bytes))
    } catch let error as DecodingError {
      throw .badRequest("invalid JSON: \(explain(error))")
    } catch { throw .badRequest("invalid JSON: \(error)") }
  }

  private static func explain(_ error: DecodingError) -> String {
    switch error {
    case .typeMismatch(_, let context), .valueNotFound(_, let context), .keyNotFound(_, let context),
      .dataCorrupted(let context):
      let path = context.codingPath.map(\.stringValue).joined(separator: ".")
      return path.isEmpty ? context.debugDescription : "\(path): \(context.debugDescription)"
    @unknown default: return "\(error)"
    }
  }
}
