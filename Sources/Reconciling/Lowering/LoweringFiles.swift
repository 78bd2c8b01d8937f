import Compose
import Diagnostics
import Planning
import Spec

extension Lowering {
  /// The secrets and configs of a service with their contents. One that is a directory becomes a read-only bind mount.
  mutating func files(of service: Service, _ container: inout ContainerSpec) -> [FileSpec] {
    let secrets = service.workload.secrets.map { ($0, FileSpec.Kind.secret) }
    let configs = service.workload.configs.map { ($0, FileSpec.Kind.config) }
    return (secrets + configs).compactMap { reference, kind in
      file(reference, kind, service, &container)
    }
  }

  private mutating func file(
    _ reference: Workload.FileReference, _ kind: FileSpec.Kind, _ service: Service, _ container: inout ContainerSpec
  ) -> FileSpec? {
    let subject = "services.\(service.name).\(kind)s.\(reference.source)"
    let known = kind == .secret ? project.secrets : project.configs
    guard let source = known.first(where: { $0.key == reference.source }) else {
      failures.append(
        Failure(
          .invalidInput, "there is no \(kind) \"\(reference.source)\" in the project", subject: subject,
          location: reference.mark.location))
      return nil
    }
    let target = Self.target(reference, kind)
    do {
      if case .file(let path) = source.definition.origin, surroundings.isDirectory(path) {
        container.mounts.append(MountSpec(.bind, source: path, target: target, readOnly: true))
        return nil
      }
      let content = try content(source.definition, kind)
      let digest = surroundings.digest(content)
      sources["\(kind.rawValue) \(source.key)"] = DesiredFile(kind, source.key, source.definition.place, digest: digest)
      var file = FileSpec(kind, name: source.key, target: target, content: content, contentDigest: digest)
      file.uid = reference.uid
      file.gid = reference.gid
      file.mode = reference.mode
      if case .file(let path) = source.definition.origin { try surroundings.place(&file, path) }
      return file
    } catch {
      var failure = error as? Failure ?? Failure(.system, "\(error)")
      failure.location = failure.location ?? source.definition.mark.location
      failures.append(failure.about(subject))
      return nil
    }
  }

  /// `/run/secrets/<source>` and `/<source>` unless the reference says otherwise (compose specification,
  /// 09-secrets.md and 08-configs.md).
  private static func target(_ reference: Workload.FileReference, _ kind: FileSpec.Kind) -> String {
    let target = reference.target ?? reference.source
    if target.hasPrefix("/") { return target }
    return (kind == .secret ? "/run/secrets/" : "/") + target
  }

  private func content(_ source: Project.FileSource, _ kind: FileSpec.Kind) throws -> [UInt8] {
    switch source.origin {
    case .file(let path): return try surroundings.read(path)
    case .content(let text): return Array(text.utf8)
    case .environment(let variable, let value):
      guard let value else {
        if options.allowsMissingVariables { return [] }
        throw Failure(
          .invalidInput, "the environment variable \(variable) is not set", hint: "set it, or put it into .env")
      }
      return Array(value.utf8)
    case .external:
      throw Failure(
        .unsupported, "external \(kind)s are kept by a swarm, which one machine does not have",
        hint: "use `file`, `environment` or `content`")
    }
  }
}

extension Project.FileSource {
  fileprivate var place: DesiredFile.Origin {
    switch origin {
    case .file(let path): .file(path)
    case .environment(let variable, _): .environment(variable)
    case .content(let text): .content(text)
    case .external: .content("")
    }
  }
}
