import Glibc
import Isolation
import Launch
import Linux

/// Both ends of a container's standard streams, before its program starts.
struct Streams {
  /// What the program is given.
  let program: ProgramStreams
  var input: Descriptor?
  var outputs: [(ContainerLog.Stream, Descriptor)] = []
  /// The ends behind `program`; to be let go of once it has them.
  private var given: [Descriptor] = []

  /// Pipes, or the wish for a terminal.
  init(_ process: ProcessLaunch, _ settings: StreamsLaunch) throws(SystemError) {
    guard !process.terminal else {
      program = .terminal
      return
    }
    let output = try Descriptor.pipe()
    let error = try Descriptor.pipe()
    Streams.widen(output.writing)
    outputs = [(.stdout, output.reading), (.stderr, error.reading)]
    let source: Descriptor
    if settings.stdinOpen {
      let pipe = try Descriptor.pipe()
      input = pipe.writing
      source = pipe.reading
    } else {
      source = try .open("/dev/null")
    }
    given = [source, output.writing, error.writing]
    program = .descriptors(input: source.raw, output: output.writing.raw, error: error.writing.raw)
  }

  /// A wider pipe lets program and shim work side by side. Where a person's pipes have used up what the kernel allows,
  /// it stays as it is.
  private static func widen(_ pipe: Descriptor) { _ = fcntl(pipe.raw, 1031 /* F_SETPIPE_SZ */, Int32(256 << 10)) }

  /// The program has its ends: the pipes end when it lets go of them.
  mutating func letGo() {
    for descriptor in given { descriptor.close() }
    given = []
  }

  /// The terminal was made: it is read and written through its controlling end.
  mutating func attach(console: Descriptor, stdinOpen: Bool) throws(SystemError) {
    outputs = [(.stdout, console)]
    if stdinOpen { input = try console.duplicate() }
  }
}
