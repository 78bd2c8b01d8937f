import CLinux
import Glibc

/// What another program said and how it ended.
public struct ProgramResult: Sendable {
  /// As a shell tells it: 128 + n where signal n ended it.
  public var status: Int32
  public var output: [UInt8]
  public var errors: [UInt8]

  /// Standard error as text without its last newline.
  public var complaint: String {
    var text = String(decoding: errors, as: UTF8.self)
    while text.last?.isWhitespace == true { text.removeLast() }
    return text
  }
}

/// Runs another program and waits for its end; no terminal is given to it.
///
/// - Parameter words: the program, searched in PATH where it has no slash, and its arguments.
/// - Parameter environment: nil: that of this process.
/// - Parameter take: is given the output as it comes; the result has none then.
/// - Parameter timeLimit: nanoseconds after which it is killed.
/// - Parameter limit: bytes of each output; more is an error.
/// - Throws: where it cannot be started. `ENOENT`: it is not there.
public func runProgram(
  _ words: [String], environment: [String: String]? = nil, input: [UInt8] = [], timeLimit: Int64? = nil,
  limit: Int = 16 << 20, output take: (([UInt8]) -> Void)? = nil
) throws(SystemError) -> ProgramResult {
  let program = words[0]
  let given = try Descriptor.memoryFile("input", input)
  let (reading, writing) = try Descriptor.pipe()
  let errors = try Descriptor.scratchFile("errors")
  var start = ProgramStart(program, words, environment: environment.map { $0.map { "\($0.key)=\($0.value)" } })
  start.searches = true
  start.descriptors = [(given, 0), (writing, 1), (errors, 2)]
  let pid = try start.run()
  writing.close()
  let output: Result<[UInt8], SystemError>
  do throws(SystemError) {
    if let timeLimit {
      output = .success(try reading.readAll(until: Monotonic.now + timeLimit) { _ = kill(pid, SIGKILL) })
    } else if let take {
      while case let bytes = try reading.read(upTo: 64 << 10), !bytes.isEmpty { take(bytes) }
      output = .success([])
    } else {
      output = .success(try reading.readAll(limit: limit))
    }
  } catch { output = .failure(error) }
  // A program that still writes is told so by SIGPIPE.
  reading.close()
  var status: Int32 = 0
  while waitpid(pid, &status, 0) < 0, errno == EINTR {}
  try errors.seek(to: 0)
  return ProgramResult(
    status: status & 0x7f == 0 ? status >> 8 & 0xff : 128 + status & 0x7f, output: try output.get(),
    errors: try errors.readAll(limit: limit))
}

extension Descriptor {
  /// What comes until the other end is closed.
  /// - Parameter late: called where that has not happened at `deadline`, which ends it.
  fileprivate func readAll(until deadline: Int64, late: () -> Void) throws(SystemError) -> [UInt8] {
    var all: [UInt8] = []
    while true {
      guard poll([self], timeout: max(deadline - Monotonic.now, 0)) != nil else {
        late()
        return all
      }
      let bytes = try read(upTo: 64 << 10)
      if bytes.isEmpty { return all }
      all += bytes
    }
  }
}
