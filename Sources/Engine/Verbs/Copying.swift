import Diagnostics
import Glibc
import Images
import Linux

extension Engine {
  /// What stands at a path in a container, whether that runs or not.
  public func status(of path: String, in id: String) throws -> PathStatus {
    let record = try record(id)
    return try withRoot(of: record) { root, _ in try ContainerPlace(path, in: root, container: record.name).status }
  }

  /// A tar archive of what stands at a path, under the last part of that path as its name; a path that ends in `/.` has
  /// what is in the folder, under `.`. A symbolic link is archived as such.
  /// - Parameters:
  ///   - follows: what a link at the end of the path leads to is meant.
  ///   - begin: is told of what is archived before the first byte.
  public func archive(
    _ path: String, of id: String, follows: Bool = false,
    begin: @escaping @Sendable (PathStatus) throws -> Void = { _ in },
    write: @escaping @Sendable (UnsafeRawBufferPointer) throws -> Void
  ) throws {
    let record = try record(id)
    try withRoot(of: record) { root, owners in
      let place = try ContainerPlace(path, in: root, follows: follows, container: record.name)
      try begin(place.status)
      let archive = TreeArchive(owners: owners, write)
      let base = Array((path.hasSuffix("/.") || path == "." ? "." : place.status.name).utf8)
      if let folder = place.folder {
        try archive.add(folder: folder, as: base == Array("/".utf8) ? [] : base)
      } else if let name = place.name {
        try archive.add(name, of: place.parent, as: base)
      }
      try archive.finish()
    }
    note("archive-path", record)
  }

  /// Unpacks a tar archive, plain or compressed, into a folder of a container.
  /// - Throws: `.notFound` where there is no such path, `.invalidInput` where it is no folder, `.notPermitted` where
  ///   nothing can be written there.
  public func extract(
    _ source: any ByteSource, to path: String, of id: String, _ options: TreeExtraction.Options = .init(),
    renaming: (from: String, to: String)? = nil
  ) throws {
    let record = try record(id)
    // Read by one thread at a time, first this one, then the one that has the container's files mounted.
    nonisolated(unsafe) let source = source
    try withRoot(of: record) { root, owners in
      let place = try ContainerPlace(path, in: root, follows: true, container: record.name)
      guard place.folder != nil else {
        throw Failure(.invalidInput, "extraction point is not a directory", subject: "container \(record.name)")
      }
      var options = options
      options.owners = owners
      let extraction = TreeExtraction(into: path, of: root, options)
      if let renaming { try extraction.rename(renaming.from, to: renaming.to) }
      do { try extraction.extract(source) } catch let failure as Failure
        where failure.causes.contains(where: { $0.hasSuffix(SystemError("", errno: EROFS).reason) })
      {
        throw Failure(
          .notPermitted, "container rootfs or volume is marked read-only", subject: "container \(record.name)")
      }
    }
    note("extract-to-dir", record)
  }

  /// What a container has changed in its image, sorted by path.
  public func changes(_ id: String) throws -> [LayerChange] {
    let record = try record(id)
    guard let upper = try? Descriptor.open(host.container(record.id).upper, [.directory]) else { return [] }
    return try LayerChange.all(in: upper, on: images.layers(of: image(for: record.spec)) + [host.skeleton])
  }

  /// A tar archive of a container's whole file system, without its volumes.
  public func export(_ id: String, write: @escaping @Sendable (UnsafeRawBufferPointer) throws -> Void) throws {
    try host.requirePrivileges()
    let record = try record(id)
    let upper = host.container(record.id).upper
    try skeleton.make(host)
    var layers = try images.layers(of: image(for: record.spec)) + [host.skeleton]
    // As one more layer from which nothing is changed: also of a container that runs.
    if FileStatus.exists(upper) { layers.insert(upper, at: 0) }
    let view = try Descriptor.overlay(layers, changes: nil, place: host.mountPoint)
    let archive = TreeArchive(write)
    try archive.add(folder: view, as: [])
    try archive.finish()
    note("export", record)
  }
}
