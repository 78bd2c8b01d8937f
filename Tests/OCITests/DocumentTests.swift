import Diagnostics
import Testing

@testable import OCI

@Suite("Documents of the image specification")
struct DocumentTests {
  private let hex = String(repeating: "1", count: 64)

  @Test("a configuration of Docker's keeps every field")
  func configuration() throws {
    let text = """
      {"created":"2024-01-01T00:00:00Z","architecture":"arm64","variant":"v8","os":"linux","os.version":"1",
       "author":"me","docker_version":"26.1","comment":"c",
       "config":{"User":"1000:1000","ExposedPorts":{"80/tcp":{}},"Env":["A=1","B="],"Entrypoint":["/e"],"Cmd":null,
         "Volumes":{"/data":{}},"WorkingDir":"/w","Labels":{"l":"v"},"StopSignal":"SIGINT","ArgsEscaped":true,
         "Healthcheck":{"Test":["CMD","true"],"Interval":1000000000,"Retries":3},"OnBuild":["RUN x"],
         "Shell":["/bin/bash","-c"]},
       "rootfs":{"type":"layers","diff_ids":["sha256:\(hex)"]},
       "history":[{"created_by":"x","empty_layer":true}],"unknown":{"kept":"in the bytes"}}
      """
    let image = try JSON.decode(ImageConfiguration.self, from: Array(text.utf8), what: "test")
    let config = try #require(image.config)
    #expect(config.user == "1000:1000")
    #expect(config.exposedPorts == ["80/tcp"])
    #expect(config.environment == ["A=1", "B="])
    #expect(config.entrypoint == ["/e"])
    #expect(config.command == nil)
    #expect(config.volumes == ["/data"])
    #expect(config.healthcheck?.interval == 1_000_000_000)
    #expect(config.onBuild == ["RUN x"])
    #expect(config.shell == ["/bin/bash", "-c"])
    #expect(config.argumentsEscaped == true)
    #expect(image.rootfs.diffIDs.map(\.hex) == [hex])
    #expect(image.history?.first?.emptyLayer == true)
    #expect(image.osVersion == "1")
    #expect(try JSON.decode(ImageConfiguration.self, from: JSON.encode(image), what: "test") == image)
  }

  @Test("nulls where lists and sets could be are nothing")
  func nulls() throws {
    let text = """
      {"architecture":"amd64","os":"linux","config":{"Env":null,"Volumes":null,"ExposedPorts":{"1/tcp":null},
       "Labels":null,"OnBuild":null},"rootfs":{"type":"layers","diff_ids":null}}
      """
    let image = try JSON.decode(ImageConfiguration.self, from: Array(text.utf8), what: "test")
    #expect(image.config?.environment == [])
    #expect(image.config?.exposedPorts == ["1/tcp"])
    #expect(image.rootfs.diffIDs == [])
  }

  @Test("deep nesting is refused before it is decoded")
  func depth() {
    let bytes = Array((String(repeating: "[", count: 100_000) + String(repeating: "]", count: 100_000)).utf8)
    #expect(throws: Failure.self) { try JSON.decode([Int].self, from: bytes, what: "test") }
    // Brackets in a string nest nothing.
    let text = Array("[\"\(String(repeating: "[\\\"", count: 200))\"]".utf8)
    #expect(throws: Never.self) { try JSON.decode([String].self, from: text, what: "test") }
  }

  @Test("a wrong document is refused with the field that is wrong")
  func field() {
    let text = #"{"schemaVersion":2,"config":{"mediaType":"m","digest":"sha256:xyz","size":1},"layers":[]}"#
    do {
      _ = try JSON.decode(Manifest.self, from: Array(text.utf8), what: "manifest")
      Issue.record("accepted")
    } catch {
      #expect(error.description.contains("config.digest"))
    }
  }

  @Test("the same value always gives the same bytes")
  func stable() throws {
    var image = ImageConfiguration(
      platform: Platform(os: "linux", architecture: "amd64"), config: ExecutionParameters())
    image.config?.labels = Dictionary(uniqueKeysWithValues: (0..<50).map { ("key\($0)", "v/\($0)") })
    let first = JSON.encode(image)
    #expect((0..<5).allSatisfy { _ in JSON.encode(image) == first })
    #expect(!String(decoding: first, as: UTF8.self).contains("\\/"))
  }
}
