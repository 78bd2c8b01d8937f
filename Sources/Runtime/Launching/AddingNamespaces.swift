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
    switch spec.userns {
    case .host: break
    case .private:
      guard let users = resources.users else {
        throw Failure(.system, "its users were not made", subject: "userns_mode")
      }
      namespaces.append(.init(.user, join: pass(users)))
      let range = IdentityRange(container: resources.id)
      message.container.rootUser = range.first
      message.container.rootGroup = range.first
    default:
      throw Failure(
        .unsupported, "\(spec.userns) is not supported", subject: "userns_mode", hint: "set it to host or private")
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
