import Compose
import Diagnostics
import Engine
import Images
import Linux
import OCI
import Presentation
import Reconciling
import Registry
import Spec

/// The images of a project that are fetched, each once however many services stand on it.
struct ProjectImages: Sendable {
  struct Wanted: Sendable {
    var image: String
    var platform: String?
    var services: [String]
    /// A service says how to build it, so that a failure is no end.
    var isBuildable: Bool
    /// Of the first service that names it.
    var location: SourceLocation?
  }

  /// Each fetches several layers at once.
  static let parallelImages = 4

  let invocation: Invocation
  let store: ImageStore
  /// With `--locked`.
  var pins: LockPins?

  /// What the services' policies, or the flag that stands above them, ask for now.
  /// - Parameter override: `--pull`, `--policy`; `nil` or `policy`: each service's own.
  func due(_ services: [Service], override: String?) throws -> [Wanted] {
    let override = override == "policy" ? nil : override
    if let pins { return try locked(services, pins, isAllowed: override != "never") }
    return try wanted(services) { service in
      let policy = try PullPolicy(override ?? service.workload.container.pullPolicy ?? "missing")
      let (isPresent, lastPulled) = try state(of: service)
      // A service that is to be built is not fetched because a flag says so.
      if policy == .always, override != nil, service.workload.build != nil { return false }
      return policy.asksForPull(
        isPresent: isPresent, lastPulled: lastPulled, now: .now(), isBuildable: service.workload.build != nil)
    }
  }

  /// The locked images that are not here, by their digests.
  private func locked(_ services: [Service], _ pins: LockPins, isAllowed: Bool) throws -> [Wanted] {
    var wanted: [Wanted] = []
    for service in services {
      for image in service.lockedImages where try pins.name(of: image, in: store) == nil {
        let isLocal = pins.lock.images[try Reference(image).tagged.description]?.isLocal ?? false
        guard isAllowed, !isLocal, service.workload.container.pullPolicy != "never" else {
          throw pins.refusal(image, in: store).about("services.\(service.name).image")
        }
        let pinned = try pins.pinned(image)
        if wanted.contains(where: { $0.image == pinned }) { continue }
        wanted.append(
          Wanted(
            image: pinned, platform: service.workload.container.platform, services: [service.name], isBuildable: false,
            location: service.mark.location))
      }
    }
    return wanted
  }

  /// Services that name an image, and for which `isWanted`; one entry per image and platform.
  func wanted(_ services: [Service], where isWanted: (Service) throws -> Bool) throws -> [Wanted] {
    var wanted: [Wanted] = []
    for service in services where !service.workload.container.image.isEmpty {
      let container = service.workload.container
      do { guard try isWanted(service) else { continue } } catch let failure as Failure {
        throw failure.about("services.\(service.name).pull_policy")
      }
      if let index = wanted.firstIndex(where: { $0.image == container.image && $0.platform == container.platform }) {
        wanted[index].services.append(service.name)
        wanted[index].isBuildable = wanted[index].isBuildable && service.workload.build != nil
      } else {
        wanted.append(
          Wanted(
            image: container.image, platform: container.platform, services: [service.name],
            isBuildable: service.workload.build != nil, location: service.mark.location))
      }
    }
    for service in services {
      for step in service.workload.container.preStart ?? [] where step.image != service.workload.container.image {
        if step.image.isEmpty || wanted.contains(where: { $0.image == step.image }) { continue }
        var other = service
        other.workload.container = ContainerSpec(name: "", image: step.image)
        other.workload.build = nil
        other.workload.container.pullPolicy = service.workload.container.pullPolicy
        guard try isWanted(other) else { continue }
        wanted.append(
          Wanted(
            image: step.image, platform: nil, services: [service.name], isBuildable: false,
            location: service.mark.location))
      }
    }
    return wanted
  }

