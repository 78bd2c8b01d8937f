import Networking
import Spec

// A container with a fixed address may be started after others that take any: what it asks for is noted when it is made.
extension Engine {
  func wishForAddresses(_ record: ContainerRecord) throws {
    for attachment in record.spec.networks where attachment.asksForAddress {
      // A network that does not exist yet is found missing when the container starts.
      guard let network = try? networkStore.resolve(attachment.network) else { continue }
      try networkStore.leases(network.id).wish(attachment, container: record.id)
    }
  }

  func withdrawWishes(of id: String, _ spec: ContainerSpec) {
    for attachment in spec.networks where attachment.asksForAddress {
      guard let network = try? networkStore.resolve(attachment.network) else { continue }
      try? networkStore.leases(network.id).withdrawWishes(of: id)
    }
  }
}

extension NetworkAttachment {
  fileprivate var asksForAddress: Bool { ipv4Address != nil || ipv6Address != nil }
}
