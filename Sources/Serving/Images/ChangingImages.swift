import Diagnostics
import Engine
import EngineAPI
import Images
import OCI
import Presentation
import Reconciling

extension API {
  func tag(_ x: Exchange, _ r: Exchange.Route) throws {
    guard let repository = r.query["repo"] else {
      throw APIError.badRequest("repository name must have at least one component")
    }
    var reference = try Reference(repository)
    if let tag = r.query["tag"] { reference = try Reference("\(reference.name):\(tag)") }
    try named(r.name) { try engine.images.tag(r.name, as: reference.tagged) }
    note("tag", try engine.images.resolve(r.name), reference.tagged)
    x.respond(201)
  }

  /// An image's event, as Docker tells it: by its id, with the name that was used.
  func note(_ action: String, _ image: Image, _ name: Reference?) {
    var attributes = image.execution.labels
    if let name { attributes["name"] = name.familiar }
    engine.note(Event(.image, action, id: image.id.description, attributes: attributes))
  }

  func removeImage(_ x: Exchange, _ r: Exchange.Route) throws {
    let image = try? engine.images.resolve(r.name)
    let removals: [Removal]
    do {
      removals = try named(r.name) {
        try engine.images.remove(r.name, force: r.query.isOn("force"), uses: engine.imageUses)
      }
    } catch let failure as Failure where failure.code == .conflict {
      let force = failure.message.contains("running") ? "cannot be forced" : "must be forced"
      throw APIError.conflict("conflict: unable to delete \(r.name) (\(force)) - \(failure.message)")
    }
    if let image { note("delete", image, nil) }
    x.respond(200, Self.json(removals))
  }

  static func json(_ removals: [Removal]) -> JSONValue {
    .array(
      removals.map { removal in
        switch removal {
        case .untagged(let name): .object(["Untagged": .string(name.familiar)])
        case .deleted(let digest): .object(["Deleted": .string(digest.description)])
        }
      })
  }

  func pruneImages(_ x: Exchange, _ r: Exchange.Route) throws {
    var filters = try Filters(r.query["filters"])
    let dangling = try filters.boolean("dangling") ?? true
    filters.terms["dangling"] = nil
    let result = try engine.images.prune(
      all: !dangling, imageFilter(filters, known: ImageFilter.Key.pruning), uses: engine.imageUses)
    x.respond(
      200,
      .object([
        "ImagesDeleted": result.removals.isEmpty ? .null : Self.json(result.removals),
        "SpaceReclaimed": .integer(result.reclaimed),
      ]))
  }

  func commit(_ x: Exchange, _ r: Exchange.Route) throws {
    guard let container = r.query["container"] else { throw APIError.badRequest("a container is missing") }
    // Its body is a configuration; what of it differs from the container's own is told as instructions.
    let body = try x.decode(CommitBody.self, allowsEmpty: true)
    var options = CommitOptions()
    if let repository = r.query["repo"] {
      options.name = try Reference(repository + (r.query["tag"].map { ":\($0)" } ?? "")).tagged
    }
    options.author = r.query["author"]
    options.message = r.query["comment"]
    options.pauses = r.query.isOn("pause", default: true)
    options.changes = body.instructions + r.query.all("changes").flatMap { $0.split(separator: "\n").map(String.init) }
    let image = try engine.commit(container, options)
    x.respond(201, .object(["Id": .string(image.id.description)]))
  }
}
