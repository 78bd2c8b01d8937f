import Testing

extension EndToEnd {
  @Test(
    "The networks bridge, host and none cannot be removed; links of an endpoint are told by inspect and found by name")
  func predefinedNetworks() throws {
    try inSandbox { sandbox in
      #expect(try sandbox.davit("run", "--rm", "busybox", "true").status == 0)
      for name in ["bridge", "host", "none"] {
        let removal = try sandbox.davit("network", "rm", name)
        #expect(
          removal.status == 1 && removal.err.contains("is a pre-defined network and cannot be removed"), "\(removal)")
      }
      _ = try sandbox.shell(
        "for n in n1 n2; do \(Sandbox.binaries)/davit network create $n; done; \(Sandbox.binaries)/davit run -d --name db --network n1 busybox sleep 600"
      )
      #expect(try sandbox.davit("network", "connect", "n2", "db").status == 0)
      #expect(
        try sandbox.davit(
          "create", "--name", "web", "--network", "n1", "--link", "db:base", "busybox", "ping", "-c1", "base"
        )
        .status == 0)
      #expect(try sandbox.davit("network", "connect", "--link", "db:other", "n2", "web").status == 0)
      let links = try sandbox.davit(
        "container", "inspect", "-f", "{{range .NetworkSettings.Networks}}{{.Links}}{{end}}", "web")
      #expect(links.out == "[db:base][db:other]\n", "\(links)")
      #expect(try sandbox.davit("start", "-a", "web").status == 0)
    }
  }
}
