import Launch
import Linux

/// What a new program reads and writes.
public enum ProgramStreams: Sendable {
  /// Descriptors that become 0, 1 and 2.
  case descriptors(input: Int32, output: Int32, error: Int32)
  /// A terminal that is made inside the container; its controlling end comes back with the started program.
  case terminal
}

/// A program that was started in a container. It is a child of this process, which reaps it.
public struct StartedProgram: Sendable {
  public var process: ProcessDescriptor
  /// Field 22 of /proc/<pid>/stat.
  public var startTime: UInt64
  /// The controlling end of the program's terminal.
  public var console: Descriptor?

  public init(process: ProcessDescriptor, startTime: UInt64, console: Descriptor? = nil) {
    self.process = process
    self.startTime = startTime
    self.console = console
  }
}
