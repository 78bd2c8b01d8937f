import Glibc
import Linux

/// One direction of a relayed connection: source → pipe → target, inside the kernel. The pipe is the bound on what waits.
final class Channel {
  private static let step = 64 << 10

  let source: Descriptor
  let target: Descriptor
  private let pipe: (reading: Descriptor, writing: Descriptor)
  private var waiting = 0
  private var sourceEnded = false
  /// All that there was has been passed on, and the target was told that no more comes.
  private(set) var isDone = false

  init(from source: Descriptor, to target: Descriptor) throws(SystemError) {
    self.source = source
    self.target = target
    pipe = try Descriptor.pipe()
  }

  /// The source is worth reading: its end has not come, and the pipe has room.
  var wantsSource: Bool { !sourceEnded && waiting == 0 }
  /// Something waits for the target.
  var wantsTarget: Bool { waiting > 0 }

  /// Passes on what can be passed on now. An error means that the connection is broken.
  func pump() throws(SystemError) {
    while !isDone {
      while waiting > 0 {
        guard let sent = try pipe.reading.splice(to: target, count: waiting) else { return }
        if sent == 0 { return }
        waiting -= sent
      }
      if sourceEnded {
        shutdown(target.raw, Int32(SHUT_WR))
        isDone = true
        return
      }
      guard let taken = try source.splice(to: pipe.writing, count: Channel.step) else { return }
      if taken == 0 { sourceEnded = true }
      waiting += taken
    }
  }
}
