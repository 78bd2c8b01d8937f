import Foundation
import Testing

extension EndToEnd {
  @Test(
    "kill -9 at any point of a recreation, a network's recreation or down, then up again: converged, nothing leaked")
  func killedChanges() throws {
    try inSandbox { sandbox in
      func file(_ version: Int, network: Int) -> String {
        """
        services:
          web:
            image: busybox
            command: [httpd, -f, -p, "80"]
            stop_signal: SIGKILL
            ports: ["8080:80"]
            environment: {VERSION: "\(version)"}
            depends_on: {db: {condition: service_healthy, restart: true}, init: {condition: service_completed_successfully}}
          db:
            image: busybox
            command: [sleep, infinity]
            stop_signal: SIGKILL
            volumes: [/anonymous]
            healthcheck: {test: ["CMD", "true"], interval: 1s, start_period: 5s, start_interval: 20ms}
          init: {image: busybox, command: ["true"]}
        networks: {default: {labels: {version: "\(network)"}}}
        """
      }
      let delays = [0.004, 0.01, 0.02, 0.03, 0.045, 0.06, 0.08, 0.1, 0.13, 0.16, 0.2]
      for (round, delay) in delays.enumerated() {
        let arguments = round % 4 == 3 ? ["down"] : ["up", "-d"]
        try sandbox.compose(file(round, network: round / 2))
        let command = try sandbox.start(["\(Sandbox.binaries)/davit"] + arguments)
        Thread.sleep(forTimeInterval: delay)
        kill(command.process.processIdentifier, SIGKILL)
        command.process.waitUntilExit()
        let again = try sandbox.davit("up", "-d")
        #expect(again.status == 0, "\(arguments) after \(delay) s: \(again.both)")
        let plan = try sandbox.davit("plan")
        #expect(plan.status == 0, "\(arguments) after \(delay) s: \(plan.both)")
        let names = try sandbox.davit("ps", "-a", "--format", "{{.Name}}").out.split(separator: "\n").sorted()
        #expect(names == ["project-db-1", "project-init-1", "project-web-1"])
        let doctor = try sandbox.davit("doctor")
        #expect(doctor.status == 0, "\(arguments) after \(delay) s: \(doctor.both)")
      }
    }
  }

  @Test("Anonymous volumes are carried over when a container is made anew, and new ones made with -V")
  func anonymousVolumes() throws {
    try inSandbox { sandbox in
      func file(_ version: Int) -> String {
        """
        services:
          a:
            image: busybox
            command: [sleep, infinity]
            stop_signal: SIGKILL
            volumes: [/kept]
            environment: {VERSION: "\(version)"}
        """
      }
      try sandbox.compose(file(1))
      #expect(try sandbox.davit("up", "-d").status == 0)
      #expect(try sandbox.davit("exec", "-T", "a", "sh", "-c", "echo data > /kept/file").status == 0)
      try sandbox.compose(file(2))
      #expect(try sandbox.davit("up", "-d").status == 0)
      #expect(try sandbox.davit("exec", "-T", "a", "cat", "/kept/file").out == "data\n")
      try sandbox.compose(file(3))
      #expect(try sandbox.davit("up", "-d", "-V").status == 0)
      #expect(try sandbox.davit("exec", "-T", "a", "ls", "/kept").out.isEmpty)
      #expect(try sandbox.davit("volume", "ls", "-q").out.split(separator: "\n").count == 1)
    }
  }
}
