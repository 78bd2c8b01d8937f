import Diagnostics
import HTTP
import Linux

extension Trust {
  /// What the folders say about a registry: `*.crt` are authorities, `NAME.cert` with `NAME.key` is what we show (Docker,
  /// "Verify repository client with certificates"; containers-certs.d(5)). The first folder that has one for it counts.
  /// - Returns: `nil`: none has.
  static func of(_ domain: String, in folders: [String]) throws -> Trust? {
    for folder in folders {
      let path = "\(folder)/\(domain)"
      let names: [String]
      do { names = try Descriptor.open(path, [.directory]).entries().map(\.name).sorted() } catch { continue }
      var trust = Trust()
      for name in names {
        if name.hasSuffix(".crt") {
          trust.authorities += try readFile("\(path)/\(name)", limit: 4 << 20) + [UInt8(ascii: "\n")]
        } else if name.hasSuffix(".cert") {
          let key = name.dropLast(5) + ".key"
          guard names.contains(String(key)) else {
            throw Failure(.notFound, "missing key \(key) for client certificate \(name)", subject: path)
          }
          if trust.clientCertificate == nil {
            trust.clientCertificate = "\(path)/\(name)"
            trust.clientKey = "\(path)/\(key)"
          }
        } else if name.hasSuffix(".key"), !names.contains(name.dropLast(4) + ".cert") {
          throw Failure(.notFound, "missing client certificate \(name.dropLast(4)).cert for key \(name)", subject: path)
        }
      }
      return trust
    }
    return nil
  }
}
