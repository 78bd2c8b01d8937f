import Diagnostics
import Glibc
import Images
import Linux

/// Carries a copy out in a root file system, with the rules of BuildKit's: every place is resolved inside the root.
struct Copier {
  private(set) var plan: CopyPlan
  let root: Descriptor
  private let owner: (uid: UInt32, gid: UInt32)?
  private let content = ContentCopy()

  /// - Parameter accounts: the root whose users and groups are meant; `nil`: that one.
  init(_ plan: CopyPlan, in root: Descriptor, accounts: Descriptor? = nil) throws {
    self.plan = plan
    self.root = root
    owner = try plan.owner.map { try Accounts(root: accounts ?? root).resolve($0) }
  }

  /// Only the folder that is the destination.
  func makeDestination() throws { _ = try folder(plan.destination) }

  func run() throws {
    for source in plan.sources {
      if plan.parents { try copyWithParents(source) } else { try copy(source, to: plan.destination) }
    }
    for file in plan.inline {
      let (folder, name) = try place(plan.destination, named: file.name)
      try? folder.removeTree(name)
      let made = try folder.open(name, [.writeOnly, .create, .exclusive], mode: 0o600)
      try made.writeAll(file.content)
      try give(name, in: folder, (owner ?? (0, 0)), mode: mode(0o644, isFolder: false))
    }
    for source in plan.fetched { try copy(source) }
  }

  /// A file that was fetched from an address, or a tree.
  private func copy(_ source: FetchedSource) throws {
    if let tree = source.tree {
      var copier = self
      copier.plan.tree = tree
      copier.plan.unpacks = false
      return try copier.copy("", to: plan.destination)
    }
    let file = try Descriptor.open(source.file)
    if plan.unpacks == true, try ArchiveUnpacking.isArchive(file) {
      return try unpack(file, plan.destination)
    }
    let (folder, name) = try place(plan.destination, named: source.name)
    if let existing = try? folder.status(of: name), existing.kind != .directory { try folder.unlink(name) }
    let made = try folder.open(name, [.writeOnly, .create, .exclusive], mode: 0o600)
    try content.copy(file, to: made)
    try give(name, in: folder, owner ?? (0, 0), mode: mode(0o600, isFolder: false))
    try folder.setTimes(of: name, seconds: source.modified, nanoseconds: 0)
  }

  /// An archive brings its own owners and modes, unless the instruction says others.
  private func unpack(_ archive: Descriptor, _ destination: String) throws {
    let target = try folder(destination).folder
    guard owner != nil || plan.mode != nil else { return try ArchiveUnpacking.unpack(archive, into: target) }
    let aside = try TemporaryFolder(in: plan.scratch)
    let unpacked = try Descriptor.open(aside.path, .anchor)
    try ArchiveUnpacking.unpack(archive, into: unpacked)
    var copier = self
    copier.plan.tree = SourceTree(root: unpacked, keepsOwners: true)
    copier.plan.unpacks = false
    try copier.copy("", to: destination)
  }

  private func mode(_ mode: UInt32, isFolder: Bool) -> UInt32 {
    plan.mode?.applied(to: mode, isFolder: isFolder) ?? mode
  }

  /// With the folders in front of it.
  private func copyWithParents(_ source: String) throws {
    var folder = plan.destination.hasSuffix("/") ? plan.destination : plan.destination + "/"
    let kept = source.split(separator: "/").dropLast().dropFirst(plan.pivots[source] ?? 0)
    for part in kept { folder += "\(part)/" }
    if let status = try? plan.tree.root.openInRoot(source, .pathOnly).status(), status.kind == .directory {
      folder += "\(source.split(separator: "/").last ?? ".")/"
    }
    try copy(source, to: folder)
  }

  private func copy(_ source: String, to destination: String) throws {
    var target: Descriptor?
    var madeTarget = false
    try plan.tree.visit(source, exclude: plan.exclude) { entry in
      if entry.path.isEmpty {
        if entry.status.kind == .directory {
          (target, madeTarget) = try folder(destination)
          if madeTarget { try copyAttributes(entry, of: ".", in: target!) }
          return
        }
        if plan.isAdd, plan.unpacks ?? true, entry.status.kind == .regular {
          let file = try entry.open()
          if try ArchiveUnpacking.isArchive(file) { return try unpack(file, destination) }
        }
        let (folder, name) = try place(destination, named: String(source.split(separator: "/").last ?? "."))
        return try copyEntry(entry, as: name, in: folder)
      }
      var parent = target!
      for name in entry.path.dropLast() { parent = try parent.open(name, [.directory, .noFollow]) }
      try copyEntry(entry, as: entry.path[entry.path.count - 1], in: parent)
    }
  }

