import Arguments
import Compose
import Diagnostics
import Linux
import OCI
import Presentation
import Registry
import Remotes

/// `davit publish`, as `docker compose publish`: the project's files as an artifact, which `-f oci://…` brings back.
enum PublishCommand {
  static var command: Command {
    Command(
      "publish", "Publish compose application", usage: "[OPTIONS] REPOSITORY[:TAG]",
      flags: [
        .boolean("app", nil, "Published compose application (includes referenced images)"),
        .boolean("insecure-registry", nil, "Use insecure registry").hidden,
        .text(
          "oci-version", nil, "OCI image/artifact specification version (automatically determined by default)",
          values: .words(PublishedProject.Version.allCases.map(\.rawValue))),
        .boolean("resolve-image-digests", nil, "Pin image tags to digests"),
        .boolean("with-env", nil, "Include environment variables in the published OCI artifact"),
        .boolean("yes", "y", "Assume \"yes\" as answer to all prompts"),
      ], arity: 1...1
    ) { try run(Invocation($0)) }
  }

  private static func run(_ invocation: Invocation) throws -> Int32 {
    let arguments = invocation.arguments
    let reference = try Reference(arguments.positionals[0]).tagged
    guard reference.digest == nil else {
      throw Failure(.invalidInput, "a digest cannot be chosen", subject: arguments.positionals[0], hint: "name a tag")
    }
    let version = try version(arguments.text("oci-version"))
    var options = try invocation.loadOptions()
    options.profiles = ["*"]
    options.resolvesEnvironment = false
    let project = try ProjectLoader(options: options).load()
    invocation.warn(project.warnings)
    let content = try PublishableProject(project, directory: options.workingDirectory)
    let withVariables = arguments.boolean("with-env")
    try agree(content.concerns + (withVariables ? [] : content.variableConcerns), invocation)

    var published = PublishedProject(version: Program.version)
    for file in content.files { published.add(file: file.bytes, named: file.name) }
    for file in content.extended { published.add(file: file.bytes, named: file.name, extended: true) }
    if withVariables {
      for file in content.variableFiles { published.add(environmentFile: file.bytes, named: file.name) }
    }
    if arguments.boolean("resolve-image-digests") {
      published.add(file: Array(try digests(options, invocation).utf8), named: "image-digests.yaml")
    }
    if invocation.isRehearsal {
      return try invocation.rehearse(
        [reference.familiar], ("publishing", "published"), detail: content.files.map(\.name).joined(separator: ", "))
    }
    let services = try Project(project).services
    let built = services.filter { $0.workload.build != nil }
    if !built.isEmpty {
      // An image that is in the registry already need not be here.
      invocation.warn(try ProjectPushCommand.push(built, invocation, quiet: false).map { Warning($0.description) })
    }
    let images = ProjectImages(invocation: invocation, store: try invocation.engine().images, pins: nil)
    return try invocation.interruptible { cancellation in
      let reporter = try invocation.reporter("publish")
      defer { reporter.finish() }
      reporter.step(ProgressStep(reference.familiar, "publishing", .working))
      let isInsecure = arguments.boolean("insecure-registry")
      let repository = try invocation.registries(cancellation, trusting: isInsecure ? reference.domain : nil)
        .repository(reference)
      let manifest = try published.push(
        to: repository, tag: reference.tag ?? Reference.defaultTag, version: version, created: "\(Timestamp.now())")
      if arguments.boolean("app") {
        let images = try copy(images, of: services, to: repository, reporter, cancellation)
        try published.push(images: images, of: manifest, to: repository)
      }
      reporter.step(ProgressStep(reference.familiar, "published", .done, detail: "\(manifest.digest)"))
      return ExitStatus.success
    }
  }

  /// Puts the images of services into the repository, by their digests.
  /// - Returns: what they are there.
  private static func copy(
    _ images: ProjectImages, of services: [Service], to repository: Repository, _ reporter: Reporter,
    _ cancellation: Cancellation
  ) throws -> [ContentDescriptor] {
    let failed = try images.pull(images.due(services, override: "missing"), quiet: true, cancellation: cancellation)
    guard failed.isEmpty else { throw Failures(failed.map(\.1)) }
    var copied: [ContentDescriptor] = []
    for image in Set(services.map(\.workload.container.image)).sorted() where !image.isEmpty {
      reporter.step(ProgressStep("Image \(image)", "Copying", .working))
      let contents = try images.store.pushContents(Reference(image).tagged)
      try repository.push(contents, as: "\(contents.root.digest)") { progress in
        if reporter.mode != .plain { reporter.step(ProgressStep(progress)) }
      }
      reporter.step(ProgressStep("Image \(image)", "Copied", .done))
      copied.append(contents.root)
    }
    return copied
  }

  private static func version(_ text: String?) throws(Failure) -> PublishedProject.Version? {
    guard let text, !text.isEmpty else { return nil }
    guard let version = PublishedProject.Version(rawValue: text) else {
      throw Failure(.invalidInput, "unsupported OCI version: \(text)", subject: "--oci-version", hint: "use 1.0 or 1.1")
    }
    return version
  }

  private static func agree(_ concerns: [String], _ invocation: Invocation) throws(Failure) {
    guard !concerns.isEmpty, !invocation.arguments.boolean("yes") else { return }
    let list = concerns.map { "  - \($0)\n" }.joined()
    guard
      try invocation.confirm(
        "Others will be able to read this project:\n\(list)Publish it?", subject: "publish",
        otherwise: "-y agrees; --with-env publishes variable files on purpose")
    else { throw Failure(.notPermitted, "not agreed to", subject: "publish") }
  }

  private static func digests(_ options: LoadOptions, _ invocation: Invocation) throws -> String {
    var query = ConfigQuery(options: options)
    query.isLock = true
    query.pin = { invocation.pin($0) }
    return try query.answer().text
  }
}
