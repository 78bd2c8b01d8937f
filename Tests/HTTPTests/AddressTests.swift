import HTTP
import Testing

@Suite("Addresses")
struct AddressTests {
  @Test("an address is what libcurl connects to: scheme, host in lower case, port")
  func origins() throws {
    #expect(
      try Address("https://Registry.Example/v2/").origin == Origin(scheme: "https", host: "registry.example", port: 443)
    )
    #expect(try Address("http://[::1]:5000/").origin.isLoopback)
    #expect(try Address("http://127.9.9.9:5000/").origin.isLoopback)
    #expect(try !Address("http://127.0.0.1.example/").origin.isLoopback)
  }

  @Test(
    "a relative location is resolved against the page that names it",
    arguments: [
      ("/v2/x", "https://a.example:444/v2/x"), ("//b.example/y", "https://b.example/y"),
      ("?a=1", "https://a.example:444/v2/t?a=1"),
      ("http://c.example", "http://c.example/"),
    ])
  func relative(reference: String, expected: String) throws {
    #expect(try Address("https://a.example:444/v2/t").resolving(reference).text == expected)
  }

  @Test(
    "an address with a name and password, or of another protocol, is refused",
    arguments: [
      "https://user:secret@a.example/", "file:///etc/passwd", "ftp://a.example/", "",
    ])
  func refused(text: String) { #expect(throws: (any Error).self) { try Address(text) } }

  @Test("this machine is never reached through a proxy")
  func proxies() throws {
    let proxies = Proxies(environment: [
      "HTTP_PROXY": "http://p:1", "https_proxy": "http://q:2", "NO_PROXY": "x.example",
    ])
    #expect(proxies.http == "http://p:1")
    #expect(proxies.https == "http://q:2")
    #expect(proxies.except == "x.example")
  }
}
