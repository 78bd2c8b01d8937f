import Glibc
import Launch
import Linux

/// The namespaces of a running container, to put another program into. All are those of one held process, so that they
/// cannot come to belong to different containers.
struct JoinedNamespaces {
  private let target: ProcessDescriptor
  private let kinds: Namespaces
  private let homeProcesses: Descriptor?
  /// One by one, where setns(2) does not take a pidfd. The user namespace first: it gives the right to join the others.
  private var opened: [(namespace: Descriptor, kind: Namespaces)] = []

  init(_ list: [NamespaceLaunch.Kind], of target: ProcessDescriptor) throws(LaunchFailure) {
    self.target = target
    kinds = list.reduce(into: Namespaces()) { $0.insert($1.flag) }
    homeProcesses =
      kinds.contains(.pid)
      ? try reporting { () throws(SystemError) in try Namespaces.pid.openOwn() } : nil
    if !Kernel.has(.setnsProcess) {
      for kind in list.map(\.flag).sorted(by: { a, _ in a == .user }) {
        let namespace = try reporting { () throws(SystemError) in try kind.open(of: target.pid) }
        opened.append((namespace, kind))
      }
    }
  }

  /// Children of this process are born in the container's process id namespace from here on.
  func enterProcessNamespace() throws(LaunchFailure) {
    if kinds.contains(.pid) { try join(.pid) }
  }

  func leaveProcessNamespace() throws(LaunchFailure) {
    guard let homeProcesses else { return }
    try during("leaving the container's namespace", "pid") { () throws(SystemError) in try homeProcesses.join(.pid) }
  }

  /// This process joins all others.
  func join() throws(LaunchFailure) { try join(kinds.subtracting(.pid)) }

  private func join(_ wanted: Namespaces) throws(LaunchFailure) {
    try during("joining the container's namespaces") { () throws(SystemError) in
      if opened.isEmpty {
        try target.descriptor.join(wanted)
      } else {
        for entry in opened where wanted.contains(entry.kind) { try entry.namespace.join(entry.kind) }
      }
    }
  }
}
