import Compose
import Diagnostics
import Testing

@Suite struct ImageDigestTests {
  private let folder: ComposeFolder

  init() throws {
    folder = try ComposeFolder([
      "compose.yaml": """
      services:
        a: {image: "one:1", ports: ["80:80"]}
        b:
          image: two
          volumes:
            - {type: image, source: three, target: /x}
            - {type: image, source: a, target: /y}
            - data:/z
      volumes: {data: {}}
      """
    ])
  }

  private func config(_ change: (inout ConfigQuery) -> Void) throws -> String {
    var query = ConfigQuery(options: folder.options())
    query.pin = { images in
      Dictionary(uniqueKeysWithValues: images.map { ($0, .success("\($0)@sha256:0")) })
    }
    change(&query)
    return try query.answer().text
  }

  @Test("Every image gets its digest, those of volumes too; a service as a source stays one")
  func resolving() throws {
    let text = try config { _ in }
    for line in ["image: one:1@sha256:0", "image: two@sha256:0", "source: three@sha256:0", "source: a\n"] {
      #expect(text.contains(line))
    }
  }

  @Test("A lock is a file of images and nothing else")
  func locking() throws {
    #expect(
      try config { $0.isLock = true } == """
        services:
          a:
            image: one:1@sha256:0
          b:
            image: two@sha256:0
            volumes:
              - type: image
                source: three@sha256:0
                target: /x
              - type: image
                source: a
                target: /y

        """)
  }

  @Test("An image that a registry does not have is named with its place")
  func missing() {
    #expect {
      try config { query in
        query.pin = { images in
          Dictionary(uniqueKeysWithValues: images.map { ($0, .failure(Failure(.notFound, "not found"))) })
        }
      }
    } throws: { error in
      "\(error)".contains("compose.yaml:2:14: services.a.image: not found")
    }
  }
}
