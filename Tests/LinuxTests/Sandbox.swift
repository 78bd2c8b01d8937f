import Glibc
import Linux

/// A folder of its own for one test, gone with it.
final class Scratch {
  let path: String
  let directory: Descriptor

  init() throws {
    path = "/tmp/davit-test-linux-\(getpid())-\(UInt32.random(in: 0 ... .max))"
    try makeDirectories(path)
    directory = try Descriptor.open(path, .anchor)
  }

  deinit { try? removeTree(path) }

  func write(_ text: String, _ name: String) throws { try writeAtomically(text.utf8, to: path + "/" + name) }
  func link(_ name: String, _ target: String) throws { _ = try directory.makeSymbolicLink(name, saying: target) }
}
