import Foundation
import Testing

@testable import Engine

@Suite struct DecodedFilesTests {
  private let folder = NSTemporaryDirectory() + "decoded-" + UUID().uuidString

  private func write(_ text: String, to path: String, age: TimeInterval = 0) throws {
    try text.write(toFile: path, atomically: true, encoding: .utf8)
    if age > 0 { Thread.sleep(forTimeInterval: age) }
  }

  @Test("A file is decoded once for each of its versions, and a replaced one at once anew")
  func versions() throws {
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let path = folder + "/record"
    let files = DecodedFiles<String>()
    var reads = 0
    func value() throws -> String? {
      try files.value(at: path) { file in
        reads += 1
        return String(decoding: try file.readAll(), as: UTF8.self)
      }
    }
    try write("one", to: path, age: 0.1)
    #expect(try (0..<5).map { _ in try value() } == Array(repeating: "one", count: 5))
    #expect(reads == 1)
    // One that was replaced just now is known, too.
    try write("two", to: path)
    #expect(try (0..<5).map { _ in try value() } == Array(repeating: "two", count: 5))
    #expect(reads == 2)
    // As often as the clock of the file system does not move on between two of them.
    for number in 0..<200 {
      try write("\(number)", to: path)
      #expect(try value() == "\(number)")
    }
  }
}
