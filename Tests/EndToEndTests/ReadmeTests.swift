import Foundation
import Testing

extension EndToEnd {
  @Test("Every command line of the README works, in its order")
  func readme() throws {
    try inSandbox { sandbox in
      let text = try String(contentsOfFile: "\(Sandbox.repository)/README.md", encoding: .utf8)
      let lines = text.split(separator: "\n").filter { $0.hasPrefix("$ ") }.map { String($0.dropFirst(2)) }
      #expect(lines.count > 20)
      // Make's targets build and test, which cannot be done from within a test: that they exist is all there is to see.
      for line in lines where line.hasPrefix("make ") {
        let make = try sandbox.run(["make", "-n", "-C", Sandbox.repository, String(line.dropFirst("make ".count))])
        #expect(make.status == 0, "\(line): \(make.both)")
      }
      let tour = lines.filter { !$0.hasPrefix("make ") }
      let samples = "\(Sandbox.repository)/samples"
      try sandbox.shell(
        """
        mkdir build samples && ln -s \(Sandbox.binaries)/davit build/davit
        cp -r \(samples)/hello \(samples)/images samples && ln -s \(samples)/.images samples/.images
        """)
      let script = tour.map { "echo '> '\(quoted($0)) >&2; \($0) || { echo \"failed with $?\" >&2; exit 1; }" }
      let run = try sandbox.run(
        ["bash", "-c", script.joined(separator: "\n")],
        environment: ["PATH": "\(Sandbox.binaries):/usr/sbin:/usr/bin:/sbin:/bin"])
      #expect(run.status == 0, "\(run.both)")
      #expect(run.out.contains("Hello from Davit") && run.out.contains("ahoy"))
    }
  }

  private func quoted(_ line: String) -> String { "'" + line.replacingOccurrences(of: "'", with: "'\\''") + "'" }
}
