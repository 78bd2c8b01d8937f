import Glibc
import Launch
import Linux
import Testing

@testable import Shim

@Suite struct ContainerLogTests {
  private func take(_ log: ContainerLog, _ stream: ContainerLog.Stream, _ text: String, at nanoseconds: Int64) {
    Array(text.utf8).withUnsafeBufferPointer { log.take(stream, $0, at: Timestamp(nanoseconds: nanoseconds)) }
  }

  private func text(_ path: String) throws -> String { String(decoding: try readFile(path), as: UTF8.self) }

  private func settings(_ folder: String, size: Int64? = nil, files: UInt32 = 1) -> LogLaunch {
    var settings = LogLaunch()
    settings.path = "\(folder)/log"
    settings.maximumSize = size
    settings.maximumFiles = files
    return settings
  }

  @Test("The log reads as Docker's json-file log")
  func golden() throws {
    try withFolder { folder in
      let log = try ContainerLog(settings(folder))
      take(log, .stdout, "hello\npart", at: 1_500_000_000)
      take(log, .stderr, "<warning>\n", at: 2_000_000_000)
      take(log, .stdout, "ed\r\nlast", at: 3_123_456_789)
      log.finish(.stdout, at: Timestamp(nanoseconds: 4_000_000_000))
      #expect(
        try text("\(folder)/log") == #"""
          {"log":"hello\n","stream":"stdout","time":"1970-01-01T00:00:01.5Z"}
          {"log":"\u003cwarning\u003e\n","stream":"stderr","time":"1970-01-01T00:00:02Z"}
          {"log":"parted\r\n","stream":"stdout","time":"1970-01-01T00:00:03.123456789Z"}
          {"log":"last","stream":"stdout","time":"1970-01-01T00:00:04Z"}

          """#)
    }
  }

  @Test("All parts of a long line carry the time of the first, the next line its own")
  func longLine() throws {
    try withFolder { folder in
      let log = try ContainerLog(settings(folder))
      take(log, .stdout, String(repeating: "a", count: 20_000), at: 1_000_000_000)
      take(log, .stdout, "b\nnext\n", at: 2_000_000_000)
      let times = try text("\(folder)/log").split(separator: "\n").map { $0.suffix(5) }
      #expect(times == ["01Z\"}", "01Z\"}", "02Z\"}"])
    }
  }

  @Test("Labels and environment that were asked for are on every line")
  func attributes() throws {
    try withFolder { folder in
      var settings = settings(folder)
      settings.attributes = [NamedValue("tier", "a\"b"), NamedValue("env", "")]
      take(try ContainerLog(settings), .stdout, "x\n", at: 0)
      #expect(
        try text(settings.path) == #"""
          {"log":"x\n","stream":"stdout","attrs":{"tier":"a\"b","env":""},"time":"1970-01-01T00:00:00Z"}

          """#)
    }
  }

  @Test("A full file gives way to a new one between two entries, and only as many are kept as wanted")
  func rotation() throws {
    try withFolder { folder in
      let log = try ContainerLog(settings(folder, size: 200, files: 3))
      // One entry is 67 bytes, so the third reaches the limit.
      take(log, .stdout, (10..<30).map { "line\($0)\n" }.joined(), at: 0)
      #expect(try listDirectory(folder) == ["log", "log.1", "log.2"])
      let sizes = try listDirectory(folder).map { try FileStatus.of("\(folder)/\($0)").size }
      #expect(sizes == [134, 201, 201])
      #expect(try text("\(folder)/log").contains("line29"))
      #expect(try text("\(folder)/log.1").contains("line27"))
    }
  }

  @Test("With one file only, the full one is replaced, and who reads it can finish")
  func singleFile() throws {
    try withFolder { folder in
      let log = try ContainerLog(settings(folder, size: 100))
      take(log, .stdout, "one\n", at: 0)
      let reader = try Descriptor.open("\(folder)/log")
      take(log, .stdout, "two\nthree\n", at: 0)
      #expect(try listDirectory(folder) == ["log"])
      #expect(try text("\(folder)/log").contains("three"))
      #expect(String(decoding: try reader.readAll(), as: UTF8.self).contains("two"))
    }
  }

  @Test("A log that ends in half an entry, because its writer was killed, is continued on a new line")
  func continuation() throws {
    try withFolder { folder in
      try writeAtomically(Array(#"{"log":"ha"#.utf8), to: "\(folder)/log")
      take(try ContainerLog(settings(folder)), .stdout, "x\n", at: 0)
      #expect(
        try text("\(folder)/log") == #"""
          {"log":"ha
          {"log":"x\n","stream":"stdout","time":"1970-01-01T00:00:00Z"}

          """#)
    }
  }

  @Test(
    "A full disk loses whole entries and nothing else",
    .enabled(if: geteuid() == 0, "a small file system can be mounted by root only"))
  func fullDisk() throws {
    try withFolder { folder in
      try Thread.spawn {
        // Of this thread alone, gone with it.
        try Namespaces.mount.unshare()
        mount(nil, "/", nil, UInt(MS_REC | MS_PRIVATE), nil)
        #expect(mount("tmpfs", folder, "tmpfs", 0, "size=64k") == 0)
        let log = try ContainerLog(settings(folder))
        take(log, .stdout, "first\n", at: 0)
        let size = try FileStatus.of("\(folder)/log").size
        take(log, .stdout, String(repeating: "lost\n", count: 2_000), at: 0)
        #expect(try FileStatus.of("\(folder)/log").size == size)
        take(log, .stdout, "last\n", at: 0)
        let lines = try text("\(folder)/log").split(separator: "\n")
        #expect(lines.map { $0.prefix(12) } == [#"{"log":"firs"#, #"{"log":"last"#])
      }.join()
    }
  }
}
