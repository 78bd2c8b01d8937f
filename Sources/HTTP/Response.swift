import CCurl
import Diagnostics
import Glibc
import Linux

/// An answer: its head, and its body as it arrives. Belongs to one thread at a time.
public final class Response {
  public private(set) var status = 0
  public private(set) var headers: [(name: String, value: String)] = []
  public let address: Address

  private let request: Request
  private let client: Client
  private let connection: Connection
  private var list: UnsafeMutablePointer<curl_slist>?
  /// Two rooms: one that the caller reads, one that fills.
  private var filling = Response.room()
  private var reading = Response.room()
  private var filled = 0
  /// What `skip` took too much.
  private var kept: UnsafeRawBufferPointer?
  private var isPaused = false
  private var headIsComplete = false
  private var sent: Int64 = 0
  private var ended: CURLcode?
  private var bodyFailure: (any Error)?
  private var isAttached = false

  private static func room() -> UnsafeMutableRawBufferPointer { .allocate(byteCount: 256 << 10, alignment: 64) }

  init(_ request: Request, _ client: Client, _ connection: Connection) {
    (self.request, self.client, self.connection) = (request, client, connection)
    address = request.address
  }

  deinit {
    close()
    filling.deallocate()
    reading.deallocate()
  }

  /// The value of the first header of that name, which is given in lower case.
  public func header(_ name: String) -> String? { headers.first { $0.name == name }?.value }
  public func all(_ name: String) -> [String] { headers.filter { $0.name == name }.map(\.value) }

  /// Sends the request and reads until the body begins.
  func begin() throws {
    list = try connection.prepare(request, client)
    let me = Unmanaged.passUnretained(self).toOpaque()
    let easy = connection.easy
    ccurl_set_pointer(easy, CURLOPT_WRITEDATA, me)
    ccurl_set_pointer(easy, CURLOPT_HEADERDATA, me)
    ccurl_set_pointer(easy, CURLOPT_READDATA, me)
    ccurl_set_pointer(easy, CURLOPT_SEEKDATA, me)
    ccurl_set_transfer(easy, CURLOPT_WRITEFUNCTION) { bytes, size, count, me in
      Response.from(me).receive(UnsafeRawBufferPointer(start: bytes, count: size * count))
    }
    ccurl_set_transfer(easy, CURLOPT_HEADERFUNCTION) { bytes, size, count, me in
      Response.from(me).receiveHead(UnsafeRawBufferPointer(start: bytes, count: size * count))
      return size * count
    }
    ccurl_set_transfer(easy, CURLOPT_READFUNCTION) { bytes, size, count, me in
      Response.from(me).give(UnsafeMutableRawBufferPointer(start: bytes, count: size * count))
    }
    ccurl_set_seek(easy) { me, offset, origin in
      guard origin == SEEK_SET else { return CURL_SEEKFUNC_CANTSEEK }
      Response.from(me).sent = Int64(offset)
      return CURL_SEEKFUNC_OK
    }
    guard ccurl_multi_add(connection.multi, easy) == CURLM_OK else {
      throw Failure(.system, "cannot begin a transfer", subject: address.text)
    }
    isAttached = true
    while !headIsComplete, ended == nil { try move() }
    if !headIsComplete { try checkEnd() }
  }

  /// The next piece of the body, at most 256 KiB, valid until the next call; empty at the end. Throws `system` when the connection breaks.
  public func next() throws -> UnsafeRawBufferPointer {
    if let rest = kept {
      kept = nil
      if !rest.isEmpty { return rest }
    }
    while filled == 0, ended == nil { try move() }
    if filled == 0 { try checkEnd() }
    swap(&filling, &reading)
    let piece = UnsafeRawBufferPointer(rebasing: reading[..<filled])
    filled = 0
    if isPaused {
      isPaused = false
      ccurl_easy_resume(connection.easy)
    }
    return piece
  }

  /// The next `count` bytes of the body are not delivered.
  public func skip(_ count: Int64) throws {
    var left = count
    while left > 0 {
      let piece = try next()
      if piece.isEmpty { throw Failure(.connectionBroken, "the answer ends too early", subject: address.text) }
      let dropped = min(Int64(piece.count), left)
      left -= dropped
      kept = UnsafeRawBufferPointer(rebasing: piece[Int(dropped)...])
    }
  }

  /// The whole body, of at most `limit` bytes.
  public func body(limit: Int) throws -> [UInt8] {
    var bytes: [UInt8] = []
    while true {
      let piece = try next()
      if piece.isEmpty { return bytes }
      guard bytes.count + piece.count <= limit else {
        throw Failure(.corrupt, "the answer has more than the \(limit) bytes that are allowed", subject: address.text)
      }
      bytes.append(contentsOf: piece)
    }
  }

