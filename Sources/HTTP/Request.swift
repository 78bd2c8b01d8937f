import Linux

/// What is asked of a server.
public struct Request: Sendable {
  public enum Method: String, Sendable {
    case get = "GET", head = "HEAD", post = "POST", put = "PUT", patch = "PATCH", delete = "DELETE"
  }

  public enum Body: Sendable {
    case none
    case bytes([UInt8])
    /// `count` bytes of a file from `offset` on.
    case file(Descriptor, offset: Int64, count: Int64)

    var count: Int64 {
      switch self {
      case .none: 0
      case .bytes(let bytes): Int64(bytes.count)
      case .file(_, _, let count): count
      }
    }
  }

  public var method: Method
  public var address: Address
  public var headers: [(name: String, value: String)] = []
  /// Sent to the origin of `address` and to nobody else, whoever redirects where.
  public var authorization: String?
  public var body = Body.none
  public var trust: Trust
  /// Told how many bytes of the body were sent.
  public var progress: (@Sendable (Int64) -> Void)?

  public init(_ method: Method, _ address: Address, trust: Trust = Trust()) {
    self.method = method
    self.address = address
    self.trust = trust
  }
}

/// Whom a connection is made with, and as whom.
public struct Trust: Hashable, Sendable {
  /// Certificates of authorities that are trusted besides the system's, PEM.
  public var authorities: [UInt8] = []
  /// Paths of PEM files.
  public var clientCertificate: String?
  public var clientKey: String?
  /// `false`: anybody is trusted.
  public var verifies = true

  public init() {}
}

/// The environment's proxies: `HTTP_PROXY`, `HTTPS_PROXY`, `NO_PROXY`, in either case. A machine itself is never reached
/// through one.
public struct Proxies: Hashable, Sendable {
  public var http: String?
  public var https: String?
  /// Comma-separated hosts, domains and networks.
  public var except = ""

  public init(environment: [String: String] = [:]) {
    func value(_ name: String) -> String? {
      let value = environment[name.lowercased()] ?? environment[name]
      return value?.isEmpty == false ? value : nil
    }
    http = value("HTTP_PROXY") ?? value("ALL_PROXY")
    https = value("HTTPS_PROXY") ?? value("ALL_PROXY")
    except = value("NO_PROXY") ?? ""
  }

  func proxy(for origin: Origin) -> String? { origin.isLoopback ? nil : origin.scheme == "https" ? https : http }
}

extension Origin {
  /// This machine: localhost, 127.0.0.0/8, ::1.
  public var isLoopback: Bool {
    if host == "localhost" || host.hasSuffix(".localhost") || host == "[::1]" || host == "::1" { return true }
    let parts = host.split(separator: ".", omittingEmptySubsequences: false)
    return parts.count == 4 && parts[0] == "127" && parts.allSatisfy { UInt8($0) != nil }
  }
}
