import CLinux
import Glibc

/// Memory that bytes pass through. It costs address space only until it is used, and what a burst touched is given back
/// to the kernel when it is over.
final class TransitBuffer {
  /// What stays after a burst.
  private static let kept = 8 << 10

  let base: UnsafeMutablePointer<UInt8>
  let capacity: Int
  /// Bytes that are in it now.
  var count = 0 {
    didSet { if count > peak { peak = count } }
  }
  private var peak = 0

  /// - Parameter capacity: bytes, a multiple of the page size.
  init(capacity: Int) {
    let memory = mmap(nil, capacity, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0)
    guard let memory, memory != MAP_FAILED else { fatalError("out of memory") }
    base = memory.bindMemory(to: UInt8.self, capacity: capacity)
    self.capacity = capacity
  }

  deinit { munmap(base, capacity) }

  var room: Int { capacity - count }
  var bytes: UnsafeRawBufferPointer { UnsafeRawBufferPointer(start: base, count: count) }

  /// Forgets the content after a burst, and its memory.
  func settle() {
    count = 0
    guard peak > TransitBuffer.kept else { return }
    madvise(base + TransitBuffer.kept, capacity - TransitBuffer.kept, Int32(MADV_DONTNEED))
    peak = 0
  }
}
