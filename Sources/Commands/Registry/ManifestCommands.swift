import Arguments
import Diagnostics
import Engine
import Images
import OCI
import Presentation
import Registry

/// `davit manifest …`, as `docker manifest`: images for several platforms under one name.
enum ManifestCommands {
  static var group: Command {
    .group(
      "manifest", "Manage images for several platforms",
      [
        Command(
          "annotate", "Add additional information to a local image manifest", usage: "[OPTIONS] MANIFEST_LIST MANIFEST",
          flags: [
            .text("arch", nil, "Set architecture"), .text("os", nil, "Set operating system"),
            .list("os-features", nil, "Set operating system feature"),
            .text("os-version", nil, "Set operating system version"),
            .text("variant", nil, "Set architecture variant"),
          ], arity: 2...2
        ) { try annotate(Invocation($0)) },
        Command(
          "create", "Create a local manifest list for annotating and pushing to a registry",
          usage: "[OPTIONS] MANIFEST_LIST MANIFEST [MANIFEST...]",
          flags: [.boolean("amend", "a", "Amend an existing manifest list"), insecure], arity: .atLeast(2)
        ) { try create(Invocation($0)) },
        Command(
          "inspect", "Display an image manifest, or manifest list", usage: "[OPTIONS] [MANIFEST_LIST] MANIFEST",
          flags: [insecure, .boolean("verbose", "v", "Output additional info including layers and platform")],
          arity: 1...2
        ) { try inspect(Invocation($0)) },
        Command(
          "push", "Push a manifest list to a repository", usage: "[OPTIONS] MANIFEST_LIST",
          flags: [insecure, .boolean("purge", "p", "Remove the local manifest list after push")], arity: 1...1
        ) { try push(Invocation($0)) },
        Command(
          "rm", "Delete one or more manifest lists from local storage", usage: "MANIFEST_LIST [MANIFEST_LIST...]",
          arity: .atLeast(1)
        ) { arguments in
          let root = try Invocation(arguments).engine().host.root
          return Invocation.forEach(arguments.positionals) { name in
            try ManifestList.existing(Reference(name).tagged, root: root).remove()
            return name
          }
        },
      ])
  }

  private static let insecure = Flag.boolean(
    "insecure", nil, "Allow communication with an insecure registry")

  private static func registries(_ invocation: Invocation, _ references: [Reference]) -> Registries {
    var registries = invocation.registries(nil)
    if invocation.arguments.boolean("insecure") {
      var settings = registries.settings
      settings.insecure.formUnion(references.map(\.domain))
      registries = Registries(settings)
    }
    return registries
  }

  private static func asked(_ reference: Reference) -> String {
    reference.digest?.description ?? reference.tag ?? Reference.defaultTag
  }

  private static func create(_ invocation: Invocation) throws -> Int32 {
    let references = try invocation.arguments.positionals.map { try Reference($0).tagged }
    let root = try invocation.engine().host.root
    let known = try ManifestList(named: references[0], root: root)
    guard known == nil || invocation.arguments.boolean("amend") else {
      throw Failure(.conflict, "refusing to amend an existing manifest list with no --amend flag")
    }
    var list = known ?? ManifestList(new: references[0], root: root)
    let registries = registries(invocation, references)
    for reference in references.dropFirst() {
      let descriptor = try registries.repository(reference).describe(asked(reference)).descriptor
      guard descriptor.mediaType.isManifest else {
        throw Failure(
          .invalidInput, "it is a list already, not the image of one platform",
          subject: "manifest \(reference.familiar)")
      }
      list.set(descriptor, from: reference)
    }
    try list.write()
    Output.standard.print("Created manifest list \(references[0].description)")
    return ExitStatus.success
  }

  private static func annotate(_ invocation: Invocation) throws -> Int32 {
    let arguments = invocation.arguments
    let references = try arguments.positionals.map { try Reference($0).tagged }
    var list = try ManifestList.existing(references[0], root: invocation.engine().host.root)
    let source = references[1].description
    guard let place = list.index.manifests.firstIndex(where: { $0.annotations?[ManifestList.source] == source }) else {
      throw Failure(
        .notFound, "manifest for image \(references[1].familiar) does not exist in \(references[0].familiar)")
    }
    var platform = list.index.manifests[place].platform ?? .host
    if let os = arguments.text("os") { platform.os = os }
    if let architecture = arguments.text("arch") { platform.architecture = architecture }
    if let variant = arguments.text("variant") { platform.variant = variant }
    if let version = arguments.text("os-version") { platform.osVersion = version }
    if !arguments.list("os-features").isEmpty { platform.osFeatures = arguments.list("os-features") }
    list.index.manifests[place].platform = platform
    try list.write()
    return ExitStatus.success
  }

  /// The list that is made here, else what the registry has.
  private static func inspect(_ invocation: Invocation) throws -> Int32 {
    let references = try invocation.arguments.positionals.map { try Reference($0).tagged }
    let reference = references.last!
    let registries = registries(invocation, references)
    let list =
      try references.count == 1 ? ManifestList(named: reference, root: invocation.engine().host.root) : nil
    let shown: JSONValue
    if !invocation.arguments.boolean("verbose") {
      let bytes =
        try list.map { JSON.encode($0.published) } ?? registries.repository(reference).manifest(asked(reference)).bytes
      shown = try JSONValue(parsing: String(decoding: bytes, as: UTF8.self))
    } else if let list {
      shown = try ManifestDescription.list(list.index, named: reference) { descriptor in
        try registries.repository(
          try descriptor.annotations?[ManifestList.source].map { try Reference($0) } ?? reference)
      }
    } else {
      let repository = try registries.repository(reference)
      let (descriptor, document) = try repository.describe(asked(reference))
      if descriptor.mediaType.isIndex {
        let index = try JSON.decode(Index.self, from: document.bytes, what: "index \(reference.familiar)")
        shown = try ManifestDescription.list(index, named: reference) { _ in repository }
      } else {
        shown = try ManifestDescription.one(descriptor, document.bytes, named: reference.description)
      }
    }
    Output.standard.print(shown.indented(with: "\t"))
    return ExitStatus.success
  }

  private static func push(_ invocation: Invocation) throws -> Int32 {
    let reference = try Reference(invocation.arguments.positionals[0]).tagged
    let list = try ManifestList.existing(reference, root: invocation.engine().host.root)
    let registries = registries(invocation, [reference])
    let target = try registries.repository(reference)
    for descriptor in list.index.manifests {
      guard let source = try descriptor.annotations?[ManifestList.source].map({ try Reference($0) }) else { continue }
      try target.take(descriptor.digest, from: registries.repository(source))
    }
    let index = list.published
    let bytes = JSON.encode(index)
    try target.put(bytes, index.mediaType ?? .index, as: reference.tag!)
    if invocation.arguments.boolean("purge") { try list.remove() }
    Output.standard.print(Digest.sha256(of: bytes).description)
    return ExitStatus.success
  }
}
