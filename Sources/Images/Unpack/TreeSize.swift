import Linux

extension Descriptor {
  /// Bytes of all regular files below this directory, each counted once however many names it has.
  public func treeSize() throws -> Int64 {
    var seen: Set<UInt64> = []
    func sum(_ directory: Descriptor) throws -> Int64 {
      var total: Int64 = 0
      for (name, kind) in try directory.fileNames() {
        switch kind {
        case .directory: total += try sum(try directory.open(name, [.readOnly, .directory]))
        case .regular, nil:
          let status = try directory.status(of: name)
          if status.kind == .directory {
            total += try sum(try directory.open(name, [.readOnly, .directory]))
          } else if status.kind == .regular, status.links == 1 || seen.insert(status.inode).inserted {
            total += status.size
          }
        default: break
        }
      }
      return total
    }
    return try sum(self)
  }
}
