import Compose
import Engine
import FoundationEssentials
import Testing

@testable import Commands

@Suite("what a change of a file means") struct WatchRules {
  /// The rules of a service whose sources are in a folder of their own.
  private func rules(_ watch: String, ignore: String = "", _ body: ([WatchRule], String) throws -> Void) throws {
    let folder = "/tmp/davit-watch-\(UUID().uuidString)"
    try FileManager.default.createDirectory(atPath: "\(folder)/src", withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(atPath: folder) }
    try Data(
      """
      services:
        web:
          image: app
          build: {context: ., dockerfile_inline: FROM scratch}
          develop: {watch: [\(watch)]}
      """.utf8
    ).write(to: URL(filePath: "\(folder)/compose.yaml"))
    try Data(ignore.utf8).write(to: URL(filePath: "\(folder)/.dockerignore"))
    let options = LoadOptions(workingDirectory: folder, environment: [:])
    let project = try Project(ProjectLoader(options: options).load())
    let service = project.services[0]
    try body(service.watch.map { try WatchRule($0, of: service) }, folder)
  }

  @Test("a file has its place below the target, and the watched file is the target itself") func places() throws {
    try rules("{path: ./src, target: /app/, action: sync}, {path: ./one.conf, target: /etc/one, action: sync}") {
      rules, folder in
      #expect(rules[0].match("\(folder)/src/a/b.js")?.container == "/app/a/b.js")
      #expect(rules[0].match("\(folder)/srcs/a") == nil)
      #expect(rules[1].match("\(folder)/one.conf")?.container == "/etc/one")
    }
  }

  @Test("ignore, include, .dockerignore and editors' leftovers are left out") func leftOut() throws {
    let watch =
      "{path: ./src, target: /app, action: sync, ignore: [node_modules/, '*.tmp'], include: ['**/*.js', '*.tmp']}"
    try rules(watch, ignore: "src/secret.js\n") { rules, folder in
      func matches(_ path: String) -> Bool { rules[0].match("\(folder)/src/\(path)") != nil }
      #expect(matches("a.js") && matches("deep/b.js"))
      for path in ["a.css", "node_modules/x.js", "a.tmp", "secret.js", ".git/x.js", ".a.js.swp", "deep/a.js~"] {
        #expect(!matches(path), "\(path)")
      }
      #expect(rules[0].leavesOut("\(folder)/src/node_modules") && !rules[0].leavesOut("\(folder)/src/deep"))
    }
  }

  @Test("a batch syncs each file once, runs each program once, and what is rebuilt is neither synced nor restarted")
  func batches() throws {
    let watch = """
      {path: ./src, target: /app, action: sync+exec, exec: {command: reload}},
      {path: ./src, target: /app, action: sync+restart, include: ["*.rb"]}, {path: ./Gemfile, action: rebuild}
      """
    try rules(watch) { rules, folder in
      let two = WatchActions(["\(folder)/src/a.rb", "\(folder)/src/b.js"], rules)
      #expect(two.sync["web"]?.map(\.container) == ["/app/a.rb", "/app/b.js"])
      #expect(two.execute == [0] && two.restart == ["web"] && two.rebuild.isEmpty)
      let rebuilt = WatchActions(["\(folder)/src/a.rb", "\(folder)/Gemfile"], rules)
      #expect(rebuilt.rebuild == ["web"] && rebuilt.sync.isEmpty && rebuilt.restart.isEmpty)
    }
  }
}