  /// Ends the transfer. A connection whose answer was read to its end is used again.
  public func close() {
    guard isAttached else { return }
    isAttached = false
    ccurl_multi_remove(connection.multi, connection.easy)
    ccurl_list_free(list)
    client.giveBack(connection)
  }

  private func move() throws {
    try client.cancellation?.check()
    let before = filled
    var result = CURLE_OK
    if ccurl_multi_perform(connection.multi, &result) {
      ended = result
      return
    }
    if let bodyFailure { throw bodyFailure }
    if filled == before, !isPaused {
      ccurl_multi_wait(connection.multi, client.cancellation?.descriptor.raw ?? -1, 1000)
    }
  }

  private func checkEnd() throws {
    if let bodyFailure { throw bodyFailure }
    guard let ended, ended != CURLE_OK else { return }
    throw Failure(
      Self.code(ended), "no answer from \(address.origin)", hint: Self.hint(ended),
      causes: [String(cString: ccurl_reason(ended))])
  }

  private static func code(_ code: CURLcode) -> Failure.Code {
    switch code {
    case CURLE_COULDNT_RESOLVE_HOST, CURLE_COULDNT_RESOLVE_PROXY, CURLE_COULDNT_CONNECT: .unreachable
    case CURLE_SSL_CONNECT_ERROR: .notEncrypted
    case CURLE_PEER_FAILED_VERIFICATION: .untrusted
    case CURLE_PARTIAL_FILE, CURLE_RECV_ERROR, CURLE_SEND_ERROR, CURLE_GOT_NOTHING, CURLE_OPERATION_TIMEDOUT,
      CURLE_SEND_FAIL_REWIND, CURLE_HTTP2, CURLE_HTTP2_STREAM:
      .connectionBroken
    default: .system
    }
  }

  private static func hint(_ code: CURLcode) -> String? {
    switch code {
    case CURLE_PEER_FAILED_VERIFICATION:
      "put the authority's certificate into /etc/docker/certs.d/HOST:PORT/ca.crt, or configure the registry as insecure"
    case CURLE_COULDNT_RESOLVE_HOST: "is the name right, and is there a network?"
    default: nil
    }
  }

  private static func from(_ pointer: UnsafeMutableRawPointer?) -> Response {
    Unmanaged<Response>.fromOpaque(pointer!).takeUnretainedValue()
  }

  private func receive(_ bytes: UnsafeRawBufferPointer) -> Int {
    guard filled + bytes.count <= filling.count else {
      isPaused = true
      return Int(CURL_WRITEFUNC_PAUSE)
    }
    UnsafeMutableRawBufferPointer(rebasing: filling[filled...]).copyMemory(from: bytes)
    filled += bytes.count
    return bytes.count
  }

  private func receiveHead(_ bytes: UnsafeRawBufferPointer) {
    let line = String(decoding: bytes, as: UTF8.self).trimmingLineEnd
    if line.hasPrefix("HTTP/") {
      let words = line.split(separator: " ")
      status = words.count > 1 ? Int(words[1]) ?? 0 : 0
      headers = []
    } else if line.isEmpty {
      // 1xx: the real head follows.
      headIsComplete = status >= 200
    } else if let colon = line.firstIndex(of: ":") {
      let value = line[line.index(after: colon)...].drop { $0 == " " || $0 == "\t" }
      headers.append((line[..<colon].lowercased(), String(value)))
    }
  }

  private func give(_ room: UnsafeMutableRawBufferPointer) -> Int {
    let count = Int(min(Int64(room.count), request.body.count - sent))
    let target = UnsafeMutableRawBufferPointer(rebasing: room[..<count])
    switch request.body {
    case .none: return 0
    case .bytes(let bytes):
      bytes.withUnsafeBytes {
        target.copyMemory(from: UnsafeRawBufferPointer(rebasing: $0[Int(sent)...].prefix(count)))
      }
      sent += Int64(count)
      return count
    case .file(let file, let offset, _):
      do {
        let read = try file.read(into: target, at: offset + sent)
        sent += Int64(read)
        request.progress?(sent)
        return read
      } catch {
        bodyFailure = error
        return Int(CURL_READFUNC_ABORT)
      }
    }
  }
}

extension String {
  fileprivate var trimmingLineEnd: Substring {
    var text = self[...]
    while let last = text.unicodeScalars.last, last == "\n" || last == "\r" { text.unicodeScalars.removeLast() }
    return text
  }
}

extension Failure.Code {
  /// There is no such host, or nobody listens there.
  public static let unreachable = Failure.Code(rawValue: "unreachable")
  /// The other side does not speak TLS as it should, or not at all.
  public static let notEncrypted = Failure.Code(rawValue: "not-encrypted")
  /// The other side's certificate is none that is trusted.
  public static let untrusted = Failure.Code(rawValue: "untrusted")
  /// A connection broke off: trying again may help.
  public static let connectionBroken = Failure.Code(rawValue: "connection-broken")
}
