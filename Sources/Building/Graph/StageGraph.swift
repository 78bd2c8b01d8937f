import Diagnostics
import Dockerfile
import OCI

/// Which stages the target needs, and what each needs before it can begin.
struct StageGraph: Sendable {
  enum Base: Sendable, Hashable {
    case scratch
    case stage(Int)
    case image(String, Platform)
    /// A named context: an empty root with what that holds.
    case folder(String)
  }

  /// Of the stages that are needed.
  private(set) var bases: [Int: Base] = [:]
  private(set) var dependencies: [Int: Set<Int>] = [:]
  /// What each stage is for.
  private(set) var platforms: [Int: Platform] = [:]
  let target: Int
  /// `ARG` above the first `FROM`, with values.
  let arguments: [String: String]
  let platform: Platform
  private let recipe: Recipe
  private let request: BuildRequest

  /// The stages that are needed, each behind those that it needs.
  var order: [Int] { bases.keys.sorted() }

  init(_ recipe: Recipe, _ request: BuildRequest) throws {
    self.recipe = recipe
    self.request = request
    platform = request.platform ?? .host
    target = try Self.target(recipe, request)
    var global = Variables(escape: recipe.escape)
    for (name, value) in PredefinedArguments.platform(platform) { global[name] = value }
    global["TARGETSTAGE"] =
      recipe.stages[target].name ?? (request.target.map { $0.isEmpty ? "default" : $0 } ?? "default")
    for definition in recipe.arguments {
      do {
        global[definition.name] = try request.arguments[definition.name] ?? definition.value.map(global.expand)
      } catch {
        throw request.dockerfile.failure("\(error)", at: recipe.stages[0].lines)
      }
    }
    arguments = Dictionary(uniqueKeysWithValues: global.entries)
    try need(target, global)
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
    var wanted = platform
    do {
      name = try global.expand(stage.base)
      if let text = try stage.platform.map(global.expand), !text.isEmpty { wanted = try Platform(text) }
    } catch let error as WordLexer.SyntaxError {
      throw request.dockerfile.failure("\(error)", at: stage.lines)
    } catch let failure as Failure {
      throw request.dockerfile.failure(failure.message, at: stage.lines)
    }
    guard !name.isEmpty else {
      throw request.dockerfile.failure("base name (\(stage.base)) should not be blank", at: stage.lines)
    }
    if request.namedContexts[name] != nil {
      bases[index] = .folder(name)
    } else if request.imageContexts[name] == nil, let other = Self.stage(named: name, before: index, recipe) {
      bases[index] = .stage(other)
    } else {
      bases[index] = name == "scratch" && request.imageContexts[name] == nil ? .scratch : .image(name, wanted)
    }
    let others = findDependencies(of: index)
    dependencies[index] = others
    for other in others { try need(other, global) }
    if case .stage(let other) = bases[index], stage.platform == nil { wanted = platforms[other] ?? wanted }
    platforms[index] = wanted
  }

  private static func stage(named name: String, before index: Int, _ recipe: Recipe) -> Int? {
    recipe.stages[..<index].lastIndex { $0.name == name.lowercased() }
  }

  /// What `--from` means in a stage: another stage, by name or number.
  func stage(from name: String, in index: Int) -> Int? {
    if request.imageContexts[name] != nil || request.namedContexts[name] != nil { return nil }
    if let found = Self.stage(named: name, before: index, recipe) { return found }
    return Int(name).flatMap { (0..<index).contains($0) ? $0 : nil }
  }

  private func findDependencies(of index: Int) -> Set<Int> {
    var found: Set<Int> = []
    if case .stage(let other) = bases[index] { found.insert(other) }
    for step in recipe.stages[index].steps {
      for name in Self.sources(of: step) { if let other = stage(from: name, in: index) { found.insert(other) } }
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
