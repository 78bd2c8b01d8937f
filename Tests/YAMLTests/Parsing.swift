import Diagnostics
import Testing

@testable import YAML

func parse(_ text: String, limits: Limits = Limits()) throws -> Node {
  let documents = try Node.documents(in: Array(text.utf8), from: Source(name: "f.yaml"), limits: limits)
  return try #require(documents.first)
}

func failures(_ text: String, limits: Limits = Limits()) -> [String] {
  do throws(Failures) {
    _ = try Node.documents(in: Array(text.utf8), from: Source(name: "f.yaml"), limits: limits)
    return []
  } catch {
    return error.all.map(\.description)
  }
}
