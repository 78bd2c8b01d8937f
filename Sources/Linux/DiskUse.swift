import Glibc

extension Descriptor {
  /// Bytes of the files below this directory, hard links counted once. What vanishes meanwhile is passed over; other file
  /// systems are not entered.
  public func diskUse() throws(SystemError) -> Int64 {
    var seen: Set<UInt64> = []
    return try diskUse(device: status().device, &seen)
  }

  private func diskUse(device: UInt64, _ seen: inout Set<UInt64>) throws(SystemError) -> Int64 {
    var sum: Int64 = 0
    for (name, _) in try fileNames() {
      guard let status = try? status(of: name), status.device == device else { continue }
      if status.kind == .directory {
        if let inner = try? open(name, [.readOnly, .directory]) { sum += try inner.diskUse(device: device, &seen) }
      } else if status.kind == .regular || status.kind == .symbolicLink {
        if status.links > 1, !seen.insert(status.inode).inserted { continue }
        sum += status.size
      }
    }
    return sum
  }
}
