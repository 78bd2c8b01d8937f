import CCurl
import Diagnostics
import Linux

/// One of libcurl's handles with its own connections. One thread at a time uses it.
final class Connection: @unchecked Sendable {
  let easy: UnsafeMutableRawPointer
  let multi: UnsafeMutableRawPointer

  init() throws {
    try Library.load()
    guard let easy = ccurl_easy_new() else { throw Failure(.system, "no memory for a connection") }
    guard let multi = ccurl_multi_new() else {
      ccurl_easy_free(easy)
      throw Failure(.system, "no memory for a connection")
    }
    (self.easy, self.multi) = (easy, multi)
  }

  deinit {
    ccurl_easy_free(easy)
    ccurl_multi_free(multi)
  }

  func set(_ option: CURLoption, _ value: Int64) { ccurl_set_number(easy, option, value) }
  func set(_ option: CURLoption, _ text: String?) { ccurl_set_text(easy, option, text) }

  /// Says everything that does not depend on who listens.
  /// - Returns: the list of headers, to be freed after the transfer.
  func prepare(_ request: Request, _ client: Client) throws -> UnsafeMutablePointer<curl_slist>? {
    ccurl_easy_reset(easy)
    set(CURLOPT_URL, request.address.text)
    set(CURLOPT_PROTOCOLS_STR, "http,https")
    set(CURLOPT_HTTP_VERSION, Int64(CURL_HTTP_VERSION_1_1))
    set(CURLOPT_FOLLOWLOCATION, 0)
    set(CURLOPT_NOSIGNAL, 1)
    set(CURLOPT_CONNECTTIMEOUT, 30)
    // A server that says nothing for a minute has gone; one that was given much may have to put it away first.
    set(CURLOPT_LOW_SPEED_LIMIT, 1)
    set(CURLOPT_LOW_SPEED_TIME, request.body.count > 1 << 20 ? 900 : 60)
    set(CURLOPT_BUFFERSIZE, 256 << 10)
    set(CURLOPT_SUPPRESS_CONNECT_HEADERS, 1)
    // Also keeps libcurl from asking the environment.
    set(CURLOPT_PROXY, client.proxies.proxy(for: request.address.origin) ?? "")
    set(CURLOPT_NOPROXY, client.proxies.except)
    try setTrust(request.trust)
    setMethod(request)
    var headers = request.headers
    headers.append(("User-Agent", client.userAgent))
    if let authorization = request.authorization { headers.append(("Authorization", authorization)) }
    // Waiting for a permission to send costs a round trip.
    headers.append(("Expect", ""))
    var list: UnsafeMutablePointer<curl_slist>?
    for (name, value) in headers {
      guard !(name + value).utf8.contains(where: { $0 < 32 || $0 == 127 }) else {
        ccurl_list_free(list)
        throw Failure(.invalidInput, "header \(name) holds a control character", subject: request.address.text)
      }
      list = ccurl_list_append(list, "\(name):\(value.isEmpty ? "" : " " + value)")
    }
    ccurl_set_pointer(easy, CURLOPT_HTTPHEADER, list)
    return list
  }

  private func setMethod(_ request: Request) {
    switch request.method {
    case .get: set(CURLOPT_HTTPGET, 1)
    case .head: set(CURLOPT_NOBODY, 1)
    case .post:
      set(CURLOPT_POST, 1)
      set(CURLOPT_POSTFIELDSIZE_LARGE, request.body.count)
    case .put, .patch:
      set(CURLOPT_UPLOAD, 1)
      set(CURLOPT_INFILESIZE_LARGE, request.body.count)
      if request.method == .patch { set(CURLOPT_CUSTOMREQUEST, request.method.rawValue) }
    case .delete: set(CURLOPT_CUSTOMREQUEST, request.method.rawValue)
    }
  }

  private func setTrust(_ trust: Trust) throws {
    set(CURLOPT_SSL_VERIFYPEER, trust.verifies ? 1 : 0)
    set(CURLOPT_SSL_VERIFYHOST, trust.verifies ? 2 : 0)
    set(CURLOPT_SSLVERSION, Int64(CURL_SSLVERSION_TLSv1_2))
    set(CURLOPT_SSLCERT, trust.clientCertificate)
    set(CURLOPT_SSLKEY, trust.clientKey)
    guard trust.verifies, !trust.authorities.isEmpty else { return }
    // A given bundle takes the place of the system's, so that one is put in front.
    let system = Self.bundles.lazy.compactMap { try? readFile($0, limit: 16 << 20) }.first ?? []
    let all = system + [UInt8(ascii: "\n")] + trust.authorities
    all.withUnsafeBytes { _ = ccurl_set_bytes(easy, CURLOPT_CAINFO_BLOB, $0.baseAddress, $0.count) }
  }

  /// Debian and Alpine, Fedora, openSUSE.
  private static let bundles = [
    "/etc/ssl/certs/ca-certificates.crt", "/etc/pki/tls/certs/ca-bundle.crt", "/etc/ssl/ca-bundle.pem",
  ]
}
