import Arguments
import Diagnostics
import Spec
import Testing

@testable import Commands

/// The container that a line of `docker run` describes.
private func requested(_ words: String...) throws -> ContainerSpec { try requested(words) }

private func requested(_ words: [String]) throws -> ContainerSpec {
  let parsed = try CommandTable.root(named: "davit", meaning: .single).parse(["run"] + words)
  return try RequestedContainer(Invocation(parsed)).spec
}

@Suite("A container from flags") struct ContainerFlags {
  @Test("has the ports that -p publishes, in every form that docker takes") func ports() throws {
    let spec = try requested(
      "-p", "8010:50051/udp", "-p", "127.0.0.1::80", "-p", "9000-9001:90-91", "-p", "[::1]:1:2", "image")
    #expect(
      spec.ports == [
        PortSpec(containerPort: 50051, hostPorts: 8010...8010, transport: .udp),
        PortSpec(containerPort: 80, hostAddress: "127.0.0.1"), PortSpec(containerPort: 90, hostPorts: 9000...9000),
        PortSpec(containerPort: 91, hostPorts: 9001...9001),
        PortSpec(containerPort: 2, hostPorts: 1...1, hostAddress: "::1"),
      ])
    #expect(throws: Failure.self) { try requested("-p", "a:b", "image") }
  }

  @Test("has the mounts of -v, --mount and --tmpfs") func mounts() throws {
    let spec = try requested(
      "-v", "data:/d:ro", "-v", "/src:/dst:rshared", "-v", "/anonymous", "-v", "x:/x", "--tmpfs", "/t:size=1m",
      "--mount", "type=bind,source=/a,target=/b,readonly", "--mount", "type=volume,src=v,dst=/v,volume-nocopy", "image")
    #expect(spec.mounts.map(\.target) == ["/d", "/dst", "/anonymous", "/x", "/b", "/v", "/t"])
    #expect(spec.mounts[0].readOnly && spec.mounts[0].kind == .volume && spec.mounts[1].propagation == "rshared")
    #expect(
      spec.mounts[3].source == "x" && spec.mounts[4].readOnly && !spec.mounts[4].createHostPath && spec.mounts[5].noCopy
    )
    #expect(spec.mounts[6].tmpfsSize == 1 << 20)
    for wrong in ["type=bind,target=/b", "type=odd,target=/b", "target=/b,bogus=1", "source=/a"] {
      #expect(throws: Failure.self, "\(wrong)") { try requested("--mount", wrong, "image") }
    }
  }

  @Test("is on the networks that are named, with aliases and addresses") func networks() throws {
    let spec = try requested(
      "--network", "name=front,alias=web,ip=172.30.0.9", "--network", "back", "--network-alias", "www", "image")
    #expect(spec.networks.map(\.network) == ["front", "back"])
    #expect(spec.networks[0].aliases == ["web", "www"] && spec.networks[0].ipv4Address == "172.30.0.9")
    #expect(try requested("--network", "container:x", "image").networkMode == .container("x"))
    #expect(try requested("--net", "none", "image").networkMode == .none)
    #expect(throws: Failure.self) { try requested("--network", "host", "--network", "back", "image") }
    #expect(throws: Failure.self) { try requested("--network-alias", "web", "image") }
    #expect(throws: Failure.self) { try requested("--network", "container:x", "-p", "80", "image") }
  }

  @Test("has the limits in the kernel's units") func limits() throws {
    let spec = try requested(
      "--cpus", "1.5", "-m", "64m", "--memory-swap", "-1", "--pids-limit", "20", "--ulimit", "nofile=10:20",
      "--device", "/dev/null:/dev/x:r", "--shm-size", "1g", "image")
    #expect(spec.resources.nanoCPUs == 1_500_000_000 && spec.resources.memory == 64 << 20)
    #expect(spec.resources.memorySwap == -1 && spec.resources.pids == 20 && spec.shmSize == 1 << 30)
    #expect(spec.ulimits["nofile"] == Ulimit(soft: 10, hard: 20))
    #expect(spec.devices == [DeviceSpec(source: "/dev/null", target: "/dev/x", permissions: "r")])
    #expect(throws: Failure.self) { try requested("--memory", "much", "image") }
    #expect(throws: Failure.self) { try requested("--cpus", "1", "--cpu-quota", "5", "image") }
  }

  @Test("takes what follows the image as its command, dashes and all") func command() throws {
    let spec = try requested("--entrypoint", "sh", "-e", "A=b", "-it", "image", "-c", "--rm")
    #expect(spec.command == ["-c", "--rm"] && spec.entrypoint == ["sh"] && spec.environment == ["A": "b"])
    #expect(spec.tty && spec.stdinOpen && !spec.autoRemove)
    #expect(try requested("--entrypoint", "", "image").entrypoint == [])
  }

  @Test("takes devices by what they can do and by their names") func devices() throws {
    func names(_ words: String...) throws -> [String] { try requested(words + ["image"]).devices.map(\.source) }
    #expect(try names("--gpus", "all") == ["*/gpu=all"])
    #expect(try names("--gpus", "2") == ["*/gpu=0", "*/gpu=1"])
    #expect(try names("--gpus", "driver=nvidia,\"device=1,GPU-ab\"") == ["nvidia.com/gpu=1", "nvidia.com/gpu=GPU-ab"])
    #expect(try names("--device", "acme.org/thing=one") == ["acme.org/thing=one"])
  }

  @Test("refuses what contradicts itself") func contradictions() {
    for words in [
      ["--rm", "--restart", "always"], ["--no-healthcheck", "--health-cmd", "true"], ["--restart", "often"],
      ["--gpus", "colour=red"], ["--userns", "keep-id"], ["--isolation", "hyperv"], ["-w", "relative"],
      ["--kernel-memory", "1m"],
      ["-v", "/a:/x", "--tmpfs", "/x"],
    ] {
      let parse = {
        let parsed = try CommandTable.root(named: "davit", meaning: .single).parse(["run"] + words + ["image"])
        _ = try RequestedContainer(Invocation(parsed))
      }
      let failure = #expect(throws: Failure.self, "\(words)") { try parse() }
      #expect(failure?.exitStatus == 125, "\(words): \(String(describing: failure))")
    }
  }
}