  /// Where a single file goes: into the folder that `destination` is or, with a slash, is to be, else exactly there.
  private func place(_ destination: String, named name: String) throws -> (folder: Descriptor, name: FileName) {
    if destination.hasSuffix("/") { return (try folder(destination).folder, FileName(name)) }
    if let there = try? root.openInRoot(destination, .anchor) { return (there, FileName(name)) }
    let parts = destination.split(separator: "/")
    let parent = try folder("/" + parts.dropLast().joined(separator: "/")).folder
    return (parent, FileName(String(parts[parts.count - 1])))
  }

  /// The folder at a path, made with its parents where it is missing.
  private func folder(_ path: String) throws -> (folder: Descriptor, made: Bool) {
    var here = try root.openInRoot("/", .anchor)
    var made = false
    var walked = ""
    for part in path.split(separator: "/") {
      walked += "/\(part)"
      do { here = try root.openInRoot(walked, .anchor) } catch {
        guard error.errno == ENOENT else { throw Failure(error) }
        try here.makeDirectory(String(part), mode: 0o755)
        try give(FileName(String(part)), in: here, owner ?? (0, 0), mode: mode(0o755, isFolder: true))
        here = try here.open(FileName(String(part)), [.directory, .noFollow])
        made = true
      }
    }
    return (here, made)
  }

  private func copyEntry(_ entry: SourceTree.Entry, as name: FileName, in folder: Descriptor) throws {
    let status = entry.status
    let existing = try? folder.status(of: name)
    if status.kind == .directory {
      if let existing, existing.kind != .directory {
        throw Failure(.conflict, "cannot copy a directory over a file", subject: name.description)
      }
      if existing == nil { try folder.makeDirectory(name) }
      return try copyAttributes(entry, of: name, in: folder)
    }
    if let existing {
      guard existing.kind != .directory else {
        throw Failure(.conflict, "cannot copy a file over a directory", subject: name.description)
      }
      try folder.unlink(name)
    }
    switch status.kind {
    case .regular:
      let file = try folder.open(name, [.writeOnly, .create, .exclusive], mode: 0o600)
      try content.copy(entry.open(), to: file)
    case .symbolicLink: try folder.makeSymbolicLink(name, to: entry.folder.linkTarget(of: entry.name))
    case .fifo: try folder.makeFIFO(name)
    case .characterDevice, .blockDevice:
      try folder.makeDevice(name, block: status.kind == .blockDevice, major: status.major, minor: status.minor)
    case .socket, .directory: return
    }
    try copyAttributes(entry, of: name, in: folder)
  }

  private func copyAttributes(_ entry: SourceTree.Entry, of name: FileName, in folder: Descriptor) throws {
    let status = entry.status
    let kept = plan.tree.keepsOwners ? (status.uid, status.gid) : (0, 0)
    let isLink = status.kind == .symbolicLink
    try give(
      name, in: folder, owner ?? kept,
      mode: isLink ? nil : mode(status.permissions, isFolder: status.kind == .directory))
    if plan.tree.keepsOwners, entry.file == nil {
      for attribute in try entry.folder.attributes(of: entry.name) where attribute == "security.capability" {
        guard let value = try entry.folder.attribute(attribute, of: entry.name) else { continue }
        try folder.setAttribute(attribute, value, of: name)
      }
    }
    let time = status.modified
    try folder.setTimes(
      of: name, seconds: time.seconds, nanoseconds: time.nanoseconds - time.seconds * 1_000_000_000)
  }

  /// The owner first: changing it takes setuid away.
  private func give(_ name: FileName, in folder: Descriptor, _ owner: (uid: UInt32, gid: UInt32), mode: UInt32?) throws
  {
    try folder.setOwner(of: name, uid: owner.uid, gid: owner.gid)
    if let mode { try folder.setPermissions(of: name, mode) }
  }
}
