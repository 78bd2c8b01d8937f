import Diagnostics

/// A kernel setting of one interface of a container, from the option `com.docker.network.endpoint.sysctls` of a service's
/// network: `net.ipv4.conf.IFNAME.log_martians=1,…`, where IFNAME stands for the interface (docs.docker.com, "Set sysctls
/// for an interface").
public struct EndpointSysctl: Hashable, Sendable {
  public static let option = "com.docker.network.endpoint.sysctls"

  /// Below /proc/sys/net.
  var path: String
  var value: String

  static func read(
    _ options: [String: String], interface: String, subject: String
  ) throws(Failure) -> [EndpointSysctl] {
    var settings: [EndpointSysctl] = []
    for entry in (options[option] ?? "").split(separator: ",") {
      let parts = entry.split(separator: "=", maxSplits: 1).map(String.init)
      let names = (parts.first ?? "").split(separator: ".").map(String.init)
      let isPlain = names.allSatisfy { !$0.utf8.contains(UInt8(ascii: "/")) }
      guard parts.count == 2, names.count > 3, names[0] == "net", names.contains("IFNAME"), isPlain else {
        throw Failure(
          .invalidInput, "\(option): \"\(entry)\" is no setting of an interface", subject: subject,
          hint: "write it like net.ipv4.conf.IFNAME.log_martians=1")
      }
      let path = names.dropFirst().map { $0 == "IFNAME" ? interface : $0 }.joined(separator: "/")
      settings.append(EndpointSysctl(path: path, value: parts[1]))
    }
    return settings
  }
}
