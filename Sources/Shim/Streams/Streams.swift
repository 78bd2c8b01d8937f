import Launch
import Linux

/// Both ends of a container's standard streams, before its program starts.
struct Streams {
  /// The container's ends, until it has them.
  var program: ProgramStreams?
  var input: Descriptor?
  var outputs: [(ContainerLog.Stream, Descriptor)] = []

  /// Pipes, or the wish for a terminal.
  init(_ process: ProcessLaunch, _ settings: StreamsLaunch, size: WindowSize) throws(SystemError) {
    if process.terminal {
      program = .terminal(size)
      return
    }
    let output = try Descriptor.pipe()
    let error = try Descriptor.pipe()
    outputs = [(.stdout, output.reading), (.stderr, error.reading)]
    if settings.stdinOpen {
      let pipe = try Descriptor.pipe()
      input = pipe.writing
      program = .pipes(input: pipe.reading, output: output.writing, error: error.writing)
    } else {
      program = .pipes(input: try .open("/dev/null"), output: output.writing, error: error.writing)
    }
  }

  /// The terminal was made: it is read and written through its controlling end.
  mutating func attach(console: Descriptor, stdinOpen: Bool) throws(SystemError) {
    outputs = [(.stdout, console)]
    if stdinOpen { input = try console.duplicate() }
  }
}
