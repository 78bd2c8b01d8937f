import OCI

extension Engine {
  /// The container in the shape of Docker's `GET /containers/{id}/json`, as JSON text.
  /// - Parameter size: count the bytes that it takes on the disk, too.
  public func inspect(_ id: String, size: Bool = false) throws -> String {
    let view = try container(id)
    let image = try? execution(for: view.record.spec)
    let effective = try EffectiveSpec(view.record, image: image, sharedHostname: try? sharedHostname(view.record.spec))
    return try ContainerInspection(
      view: view, effective: effective, paths: host.container(view.id),
      volumes: Dictionary(
        view.record.volumes.compactMap { use in (try? volumeStore.read(use.name)).flatMap { $0 }.map { (use.name, $0) }
        }
      ) { $1 },
      networks: Dictionary(try networks().map { ($0.name, $0) }) { $1 }, size: size ? try diskUse(of: view.id) : nil
    ).json.text()
  }
}

extension EffectiveSpec {
  /// Of a container that is written down: its program is in its record, even if its image should be gone.
  init(_ record: ContainerRecord, image: ExecutionParameters?, sharedHostname: String?) throws {
    var spec = record.spec
    spec.entrypoint = Array(record.arguments.prefix(record.entrypointLength))
    spec.command = Array(record.arguments.dropFirst(record.entrypointLength))
    try self.init(spec, image: image ?? .init(), id: record.id, sharedHostname: sharedHostname)
  }
}
