extension Engine {
  /// Finishes what a command that died was removing or making. Reads two or three directories, and writes nothing where
  /// nothing was left.
  public func tidy() { finishUnfinished() }
}
