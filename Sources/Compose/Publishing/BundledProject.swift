import Diagnostics
import YAML

/// A project in one file that needs nothing of the machine that it comes from: everything resolved, images instead of
/// builds, and the files that it names under paths of their own.
public struct BundledProject: Sendable {
  public struct File: Sendable {
    /// Below the folder of the compose file.
    public var path: String
    /// Absolute, on this machine: a file or a folder.
    public var source: String
  }

  /// YAML, as `davit config` prints it.
  public private(set) var text = ""
  public private(set) var files: [File] = []
  public private(set) var warnings: [Warning] = []

  private let directory: String
  private var taken: Set<String> = ["compose.yaml"]

  /// - Parameter image: by which name the image of a service goes along that has none of its own.
  public init(_ project: LoadedProject, image: (String) -> String) {
    directory = project.workingDirectory
    var tree = project.tree
    tree.updateMapping { top in
      for kind in ["secrets", "configs"] {
        top[kind]?.updateMapping { sources in
          for position in sources.entries.indices {
            let name = sources.entries[position].key
            if let path = sources[position: position]["file"]?.string {
              sources[position: position].updateMapping { $0["file"]?.value = .string(take(path, kind)) }
            }
            if let variable = sources[position: position]["environment"]?.string {
              warnings.append(
                Warning("\(kind).\(name) is not in the bundle: it is read from \(variable) where it runs"))
              sources[position: position].updateMapping { $0.remove("content") }
            }
          }
        }
      }
      top["services"]?.updateMapping { services in
        for position in services.entries.indices {
          let name = services.entries[position].key
          services[position: position].updateMapping { service in
            if service.remove("build") != nil { service["image"] = service["image"] ?? Node(image(name)) }
            service.remove("develop")
            // The bundle brings the images; there may be no network.
            service["pull_policy"] = Node("never")
            service["volumes"]?.updateSequence { volumes in
              for index in volumes.indices { bind(&volumes[index], of: name) }
            }
          }
        }
      }
    }
    text = YAMLText(escapesDollars: true).text(ProjectView(tree).yaml)
  }

  private mutating func bind(_ volume: inout Node, of service: String) {
    guard volume["type"]?.string == "bind", let source = volume["source"]?.string else { return }
    guard source == directory || source.hasPrefix(directory + "/") else {
      warnings.append(Warning("services.\(service) mounts \(source), which the other machine has to have"))
      return
    }
    guard Disk.kind(of: source) != nil else { return }
    volume.updateMapping { $0["source"]?.value = .string(take(source, "mounts")) }
  }

  /// - Returns: the path that stands in the bundle's compose file.
  private mutating func take(_ source: String, _ kind: String) -> String {
    if let known = files.first(where: { $0.source == source }) { return "./" + known.path }
    let base = Paths.base(of: source)
    var path = "\(kind)/\(base)"
    var number = 1
    while !taken.insert(path).inserted {
      number += 1
      path = "\(kind)/\(number)-\(base)"
    }
    files.append(File(path: path, source: source))
    return "./" + path
  }
}
