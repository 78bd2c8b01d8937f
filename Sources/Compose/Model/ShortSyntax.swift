import Diagnostics
import Spec

/// Short forms that compose files and `docker run` share.
public enum ShortSyntax {
  /// `[address:][host port[-range]:]container port[-range][/protocol]`
  public static func ports(_ text: String) throws(Failure) -> [PortSpec] {
    let parsed: [PortSyntax.Port]
    do { parsed = try PortSyntax.parse(text) } catch { throw error.failure }
    return try parsed.map { port throws(Failure) in
      guard let target = UInt16(exactly: port.target), target > 0 else {
        throw Failure(.invalidInput, "invalid containerPort: \(port.target)", hint: "ports are numbers from 1 to 65535")
      }
      let ends = port.published.split(separator: "-").compactMap { UInt16($0) }
      var published: ClosedRange<UInt16>?
      if let first = ends.first, let last = ends.last, first > 0, first <= last { published = first...last }
      return PortSpec(
        containerPort: target, hostPorts: published, hostAddress: port.hostAddress,
        transport: PortSpec.Transport(rawValue: port.transport) ?? .tcp)
    }
  }

  /// `[source:]target[:options]`; the source of a bind is as it was written.
  public static func volume(_ text: String) throws(Failure) -> MountSpec {
    // One letter before the colon is a volume's name: compose files, which are for Windows too, take it for a drive.
    let hasLetter = text.dropFirst().first == ":" && text.first?.isLetter ?? false
    var parsed: VolumeSyntax
    do { parsed = try VolumeSyntax.parse(hasLetter ? "_" + text : text) } catch { throw error.failure }
    if hasLetter { parsed.source = String(text.prefix(1)) }
    if let unknown = parsed.unknownOptions.first {
      throw Failure(.invalidInput, "invalid volume specification: '\(text)': invalid mode: \(unknown)")
    }
    guard parsed.target.hasPrefix("/") else {
      throw Failure(
        .invalidInput,
        "invalid volume specification: '\(text)': invalid mount config: mount path must be absolute")
    }
    var mount = MountSpec(
      parsed.isBind ? .bind : .volume, source: parsed.source, target: parsed.target, readOnly: parsed.isReadOnly)
    mount.noCopy = parsed.noCopy
    mount.propagation = parsed.propagation
    mount.selinux = parsed.selinux
    return mount
  }

  /// `/run:size=64m,mode=1770,noexec`
  public static func tmpfs(_ text: String) -> MountSpec { MountSpec(tmpfs: text) }

  /// A file of `NAME=value` lines in which quotes and dollars stand for themselves; `NAME` alone takes the value that it
  /// has here.
  public static func variables(of path: String, from directory: String, lookUp: @escaping (String) -> String?)
    throws(Failure) -> [String: String]
  {
    var variables: [String: String] = [:]
    try EnvironmentFile.read(
      Paths.resolve(path, in: directory), from: directory, format: .raw, into: &variables, report: Report(),
      lookup: lookUp)
    return variables
  }
}

extension SyntaxProblem {
  fileprivate var failure: Failure { Failure(.invalidInput, message, hint: hint) }
}
