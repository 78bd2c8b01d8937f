import Diagnostics
import Linux
import OCI

extension ImageStore {
  /// One line for each name, and for each image without one. Newest first.
  public func list(_ filter: ImageFilter = ImageFilter()) throws -> [ImageSummary] {
    try summaries(filter, withFormerForms: false)
  }

  /// - Parameter withFormerForms: also those without a name that an image has besides: it came packed in another way, and
  ///   later in the one that its name leads to.
  func summaries(_ filter: ImageFilter, withFormerForms: Bool) throws -> [ImageSummary] {
    try asFailure {
      func moments(_ names: [String]) throws -> [Timestamp] {
        try names.map {
          try resolve($0, orAny: true).configuration.created.flatMap { Timestamp($0) } ?? Timestamp(nanoseconds: 0)
        }
      }
      let (latest, earliest) = (try moments(filter.before).min(), try moments(filter.since).max())
      let images = try catalog.images().filter { $0.entry.buildStep == nil }
      let named = withFormerForms ? [] : Set(images.compactMap { $0.entry.name == nil ? nil : $0.image.id })
      return images.filter { $0.entry.name != nil || !named.contains($0.image.id) }.map { entry, image in
        ImageSummary(
          id: image.id, manifestDigest: entry.descriptor.digest, name: entry.name,
          created: image.configuration.created, size: size(of: image), platform: image.configuration.platform,
          labels: image.execution.labels)
      }.filter { image in
        let moment = image.moment ?? Timestamp(nanoseconds: 0)
        return filter.accepts(image) && latest.map { moment < $0 } ?? true && earliest.map { moment > $0 } ?? true
      }.sorted { a, b in
        let times = (a.moment, b.moment)
        if times.0 != times.1 { return (times.0?.nanoseconds ?? .min) > (times.1?.nanoseconds ?? .min) }
        return (a.name?.description ?? "") < (b.name?.description ?? "")
      }
    }
  }

  /// What `docker image inspect` prints, one object with Docker's keys.
  public func inspect(_ name: String, platform: Platform? = nil) throws -> ImageInspection {
    try asFailure {
      let index = try catalog.index()
      let image = try resolve(name, platform: platform, orAny: platform == nil)
      let named = try catalog.entries(leadingTo: image.id, in: index)
      let diffIDs = image.configuration.rootfs.diffIDs
      let places = zip(diffIDs, LayerKey.chainIDs(diffIDs)).compactMap { layout.findLayer($0, $1)?.path }
      return ImageInspection(
        id: image.id, repoTags: named.compactMap(\.name).filter { $0.tag != nil }.map(\.familiar).sorted(),
        repoDigests: Set(
          named.compactMap { entry in
            entry.name.map { "\($0.familiarName)@\(entry.descriptor.digest)" }
          }
        ).sorted(),
        comment: image.configuration.comment ?? "", created: image.configuration.created,
        dockerVersion: image.configuration.dockerVersion ?? "", author: image.configuration.author ?? "",
        config: .init(parameters: image.execution), architecture: image.configuration.architecture,
        variant: image.configuration.variant, os: image.configuration.os, osVersion: image.configuration.osVersion,
        size: size(of: image),
        graphDriver: .init(data: ["LowerDir": places.reversed().joined(separator: ":")]),
        rootFS: .init(layers: diffIDs), metadata: .init(lastTagTime: named.compactMap(\.tagged).max()),
        descriptor: image.manifest)
    }
  }

  /// Newest first.
  public func history(of name: String) throws -> [ImageHistoryLine] {
    try asFailure {
      let image = try resolve(name, orAny: true)
      var sizes = layerSizes(of: image)[...]
      var lines = (image.configuration.history ?? []).map { entry in
        ImageHistoryLine(
          id: nil, created: entry.created, createdBy: entry.createdBy ?? "",
          size: entry.emptyLayer == true ? 0 : sizes.popFirst() ?? 0, comment: entry.comment ?? "")
      }
      if !lines.isEmpty { lines[lines.count - 1].id = image.id }
      return lines.reversed()
    }
  }
}
