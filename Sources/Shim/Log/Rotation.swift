/// How log files change their names when a new one is begun, as a list of steps.
///
/// `log.1` is the youngest of the old ones. With one file only, the current one is removed: whoever reads it keeps it.
struct Rotation: Hashable, Sendable {
  enum Step: Hashable, Sendable {
    case remove(String)
    case rename(String, String)
  }

  static func steps(for path: String, maximumFiles: UInt32) -> [Step] {
    guard maximumFiles > 1 else { return [.remove(path)] }
    func name(_ number: UInt32) -> String { number == 0 ? path : "\(path).\(number)" }
    let last = maximumFiles - 1
    return [.remove(name(last))] + stride(from: last, to: 0, by: -1).map { .rename(name($0 - 1), name($0)) }
  }
}
