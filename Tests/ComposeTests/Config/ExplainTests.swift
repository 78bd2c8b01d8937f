import Compose
import Testing

@Suite struct ExplainTests {
  private let folder: ComposeFolder

  init() throws {
    folder = try ComposeFolder([
      "compose.yaml": """
      include: [more.yaml]
      services:
        web:
          extends: {file: base.yaml, service: common}
          image: app:${TAG:-1}
          environment: {LEVEL: info, HOST: "${HOST_NAME}"}
          env_file: web.env
          labels: [a.b=c]
          ports: ["80:80", "81:81"]
      """,
      "override.yaml": """
      services:
        web:
          environment: [LEVEL=debug]
          ports: !override ["90:80"]
        extra: {image: other}
      """,
      "base.yaml": "services:\n  common: {image: base, restart: always}\n",
      "more.yaml": "services:\n  extra: {image: \"${EXTRA-one}\"}\n", ".env": "# tags\nTAG=2\n",
      "web.env": "FROM_FILE=yes\n",
    ])
  }

  private func explain(_ path: String, json: Bool = false) throws -> String {
    var query = ConfigQuery(
      options: folder.options(["HOST_NAME": "here"]) { $0.files = ["compose.yaml", "override.yaml"] })
    query.content = .explain(path)
    if json { query.format = .json }
    return try query.answer().text
  }

  @Test("A value names its file and line, its variables and their sources, and what it overrode")
  func template() throws {
    #expect(
      try explain("services.web.image") == """
        services.web.image: app:2
          set at compose.yaml:5:12
            written app:${TAG:-1}
            TAG = 2, from .env:2
          overrides base, set at base.yaml:2:19, which it extends: common (base.yaml)

        """)
    #expect(try explain("services.web.environment.HOST").contains("HOST_NAME = here, from the environment"))
  }

  @Test("The later file wins over the earlier, an importing file over what it includes, whatever form each is in")
  func layers() throws {
    #expect(
      try explain("services.web.environment.LEVEL") == """
        services.web.environment.LEVEL: debug
          set at override.yaml:3:19
          overrides info, set at compose.yaml:6:26

        """)
    let extra = try explain("services.extra.image")
    #expect(extra.contains("set at override.yaml:5:18"))
    #expect(extra.contains("overrides one, set at more.yaml:2:18"))
    #expect(extra.contains("EXTRA is not set, so the default that stands behind it counts"))
  }

  @Test("What comes from a file of variables, from a tag or from nowhere says so")
  func others() throws {
    #expect(try explain("services.web.environment.FROM_FILE").contains("from env_file web.env:1"))
    #expect(try explain("services.web.networks.default").contains("no file says it"))
    #expect(try explain("services.web.ports[0].published").contains("set at override.yaml:4:23"))
    #expect(try explain("services.web.labels.a.b").contains("set at compose.yaml:8:14"))
    #expect(try explain("services.web.restart").contains("set at base.yaml:2:34"))
  }

  @Test("A path that leads nowhere says what is near")
  func missing() {
    #expect { try explain("services.web.imgae") } throws: { "\($0)".contains("did you mean `services.web.image`?") }
    #expect { try explain("services.web.ports[7]") } throws: { "\($0)".contains("a list of 1") }
  }

  @Test("Programs get the same as JSON")
  func json() throws {
    let text = try explain("services.web.image", json: true)
    #expect(text.contains("\"place\": \"compose.yaml:5:12\"") && text.contains("\"overridden\": ["))
  }
}
