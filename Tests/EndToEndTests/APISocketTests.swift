import Foundation
import Testing

extension EndToEnd {
  @Test("use_api_socket hands a container the socket of davit serve and the credentials for registries")
  func apiSocket() throws {
    try inSandbox { sandbox in
      try sandbox.shell("mkdir -p \(sandbox.folder)/home/.docker")
      let login = #"{"auths":{"registry.test":{"auth":"dTpw"}},"credsStore":""}"#
      try login.write(toFile: "\(sandbox.folder)/home/.docker/config.json", atomically: true, encoding: .utf8)
      try sandbox.compose(
        """
        services:
          a: {image: busybox, command: [sleep, infinity], stop_signal: SIGKILL, use_api_socket: true}
          b: {image: busybox, command: [sleep, infinity], stop_signal: SIGKILL, use_api_socket: true, environment: {DOCKER_CONFIG: /mine}}
        """)
      let alone = try sandbox.davit("up", "-d")
      #expect(alone.status == 1, "\(alone.both)")
      #expect(
        alone.err.contains("services.a.use_api_socket: nobody serves the engine's interface on ")
          && alone.err.contains("hint: start `davit serve`"), "\(alone.err)")
      #expect(try sandbox.davit("ps", "-aq").out.isEmpty)
      // What only takes down asks for no server.
      #expect(try sandbox.davit("config", "-q").status == 0 && sandbox.davit("down").status == 0)

      let socket = "\(sandbox.folder)/e.sock"
      let server = try sandbox.start([
        "\(Sandbox.binaries)/davit", "serve", "--host", "unix://\(socket)",
      ])
      defer {
        server.process.terminate()
        server.process.waitUntilExit()
      }
      try eventually { FileManager.default.fileExists(atPath: socket) }
      let up = try sandbox.davit("up", "-d", environment: ["DOCKER_HOST": "unix://\(socket)"])
      #expect(up.status == 0, "\(up.both)")
      let ping = "printf 'GET /_ping HTTP/1.0\\r\\n\\r\\n' | nc local:/var/run/docker.sock"
      let answer = try sandbox.davit(
        "exec", "-T", "a", "sh", "-c",
        "test -S /var/run/docker.sock && echo socket; echo $DOCKER_CONFIG; cat $DOCKER_CONFIG/config.json; stat -c %a $DOCKER_CONFIG/config.json"
      ).out
      #expect(
        answer == "socket\n/run/secrets/docker\n" + #"{"auths":{"registry.test":{"auth":"dTpw"}}}"# + "\n400\n",
        "\(answer) \(ping)")
      let other = try sandbox.davit("exec", "-T", "b", "sh", "-c", "echo $DOCKER_CONFIG; ls /run/secrets").both
      #expect(other.hasPrefix("/mine\n") && !other.contains("docker\n"), "\(other)")
      _ = try sandbox.davit("down", "-t", "0")
    }
  }
}
