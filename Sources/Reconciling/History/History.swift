import Diagnostics
import FoundationEssentials
import Linux
import Planning

/// The generations of a project, in its folder:
///
///     generations/<number>.json     one apply
///     contents/<digest>             bytes of secrets and configs that kept generations need
///
/// Only root can read them.
public struct History: Sendable {
  /// How many are kept where nothing else is said.
  public static let defaultKeep = 10

  let path: String

  private var generations: String { "\(path)/generations" }
  private var contents: String { "\(path)/contents" }
  private var keepFile: String { "\(path)/keep" }

  init(_ folder: ProjectFolder) { path = folder.path }

  /// Numbers of all that are kept, oldest first.
  public var numbers: [Int] {
    ((try? listDirectory(generations)) ?? []).compactMap { name in
      name.hasSuffix(".json") ? Int(name.dropLast(5)) : nil
    }.sorted()
  }

  /// All that can be read, oldest first.
  public func all() -> [Generation] { numbers.compactMap { try? read($0) } }

  public func read(_ number: Int) throws(Failure) -> Generation {
    let bytes: [UInt8]
    do { bytes = try readFile("\(generations)/\(number).json") } catch {
      let kept = numbers.map(String.init).joined(separator: ", ")
      throw Failure(
        .notFound, "there is no such generation", subject: "generation \(number)",
        hint: kept.isEmpty ? "nothing was applied yet" : "there are \(kept)")
    }
    do { return try JSONDecoder().decode(Generation.self, from: Data(bytes)) } catch {
      throw Failure(.corrupt, "its record cannot be read", subject: "generation \(number)", causes: ["\(error)"])
    }
  }

  public var latest: Generation? { numbers.last.flatMap { try? read($0) } }

  /// The one to go back to: the newest that succeeded before the current one; where the current one did not succeed, the
  /// newest that did.
  public func lastGood() throws(Failure) -> Generation {
    let all = all()
    guard let current = all.last else {
      throw Failure(.notFound, "nothing was applied yet", hint: "`davit up` makes the first generation")
    }
    guard let good = all.last(where: { $0.status == .succeeded && $0.number < current.number }) else {
      throw Failure(.notFound, "there is no earlier generation that succeeded", hint: "`davit history` shows all")
    }
    return good
  }

  /// How many generations are kept.
  public var keep: Int {
    (try? readText(keepFile)).flatMap { Int($0.prefix { $0 != "\n" }) } ?? Self.defaultKeep
  }

  /// From now on so many are kept.
  public func setKeep(_ count: Int) throws(Failure) {
    guard count > 0 else { throw Failure(.invalidInput, "at least one generation is kept", subject: "--keep") }
    do {
      try makeDirectories(path, mode: 0o700)
      try writeAtomically(Array("\(count)\n".utf8), to: keepFile, mode: 0o600)
    } catch { throw error.failure }
    prune()
  }

  // MARK: Writing, under the project's lock

  /// Writes a new generation down, with the bytes that it needs, before anything is done for it.
  func begin(_ desired: Desired, _ plan: Plan, _ origin: Origin?) throws(Failure) -> Generation {
    let generation = Generation(
      number: (numbers.last ?? 0) + 1, began: .now(), origin: origin, desired: desired, plan: plan)
    do {
      try makeDirectories(generations, mode: 0o700)
      try makeDirectories(contents, mode: 0o700)
    } catch { throw error.failure }
    for file in desired.services.flatMap(\.containers).flatMap(\.files) {
      guard let bytes = file.content, !FileStatus.exists(place(of: file.contentDigest)) else { continue }
      do { try writeAtomically(bytes, to: place(of: file.contentDigest), mode: 0o600) } catch { throw error.failure }
    }
    try write(generation)
    return generation
  }

  func finish(_ generation: Generation, _ report: Report) throws(Failure) {
    var generation = generation
    generation.ended = .now()
    generation.status = Generation.Status(report)
    generation.failures = report.failed.map(\.failure.description)
    try write(generation)
    prune()
  }

  private func write(_ generation: Generation) throws(Failure) {
    do {
      let encoder = JSONEncoder()
      encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
      try writeAtomically(
        Array(encoder.encode(generation)), to: "\(generations)/\(generation.number).json", mode: 0o600, durable: true)
    } catch {
      throw Failure(
        .system, "it could not be written down", subject: "generation \(generation.number)", causes: ["\(error)"])
    }
  }

  /// Removes the oldest. The newest that succeeded stays whatever came after it.
  private func prune() {
    let numbers = numbers
    var going = Array(numbers.dropLast(keep))
    if !going.isEmpty, !numbers.suffix(keep).contains(where: { (try? read($0))?.status == .succeeded }),
      let good = going.last(where: { (try? read($0))?.status == .succeeded })
    {
      going.removeAll { $0 == good }
    }
    guard !going.isEmpty, let folder = try? Descriptor.open(generations, .anchor) else { return }
    for number in going { try? folder.unlink("\(number).json") }
    let needed = Set(all().flatMap(\.contents).map(name))
    guard let store = try? Descriptor.open(contents, .anchor) else { return }
    for name in (try? listDirectory(contents)) ?? [] where !needed.contains(name) { try? store.unlink(name) }
  }

  func forget() {
    for folder in [generations, contents] { try? removeTree(folder) }
    try? Descriptor.open(path, .anchor).unlink("keep")
  }

  // MARK: Contents

  private func name(_ digest: String) -> String { String(digest.map { $0 == ":" ? "-" : $0 }) }
  private func place(of digest: String) -> String { "\(contents)/\(name(digest))" }

  /// The bytes of a secret or config, if they are kept.
  func content(_ digest: String) -> [UInt8]? { try? readFile(place(of: digest)) }
}

extension Desired {
  /// With the bytes of its secrets and configs, as far as they are not known and `read` knows them.
  func filled(_ read: (String) -> [UInt8]?) -> Desired {
    var desired = self
    for service in desired.services.indices {
      for index in desired.services[service].containers.indices {
        desired.services[service].containers[index].fill(read)
      }
      desired.services[service].template?.fill(read)
    }
    return desired
  }

  /// With the services of `earlier` that this one leaves out because others were chosen.
  func merged(over earlier: Desired?) -> Desired {
    guard let earlier else { return self }
    var merged = self
    let own = Set(services.map(\.name))
    let kept = earlier.services.filter { !own.contains($0.name) && disabledServices.contains($0.name) }
    guard !kept.isEmpty else { return self }
    merged.services += kept
    merged.disabledServices.removeAll { name in kept.contains { $0.name == name } }
    merged.networks += earlier.networks.filter { other in !networks.contains { $0.key == other.key } }
    merged.volumes += earlier.volumes.filter { other in !volumes.contains { $0.key == other.key } }
    merged.files += earlier.files.filter { other in !files.contains { $0.kind == other.kind && $0.name == other.name } }
    return merged
  }
}
