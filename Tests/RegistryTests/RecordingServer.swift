import Glibc
import Linux
import Synchronization

/// An http server on a port of its own that remembers every request and answers as the test says.
final class RecordingServer: Sendable {
  struct Request: Sendable {
    var method: String
    /// With the query.
    var target: String
    /// Names in lower case.
    var headers: [String: String]
    var body: [UInt8]

    var path: String { String(target.prefix { $0 != "?" }) }
  }

  struct Answer: Sendable {
    var status = 200
    var headers: [(String, String)] = []
    var body: [UInt8] = []
    /// The connection is cut after so many bytes of the body.
    var cutAfter: Int?
  }

  let port: UInt16
  private let socket: Descriptor
  private let state: State

  /// What the threads share that serve connections; they outlive the server by a little.
  private final class State: Sendable {
    let seen = Mutex<[Request]>([])
    let answer: @Sendable (Request) -> Answer

    init(_ answer: @escaping @Sendable (Request) -> Answer) { self.answer = answer }
  }

  /// Also an origin.
  var host: String { "127.0.0.1:\(port)" }
  var requests: [Request] { state.seen.withLock { $0 } }

  func requests(to path: String) -> [Request] { requests.filter { $0.path == path } }

  init(_ answer: @escaping @Sendable (Request) -> Answer = { _ in Answer(status: 404) }) throws {
    let state = State(answer)
    self.state = state
    socket = Descriptor(owning: Glibc.socket(AF_INET, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0))
    var name = sockaddr_in()
    name.sin_family = sa_family_t(AF_INET)
    name.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
    var length = socklen_t(MemoryLayout<sockaddr_in>.size)
    let raw = socket.raw
    let bound = withUnsafeMutablePointer(to: &name) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { address in
        bind(raw, address, length) == 0 && listen(raw, 16) == 0 && getsockname(raw, address, &length) == 0
      }
    }
    guard bound else { throw SystemError("listening", errno: errno) }
    port = UInt16(bigEndian: name.sin_port)
    _ = try Thread.spawn {
      while true {
        let client = accept(raw, nil, nil)
        guard client >= 0 else { return }
        _ = try? Thread.spawn { Self.serve(Descriptor(owning: client), state) }
      }
    }
  }

  deinit { shutdown(socket.raw, Int32(SHUT_RDWR)) }

  private static func serve(_ client: Descriptor, _ state: State) {
    var bytes: [UInt8] = []
    while true {
      guard let end = bytes.firstRange(of: Array("\r\n\r\n".utf8)) else {
        guard let more = try? client.read(upTo: 1 << 16), !more.isEmpty else { return }
        bytes += more
        // TLS: nobody here speaks it.
        if bytes.first == 0x16 { return }
        continue
      }
      let lines = String(decoding: bytes[..<end.lowerBound], as: UTF8.self).split(separator: "\r\n")
      let words = lines[0].split(separator: " ").map(String.init)
      var headers: [String: String] = [:]
      for line in lines.dropFirst() {
        guard let colon = line.firstIndex(of: ":") else { continue }
        headers[line[..<colon].lowercased()] = String(line[line.index(after: colon)...].drop { $0 == " " })
      }
      bytes = Array(bytes[end.upperBound...])
      let length = headers["content-length"].flatMap { Int($0) } ?? 0
      while bytes.count < length {
        guard let more = try? client.read(upTo: 1 << 16), !more.isEmpty else { return }
        bytes += more
      }
      let request = Request(method: words[0], target: words[1], headers: headers, body: Array(bytes[..<length]))
      bytes = Array(bytes[length...])
      state.seen.withLock { $0.append(request) }
      guard send(state.answer(request), to: client, isHead: words[0] == "HEAD") else { return }
    }
  }

  private static func send(_ answer: Answer, to client: Descriptor, isHead: Bool) -> Bool {
    var text = "HTTP/1.1 \(answer.status) x\r\nContent-Length: \(answer.body.count)\r\n"
    for (name, value) in answer.headers { text += "\(name): \(value)\r\n" }
    guard (try? client.writeAll(Array((text + "\r\n").utf8))) != nil else { return false }
    if isHead { return true }
    let sent = answer.body.prefix(answer.cutAfter ?? .max)
    return (try? client.writeAll(Array(sent))) != nil && answer.cutAfter == nil
  }
}

extension Array where Element: Equatable {
  fileprivate func firstRange(of part: [Element]) -> Range<Int>? {
    guard count >= part.count else { return nil }
    for start in 0...(count - part.count) where self[start..<start + part.count].elementsEqual(part) {
      return start..<start + part.count
    }
    return nil
  }
}