@Suite("Where a copy goes") struct CopyPlaces {
  @Test(
    "follows docker's table",
    arguments: [
      ("/dst", true, "a/src", true, "/dst", "src"), ("/dst", true, "src/.", true, "/dst", nil),
      ("/dst/new", nil, "src", true, "/dst", "new"), ("/dst/new", nil, "file", false, "/dst", "new"),
      ("/dst", true, "file", false, "/dst", "file"), ("/dst/old", false, "file", false, "/dst", "old"),
    ] as [(String, Bool?, String, Bool, String, String?)])
  func places(
    _ path: String, _ isFolder: Bool?, _ source: String, _ sourceIsFolder: Bool, _ folder: String, _ name: String?
  ) throws {
    let place = try ContainerCopy.Place(path, isFolder: isFolder, source: source, sourceIsFolder: sourceIsFolder)
    #expect(place.folder == folder && place.name == name, "\(place)")
  }

  @Test("is refused for a folder on a file, and a file in a folder that is not there") func refused() {
    #expect(throws: Failure.self) {
      try ContainerCopy.Place("/dst", isFolder: false, source: "src", sourceIsFolder: true)
    }
    #expect(throws: Failure.self) {
      try ContainerCopy.Place("/dst/", isFolder: nil, source: "file", sourceIsFolder: false)
    }
  }

  @Test("is told from a path of this machine by its colon") func ends() {
    #expect(CopyEnd("web:/etc") == .container("web", path: "/etc"))
    #expect(CopyEnd("./web:/etc") == .local("./web:/etc") && CopyEnd("/a:b") == .local("/a:b"))
    #expect(CopyEnd("-") == .local("-"))
  }
}
