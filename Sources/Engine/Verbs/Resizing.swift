import Linux

extension Engine {
  /// Gives the terminal of a running container a size.
  public func resize(_ id: String, _ size: WindowSize) throws {
    let record = try record(id)
    let shim = try ShimConnection(host.container(record.id), name: record.name)
    try shim.send(.resize(rows: size.rows, columns: size.columns))
  }
}
