import Glibc

/// Whether a text is an IP address.
enum AddressSyntax {
  static func isAddress(_ text: String) -> Bool {
    var storage = in6_addr()
    return inet_pton(AF_INET, text, &storage) == 1 || inet_pton(AF_INET6, text, &storage) == 1
  }
}
