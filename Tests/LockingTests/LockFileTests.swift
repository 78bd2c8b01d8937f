import Diagnostics
import OCI
import Testing

@testable import Locking

@Suite struct LockFileTests {
  private let a = try! Digest("sha256:" + String(repeating: "a", count: 64))
  private let b = try! Digest("sha256:" + String(repeating: "b", count: 64))

  private var sample: LockFile {
    var lock = LockFile()
    lock.images["docker.io/library/nginx:1"] = .init(digest: a, platforms: ["linux/amd64": a, "linux/arm64": b])
    lock.images["docker.io/library/own:latest"] = .init(digest: b, isLocal: true)
    lock.builds["web"] = .init(context: a, dockerfile: b, images: ["docker.io/library/nginx:1"])
    lock.remotes["https://host/\"odd\".git#main:a"] = "0123456789012345678901234567890123456789"
    return lock
  }

  @Test("A lock file reads back as it was written, and the same value always gives the same bytes")
  func roundTrip() throws {
    let text = sample.text
    #expect(try LockFile(parsing: Array(text.utf8), path: "davit.lock") == sample)
    #expect(try LockFile(parsing: Array(text.utf8), path: "davit.lock").text == text)
    #expect(try LockFile(parsing: Array(LockFile().text.utf8), path: "davit.lock") == LockFile())
  }

  @Test("One image that moves is one line of difference")
  func diffFriendly() {
    var other = sample
    other.images["docker.io/library/own:latest"]?.digest = a
    let (old, new) = (sample.text.split(separator: "\n"), other.text.split(separator: "\n"))
    #expect(zip(old, new).filter { $0 != $1 }.count == 1 && old.count == new.count)
  }

  @Test("What differs is named: missing, surplus and changed entries down to the field")
  func differences() {
    var found = sample
    found.images["docker.io/library/nginx:1"]?.platforms["linux/arm64"] = a
    found.images["docker.io/library/new:1"] = .init(digest: a)
    found.builds["web"]?.context = b
    found.remotes = [:]
    #expect(
      sample.differences(from: found).map(\.description) == [
        "image docker.io/library/new:1: not locked",
        "image docker.io/library/nginx:1: platform linux/arm64: \(b) → \(a)",
        "build web: context: \(a) → \(b)",
        "remote https://host/\"odd\".git#main:a: locked, and the project does not have it",
      ])
    #expect(sample.differences(from: sample).isEmpty)
  }

  @Test(
    "What is wrong in a lock file is said with line and column",
    arguments: [
      ("version: 2\n", "davit.lock:1:10"), ("images: {}\n", "davit.lock:1:1"),
      ("version: 1\nimages:\n  x: {digest: md5}\n", "davit.lock:3:15"), ("version: 1\nextra: 1\n", "davit.lock:2:1"),
      ("version: 1\nremotes: {a: 5}\n", "davit.lock:2:14"), ("version: 1\nimages: [\n", "davit.lock:"),
    ])
  func places(text: String, place: String) {
    do {
      _ = try LockFile(parsing: Array(text.utf8), path: "davit.lock")
      Issue.record("accepted: \(text)")
    } catch { #expect("\(error)".contains(place), "\(error)") }
  }
}