  func state(of service: Service) throws -> (isPresent: Bool, lastPulled: Timestamp?) {
    let container = service.workload.container
    let isPresent: Bool
    do {
      _ = try store.resolve(container.image, platform: container.platform.map { try Platform($0) })
      isPresent = true
    } catch let failure as Failure where failure.code == .notFound { isPresent = false }
    return (isPresent, try store.lastPulled(container.image))
  }

  /// Fetches them side by side.
  /// - Parameter limit: so many at a time, where nothing else is asked for.
  /// - Returns: what could not be fetched.
  /// - Parameter cancellation: where the caller listens for Ctrl-C itself.
  func pull(
    _ wanted: [Wanted], quiet: Bool, limit: Int = parallelImages, cancellation: Cancellation? = nil
  ) throws -> [(Wanted, Failure)] {
    func work(_ cancellation: Cancellation) throws -> [(Wanted, Failure)] {
      let reporter = try invocation.reporter("pull", quiet: quiet)
      defer { reporter.finish() }
      let registries = invocation.registries(cancellation)
      let results = WorkerPool.map(
        wanted, limit: invocation.execution(reporter, nil).parallelism ?? limit
      ) { wanted in
        let id = "Image \(wanted.image)"
        reporter.step(ProgressStep(id, "Pulling", .working))
        do {
          try pull(wanted, registries, reporter)
          reporter.step(ProgressStep(id, "Pulled", .done))
        } catch {
          let failure = Failure(error)
          reporter.step(
            ProgressStep(
              id, wanted.isBuildable ? "Warning" : "Error", wanted.isBuildable ? .warning : .failed,
              detail: failure.message))
          throw failure
        }
      }
      try cancellation.check()
      return zip(wanted, results).compactMap { wanted, result in
        guard case .failure(let error) = result else { return nil }
        var failure = Failure(error)
        if !failure.description.contains(wanted.image) { failure = failure.about("image \(wanted.image)") }
        failure.location = failure.location ?? wanted.location
        return (wanted, failure.about("services.\(wanted.services[0]).image"))
      }
    }
    return try cancellation.map(work) ?? invocation.interruptible(work)
  }

  private func pull(_ wanted: Wanted, _ registries: Registries, _ reporter: Reporter) throws {
    let reference = try Reference(wanted.image).tagged
    var request = PullRequest(
      reference, from: try registries.source(reference), platform: try wanted.platform.map { try Platform($0) })
    request.progress = { progress in
      // Without a terminal only what a layer came to is worth a line.
      if reporter.mode != .plain || progress.state == .complete { reporter.step(ProgressStep(progress)) }
    }
    invocation.warn(try store.pull(request).warnings)
  }
}

extension Invocation {
  /// The images that the policies ask for before containers are made.
  func duePulls(of project: Project, _ engine: Engine, named: [String]) throws -> [ProjectImages.Wanted] {
    let services = services(of: project, named: named)
    let pins = try lockPins()
    try pins?.check(project)
    return try ProjectImages(invocation: self, store: engine.images, pins: pins)
      .due(services, override: arguments.hasFlag("pull") ? arguments.text("pull") : nil)
  }

  /// Before containers are made: fetches the images that the policies ask for, and builds those that are to be built. A
  /// dry run only says so.
  /// - Returns: whether everything is here now.
  @discardableResult
  func pullImages(of project: Project, _ engine: Engine, named: [String]) throws -> Bool {
    let due = try duePulls(of: project, engine, named: named)
    guard !due.isEmpty else { return try buildImages(of: project, engine, named: named) }
    if isRehearsal {
      _ = try rehearse(due.map { "Image \($0.image)" }, ("Pulling", "Pulled"))
      _ = try buildImages(of: project, engine, named: named)
      return false
    }
    let images = ProjectImages(invocation: self, store: engine.images)
    let isQuiet = arguments.hasFlag("quiet-pull") && arguments.boolean("quiet-pull")
    let failed = try images.pull(due, quiet: isQuiet).filter { !$0.0.isBuildable }
    guard failed.isEmpty else { throw Failures(failed.map(\.1)) }
    return try buildImages(of: project, engine, named: named)
  }
}
