import Building
import Compose
import Diagnostics
import Images
import Linux
import OCI
import Spec

/// What containers mount of a repository. Each revision has a folder of its own, so a path in there would be another one
/// at every commit: a container would be made anew although nothing that it sees has changed, and what it wrote would be
/// gone with the revision.
///
///     files/<digest>      files and folders of revisions that are mounted read-only, by their content
///     data/<project>/     what is mounted to be written to: copies by content, and folders that the repository does not
///                         have, which stay the same for ever
struct SyncedMounts {
  /// Of the revision, absolute.
  let revision: String
  /// Of the sync.
  let folder: String

  /// Lets a project mount what stays.
  func settle(_ project: inout Project) throws {
    for service in project.services.indices {
      for index in project.services[service].workload.container.mounts.indices {
        let mount = project.services[service].workload.container.mounts[index]
        guard mount.kind == .bind, mount.source.hasPrefix(revision + "/") else { continue }
        do {
          project.services[service].workload.container.mounts[index].source = try place(mount, project.name)
        } catch { throw Failure(error).about("services.\(project.services[service].name).volumes") }
      }
    }
  }

  private func place(_ mount: MountSpec, _ project: String) throws -> String {
    let path = mount.source.dropFirst(revision.count + 1)
    let name = String(path.map { $0 == "/" ? "-" : $0 })
    guard let status = try? FileStatus.of(mount.source) else { return "\(folder)/data/\(project)/\(name)" }
    let digest =
      status.kind == .directory
      ? try BuildContext(folder: mount.source).digest() : Digest.sha256(of: try readFile(mount.source))
    let target =
      mount.readOnly ? "\(folder)/files/\(digest.hex)" : "\(folder)/data/\(project)/\(name)-\(digest.short)"
    if !FileStatus.exists(target) { try copy(mount.source, to: target) }
    return target
  }

  /// As a whole: nobody mounts half a copy.
  private func copy(_ source: String, to target: String) throws {
    let (parent, name) = splitPath(target)
    try makeDirectories(parent, mode: 0o755)
    let part = ".new-\(name)"
    try removeTree("\(parent)/\(part)")
    let result = try runProgram(["cp", "--archive", "--reflink=auto", "--", source, "\(parent)/\(part)"])
    guard result.status == 0 else {
      throw Failure(.system, "it cannot be copied", subject: source, causes: [result.complaint])
    }
    try Descriptor.open(parent, .anchor).rename(part, to: name)
  }

  /// Removes copies that are mounted read-only and that no container stands on any more.
  func prune(allBut used: Set<String>) {
    for name in (try? listDirectory("\(folder)/files")) ?? [] where !used.contains("\(folder)/files/\(name)") {
      try? removeTree("\(folder)/files/\(name)")
    }
  }
}
