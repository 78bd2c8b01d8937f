import Building
import Compose
import Diagnostics
import Engine
import Images
import Linux
import Locking
import OCI
import Registry

/// Finds out what a project stands on now.
struct LockCollection {
  let invocation: Invocation
  let project: Project
  let engine: Engine
  /// Of the lock file.
  let path: String
  /// Neither registries nor repositories are asked.
  var isOffline = false
  /// What was locked already.
  var old = LockFile()
  /// Whose images are looked up anew although they are locked; `nil`: everybody's.
  var renewed: Set<String>? = nil

  /// - Returns: the lock file, and what a person should know.
  func collect() throws -> (LockFile, warnings: [String]) {
    var lock = LockFile()
    let builds = ProjectBuilds(invocation: invocation, project: project, engine: engine)
    var wanted: [String: Bool] = [:]
    func want(_ image: String, _ service: String) { wanted[image] = wanted[image] ?? false || isRenewed(service) }
    for service in project.services {
      for image in service.lockedImages { want(image, service.name) }
      guard let definition = try service.buildDefinition() else { continue }
      do {
        let request = try builds.request(service, definition)
        let own = Set(project.services.filter { $0.workload.build != nil }.map(builds.imageName))
        for image in try request.baseImages() where !own.contains(image) { want(image, service.name) }
        // What another service builds is locked there.
        var build = try LockFile.Build(request, leavingOut: path)
        build.images = try request.baseImages().filter { !own.contains($0) }.map {
          try Reference($0).tagged.description
        }
        lock.builds[service.name] =
          renewed?.isEmpty == false && !isRenewed(service.name) ? old.builds[service.name] ?? build : build
      } catch let failure as Failure { throw failure.about("services.\(service.name).build") }
    }
    let images = wanted.sorted { $0.key < $1.key }
    let registries = invocation.registries(nil)
    let answers = WorkerPool.map(images, limit: 8) { image, isRenewed in
      try look(image, isRenewed: isRenewed, registries)
    }
    var warnings: [String] = []
    var failures: [Failure] = []
    for ((image, _), answer) in zip(images, answers) {
      switch answer {
      case .success(let found):
        lock.images[try Reference(image).tagged.description] = found.entry
        if let warning = found.warning { warnings.append(warning) }
      case .failure(let error): failures.append(Failure(error).about("image \(image)"))
      }
    }
    guard failures.isEmpty else { throw Failures(failures) }
    lock.remotes = invocation.fetchedRevisions
    return (lock, warnings)
  }

  private func isRenewed(_ service: String) -> Bool { renewed?.contains(service) ?? true }

  private func look(
    _ image: String, isRenewed: Bool, _ registries: Registries
  ) throws -> (entry: LockFile.Image, warning: String?) {
    let reference = try Reference(image).tagged
    let known = old.images[reference.description]
    if !isRenewed, let known { return (known, nil) }
    if isOffline { return (try local(image, known), nil) }
    do { return (try ask(reference, registries), nil) } catch {
      // What only this machine has is locked as it is here.
      guard let entry = try? local(image, known) else { throw error }
      return (entry, "image \(image) is locked as it is on this machine: \(Failure(error).message)")
    }
  }

  private func local(_ image: String, _ known: LockFile.Image?) throws -> LockFile.Image {
    do {
      let digests = try engine.images.manifests(of: image)
      if let known, known.matches(digests) { return known }
      let found = try engine.images.resolve(image)
      return LockFile.Image(
        digest: digests[0], platforms: ["\(found.configuration.platform.normalized)": found.manifest.digest],
        isLocal: true)
    } catch let failure as Failure where failure.code == .notFound {
      // Offline, what is locked and not here cannot be contradicted.
      guard isOffline, let known else { throw failure }
      return known
    }
  }

  private func ask(_ reference: Reference, _ registries: Registries) throws -> LockFile.Image {
    let remote = try registries.source(reference)
    let answer = try remote.manifest(reference.digest?.description ?? reference.tag ?? Reference.defaultTag)
    let digest = Digest.sha256(of: answer.bytes)
    if let asked = reference.digest, asked != digest {
      throw Failure(.corrupt, "its content is \(digest)", subject: reference.familiar)
    }
    var entry = LockFile.Image(digest: digest)
    if [MediaType.index, .dockerManifestList].contains(answer.mediaType) {
      for child in try JSON.decode(Index.self, from: answer.bytes, what: reference.familiar).manifests
      where child.annotations?[Annotation.referenceType] == nil {
        if let platform = child.platform, platform.os != "unknown" {
          entry.platforms["\(platform.normalized)"] = child.digest
        }
      }
    } else {
      let manifest = try JSON.decode(Manifest.self, from: answer.bytes, what: reference.familiar)
      let bytes = try remote.document(manifest.config, limit: JSON.configLimit)
      let configuration = try JSON.decode(
        ImageConfiguration.self, from: bytes, what: reference.familiar, limit: JSON.configLimit)
      entry.platforms["\(configuration.platform.normalized)"] = digest
    }
    return entry
  }
}
