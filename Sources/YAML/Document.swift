import Diagnostics

extension Node {
  /// The documents of a YAML stream, with anchors, aliases and `<<` resolved.
  ///
  /// - Parameters:
  ///   - bytes: UTF-8 or UTF-16 text.
  ///   - source: what marks and messages name.
  /// - Throws: a syntax error, or everything else that is wrong: keys that are defined twice or are no strings,
  ///   unknown anchors, limits exceeded.
  public static func documents(
    in bytes: [UInt8], from source: Source, limits: Limits = Limits()
  ) throws(Failures) -> [Node] {
    guard bytes.count <= limits.fileSize else {
      throw Failures([
        Failure(
          .invalidInput, "the file has \(bytes.count) bytes; at most \(limits.fileSize) are read",
          location: SourceLocation(file: source.name, line: 1, column: 1))
      ])
    }
    return try bytes.withUnsafeBufferPointer { buffer throws(Failures) in
      var stream = EventStream(buffer)
      var documents: [Node] = []
      var failures: [Failure] = []
      while true {
        guard let event = stream.next() else {
          throw Failures(failures + [SyntaxProblem.failure(stream.problem, in: bytes, source: source)])
        }
        if case .streamEnd = event.kind { break }
        guard case .documentStart = event.kind else { continue }
        var builder = TreeBuilder(source: source, limits: limits)
        do throws(TreeBuilder.Stop) {
          documents.append(try builder.document(from: &stream))
        } catch {
          failures += builder.failures
          switch error {
          case .syntax: failures.append(SyntaxProblem.failure(stream.problem, in: bytes, source: source))
          case .limit(let failure): failures.append(failure)
          }
          throw Failures(failures)
        }
        failures += builder.failures
      }
      guard failures.isEmpty else { throw Failures(failures) }
      return documents
    }
  }
}
