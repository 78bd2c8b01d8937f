import Engine
import EngineAPI
import Images
import Linux
import OCI
import Presentation
import Spec

extension API {
  func listContainers(_ x: Exchange, _ r: Exchange.Route) throws {
    let filters = try engine.containerFilters(Filters(r.query["filters"]).terms)
    let limit = try r.query.integer("limit").flatMap { $0 > 0 ? $0 : nil }
    let views = try engine.containers(filters, all: r.query.isOn("all") || limit != nil).reversed()
    let facts = try ListingFacts(engine)
    let chosen = limit.map { Array(views.prefix($0)) } ?? Array(views)
    let withSizes = r.query.isOn("size")
    x.respond(
      200,
      .array(
        try chosen.map { view in
          let json = facts.summary(of: view).json
          guard withSizes, case .object(let members) = json else { return json }
          let sizes = try engine.diskUse(of: view.id)
          return .object(
            members + [.init("SizeRw", .integer(sizes.own)), .init("SizeRootFs", .integer(sizes.whole))])
        }))
  }
}

/// What a listing of containers needs to know of other objects, read once.
final class ListingFacts {
  private let engine: Engine
  private let volumes: [String: Volume]
  private let networkIDs: [String: String]
  private let now = Timestamp.now()
  private var images: [String: Image?] = [:]

  init(_ engine: Engine) throws {
    self.engine = engine
    volumes = Dictionary(try engine.volumes().map { ($0.name, $0) }) { $1 }
    networkIDs = Dictionary(try engine.networks().map { ($0.name, $0.id) }) { $1 }
  }

  func image(of view: ContainerView) -> Image? {
    let id = view.record.spec.imageID
    if let known = images[id] { return known }
    let found = try? engine.images.resolve(id)
    images[id] = .some(found)
    return found
  }

  func labels(of view: ContainerView) -> [String: String] {
    let own = view.record.spec.labels
    guard let inherited = image(of: view)?.execution.labels, !inherited.isEmpty else { return own }
    return inherited.merging(own) { $1 }
  }

  func exposed(of view: ContainerView) -> [String] {
    let spec = view.record.spec
    let own = spec.expose.map { $0.contains("/") ? $0 : "\($0)/tcp" }
    return (image(of: view)?.execution.exposedPorts ?? []).union(own).sorted()
  }

  func summary(of view: ContainerView) -> ContainerSummary {
    ContainerSummary(
      view: view, labels: labels(of: view), exposed: exposed(of: view), imageName: imageName(of: view), now: now,
      volumes: volumes, networkIDs: networkIDs)
  }

  /// The name that was asked for, as long as it still means that image.
  private func imageName(of view: ContainerView) -> String {
    let spec = view.record.spec
    guard let image = image(of: view), let reference = try? Reference(spec.image).tagged else { return spec.image }
    return image.names.contains(reference) || reference.digest != nil || spec.imageID.contains(spec.image)
      ? spec.image : spec.imageID
  }
}
