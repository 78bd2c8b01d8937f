import Diagnostics
import Dockerfile
import OCI

/// Which stages the target needs, and in which order.
struct StageGraph: Sendable {
  enum Base: Sendable, Hashable {
    case scratch
    case stage(Int)
    case image(String)
  }

  /// Of the stages that are needed.
  private(set) var bases: [Int: Base] = [:]
  /// Stages that need nothing from each other, in the order in which they can be built.
  private(set) var levels: [[Int]] = []
  let target: Int
  /// `ARG` above the first `FROM`, with values.
  let arguments: [String: String]
  private let recipe: Recipe
  private let request: BuildRequest

  init(_ recipe: Recipe, _ request: BuildRequest) throws {
    self.recipe = recipe
    self.request = request
    var global = Variables(escape: recipe.escape)
    for (name, value) in PredefinedArguments.platform(.host) { global[name] = value }
    for definition in recipe.arguments {
      do {
        global[definition.name] = try request.arguments[definition.name] ?? definition.value.map(global.expand)
      } catch {
        throw request.dockerfile.failure("\(error)", at: recipe.stages[0].lines)
      }
    }
    arguments = Dictionary(uniqueKeysWithValues: global.entries)
    target = try Self.target(recipe, request)
    try need(target, global)
    var depths: [Int: Int] = [:]
    for index in bases.keys.sorted() {
      let below = try dependencies(of: index).map { depths[$0] ?? 0 }
      depths[index] = (below.max() ?? -1) + 1
    }
    for (index, depth) in depths.sorted(by: { $0.key < $1.key }) {
      while levels.count <= depth { levels.append([]) }
      levels[depth].append(index)
    }
  }

  private static func target(_ recipe: Recipe, _ request: BuildRequest) throws -> Int {
    guard let name = request.target, !name.isEmpty else { return recipe.stages.count - 1 }
    if let index = recipe.stages.lastIndex(where: { $0.name == name.lowercased() }) { return index }
    if let index = Int(name), recipe.stages.indices.contains(index) { return index }
    throw Failure(
      .notFound, "target stage \"\(name)\" could not be found", subject: "--target",
      hint: "there are \(recipe.stages.compactMap(\.name).joined(separator: ", "))")
  }

  private mutating func need(_ index: Int, _ global: Variables) throws {
    guard bases[index] == nil else { return }
    let stage = recipe.stages[index]
    let name: String
    do {
      name = try global.expand(stage.base)
      if let platform = try stage.platform.map(global.expand), !platform.isEmpty {
        guard Platform.host.preference(of: try Platform(platform)) != nil else {
          throw request.dockerfile.failure(
            "stages for \(platform) cannot be built on \(Platform.host)", at: stage.lines, code: .unsupported)
        }
      }
    } catch let error as WordLexer.SyntaxError {
      throw request.dockerfile.failure("\(error)", at: stage.lines)
    }
    guard !name.isEmpty else {
      throw request.dockerfile.failure("base name (\(stage.base)) should not be blank", at: stage.lines)
    }
    if request.namedContexts[name] != nil {
      throw request.dockerfile.failure(
        "a stage cannot begin with the folder \(name) yet: copy from it", at: stage.lines, code: .unsupported)
    }
    if request.imageContexts[name] == nil, let other = Self.stage(named: name, before: index, recipe) {
      bases[index] = .stage(other)
    } else {
      bases[index] = name == "scratch" ? .scratch : .image(name)
    }
    for other in try dependencies(of: index) { try need(other, global) }
  }

  private static func stage(named name: String, before index: Int, _ recipe: Recipe) -> Int? {
    recipe.stages[..<index].lastIndex { $0.name == name.lowercased() }
  }

  /// What `--from` means in a stage: another stage, by name or number.
  func stage(from name: String, in index: Int) -> Int? {
    if request.imageContexts[name] != nil { return nil }
    if let found = Self.stage(named: name, before: index, recipe) { return found }
    return Int(name).flatMap { (0..<index).contains($0) ? $0 : nil }
  }

  /// How a stage is called in what is told: its name, or its number among those with steps.
  func label(_ index: Int, _ recipe: Recipe) -> String { recipe.stages[index].name ?? "stage-\(index)" }

  private func dependencies(of index: Int) throws -> [Int] {
    var found: [Int] = []
    if case .stage(let other) = bases[index] { found.append(other) }
    for step in recipe.stages[index].steps {
      for name in Self.sources(of: step)
      where request.namedContexts[name] == nil && request.imageContexts[name] == nil {
        if let other = stage(from: name, in: index) { found.append(other) }
      }
    }
    return found
  }

  /// What a step copies from or mounts, beyond the build's own context.
  static func sources(of step: Step) -> [String] {
    switch step.action {
    case .copy(let copying): copying.from.map { [$0] } ?? []
    case .run(let run):
      run.mounts.compactMap { text in (try? MountOption(text) { (text: String) in text })?.from }
    default: []
    }
  }
}
