import YAML

/// The short form of a published port: `[host address:][host port[-range]:]container port[-range][/protocol]`.
enum PortSyntax {
  struct Port: Equatable {
    var hostAddress = ""
    /// Empty: any free port.
    var published = ""
    var target: Int
    var transport: String
  }

  static func parse(_ text: String) throws(SyntaxProblem) -> [Port] {
    guard !text.isEmpty else { throw SyntaxProblem("an empty port") }
    let parts = text.split(separator: ":", omittingEmptySubsequences: false)
    let container = parts[parts.count - 1]
    let host = parts.count > 1 ? parts[parts.count - 2] : ""
    let address = try self.address(parts.dropLast(2).joined(separator: ":"), of: text)

    let slash = container.firstIndex(of: "/") ?? container.endIndex
    let transport = slash < container.endIndex ? container[container.index(after: slash)...].lowercased() : ""
    guard ["", "tcp", "udp", "sctp"].contains(transport) else {
      throw SyntaxProblem("`\(text)`: `\(transport)` is no protocol", hint: "tcp, udp and sctp are known")
    }
    guard slash > container.startIndex else { throw SyntaxProblem("`\(text)` names no container port") }
    let targets = try range(container[..<slash], "container port", of: text)
    var published: ClosedRange<Int>?
    if !host.isEmpty {
      published = try range(host, "host port", of: text)
      guard targets.count == published!.count || targets.count == 1 else {
        throw SyntaxProblem(
          "`\(text)`: the range of \(published!.count) host ports does not fit that of \(targets.count) container ports",
          hint: "give both ranges the same length")
      }
    }
    let ports = targets.map { target in
      var port = Port(hostAddress: address, target: target, transport: transport.isEmpty ? "tcp" : transport)
      if let published {
        port.published = String(published.lowerBound + target - targets.lowerBound)
        // A range of host ports for one container port: whichever is free.
        if targets.count == 1, published.count > 1 { port.published += "-\(published.upperBound)" }
      }
      return port
    }
    return ports.sorted { "\($0.target)/\($0.transport)" < "\($1.target)/\($1.transport)" }
  }

  private static func address(_ text: String, of whole: String) throws(SyntaxProblem) -> String {
    guard !text.isEmpty else { return "" }
    var address = text
    if address.hasPrefix("["), address.hasSuffix("]") { address = String(address.dropFirst().dropLast()) }
    guard AddressSyntax.isAddress(address) else {
      throw SyntaxProblem(
        "`\(whole)`: `\(text)` is no IP address", hint: "write `address:host port:container port`, IPv6 in brackets")
    }
    return address
  }

  private static func range(
    _ text: Substring, _ what: String, of whole: String
  ) throws(SyntaxProblem) -> ClosedRange<Int> {
    let ends = text.split(separator: "-", maxSplits: 1, omittingEmptySubsequences: false)
    let numbers = ends.compactMap { end in
      end.utf8.allSatisfy { $0 >= UInt8(ascii: "0") && $0 <= UInt8(ascii: "9") } ? Int(end) : nil
    }
    guard numbers.count == ends.count, numbers.allSatisfy({ $0 <= 65535 }) else {
      throw SyntaxProblem(
        "`\(whole)`: `\(text)` is no \(what)", hint: "ports are numbers up to 65535, or ranges `8000-8010`")
    }
    guard numbers[0] <= numbers[numbers.count - 1] else {
      throw SyntaxProblem("`\(whole)`: the range `\(text)` ends before it begins")
    }
    return numbers[0]...numbers[numbers.count - 1]
  }
}

extension PortSyntax.Port {
  func node(mark: Mark) -> Node {
    var long = Mapping()
    func add(_ key: String, _ value: Node.Value) { long.append(.init(key, Node(value, mark: mark), mark: mark)) }
    add("mode", .string("ingress"))
    if !hostAddress.isEmpty { add("host_ip", .string(hostAddress)) }
    add("target", .int(target))
    if !published.isEmpty { add("published", .string(published)) }
    add("protocol", .string(transport))
    return Node(.mapping(long), mark: mark)
  }
}
