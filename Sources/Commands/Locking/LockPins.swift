import Building
import Compose
import Diagnostics
import Images
import Linux
import Locking
import OCI

/// What `--locked` holds a command to: nothing but what the lock file says comes to run.
struct LockPins: Sendable {
  let lock: LockFile
  /// Of the lock file, absolute.
  let path: String

  static func read(_ path: String) throws -> LockPins {
    let bytes: [UInt8]
    do { bytes = try readFile(path) } catch {
      guard error.errno == 2 else { throw Failure(error) }
      throw Failure(
        .notFound, "there is no lock file", subject: path, hint: "`davit lock` writes it next to the compose file")
    }
    return LockPins(lock: try LockFile(parsing: bytes, path: path), path: path)
  }

  /// Throws `Failures` with everything that the project has and the lock file has not.
  func check(_ project: Project) throws {
    var failures: [Failure] = []
    for service in project.services {
      let subject = "services.\(service.name)"
      if service.workload.build != nil {
        guard lock.builds[service.name] == nil else { continue }
        failures.append(missing("the build of \(service.name)", "\(subject).build", service))
      }
      for image in service.lockedImages where (try? entry(of: image)) == nil {
        failures.append(missing("image \(image)", "\(subject).image", service))
      }
    }
    guard failures.isEmpty else { throw Failures(failures) }
  }

  private func missing(_ what: String, _ subject: String, _ service: Service) -> Failure {
    Failure(
      .conflict, "\(what) is not in \(splitPath(path).name)", subject: subject, location: service.mark.location,
      hint: "`davit lock` adds what is new")
  }

  private func entry(of image: String) throws(Failure) -> LockFile.Image {
    guard let entry = lock.images[try Reference(image).tagged.description] else {
      throw Failure(
        .conflict, "image \(image) is not in the lock file", subject: path, hint: "`davit lock` adds what is new")
    }
    return entry
  }

  // MARK: Images

  /// By which name the store knows the image that is locked under this one; `nil`: it does not have it.
  func name(of image: String, in store: ImageStore) throws(Failure) -> String? {
    let entry = try entry(of: image)
    if let digests = try? store.manifests(of: image), entry.matches(digests) { return image }
    let pinned = try pinned(image)
    return (try? store.resolve(pinned)) == nil ? nil : pinned
  }

  /// `docker.io/library/nginx@sha256:…`
  func pinned(_ image: String) throws(Failure) -> String {
    var reference = try Reference(image).tagged
    reference.digest = try entry(of: image).digest
    reference.tag = nil
    return reference.description
  }

  /// Why nothing else can take the place of an image that is not here.
  func refusal(_ image: String, in store: ImageStore) -> Failure {
    let wanted = (try? entry(of: image))?.digest.description ?? "another"
    let here = (try? store.manifests(of: image))?.first
    return Failure(
      .conflict,
      here.map { "the lock file says \(wanted), and \(image) on this machine is \($0)" }
        ?? "\(wanted), which the lock file says, is not on this machine",
      subject: "image \(image)", hint: "`davit lock --update` locks what is there now")
  }

  // MARK: Builds

  /// Lets a build begin with the locked images only. Throws where its files are not those that were locked.
  func pin(_ request: inout BuildRequest, of service: String, _ store: ImageStore) throws {
    guard let locked = lock.builds[service] else { return }
    let found = try LockFile.Build(request, leavingOut: path)
    let subject = "services.\(service).build"
    if found.dockerfile != locked.dockerfile { throw changed("the Dockerfile is", subject) }
    if found.context != locked.context { throw changed("the files of its context are", subject) }
    for image in try request.baseImages() {
      guard let name = try name(of: image, in: store) else {
        request.imageContexts[image] = try pinned(image)
        continue
      }
      if name != image { request.imageContexts[image] = name }
    }
  }

  private func changed(_ what: String, _ subject: String) -> Failure {
    Failure(
      .conflict, "\(what) not as it was when \(splitPath(path).name) was written", subject: subject,
      hint: "`davit lock` takes the change over")
  }
}

extension Service {
  /// The images that are fetched for it, each once.
  var lockedImages: [String] {
    let container = workload.container
    var images = workload.build == nil && !container.image.isEmpty ? [container.image] : []
    images += (container.preStart ?? []).map(\.image).filter { !$0.isEmpty && $0 != container.image }
    images += container.mounts.filter { $0.kind == .image }.map(\.source)
    var seen: Set<String> = []
    return images.filter { seen.insert($0).inserted }
  }
}

extension LockFile.Build {
  /// - Parameter lock: the lock file, which may lie in the context and is no part of it.
  init(_ request: BuildRequest, leavingOut lock: String) throws {
    self.init(
      context: try request.contextDigest(leavingOut: [lock]), dockerfile: .sha256(of: request.dockerfile.bytes),
      images: try request.baseImages().map { try Reference($0).tagged.description })
  }
}

extension Invocation {
  /// What `--locked` pins; `nil` without it.
  func lockPins() throws -> LockPins? {
    guard arguments.hasFlag("locked"), arguments.boolean("locked") else {
      return nil
    }
    return try LockPins.read(lockPath())
  }

  /// `davit.lock` next to the project's first file.
  func lockPath() throws -> String { try loadOptions().projectFolder + "/" + LockFile.name }
}
