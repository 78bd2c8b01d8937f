import Diagnostics
import Launch
import Linux
import Spec

extension LaunchDraft {
  /// Fresh, joined or shared, each as its mode says.
  mutating func addNamespaces() throws(Failure) {
    var namespaces: [NamespaceLaunch] = [.init(.mount)]
    try add(.pid, spec.pid, resources.pid, "pid", to: &namespaces)
    try add(.ipc, spec.ipc, resources.ipc, "ipc", to: &namespaces)
    try add(.uts, spec.uts, resources.uts, "uts", to: &namespaces)
    if let network = resources.network { namespaces.append(.init(.network, join: pass(network))) }
    if spec.cgroup != .host { namespaces.append(.init(.cgroup)) }
    guard spec.userns == .host else {
      throw Failure(
        .unsupported, "\(spec.userns) is not supported: containers share the host's user namespace",
        subject: "userns_mode", hint: "leave it out, or set it to host")
    }
    message.container.namespaces = namespaces
    if spec.uts == .private {
      message.container.hostname = program.hostname
      message.container.domainname = spec.domainname ?? ""
    }
  }

  private mutating func add(
    _ kind: NamespaceLaunch.Kind, _ mode: NamespaceMode, _ other: Descriptor?, _ attribute: String,
    to namespaces: inout [NamespaceLaunch]
  ) throws(Failure) {
    switch mode {
    case .host: break
    case .container(let name):
      guard let other else {
        throw Failure(.notFound, "the namespace of container \(name) is not there", subject: attribute)
      }
      namespaces.append(.init(kind, join: pass(other)))
    case .private, .shareable, .none: namespaces.append(.init(kind))
    }
  }
}
