import Diagnostics
import OCI
import Spec
import Testing

@testable import Engine

@Suite struct EffectiveSpecTests {
  private var image: ExecutionParameters {
    var image = ExecutionParameters()
    image.entrypoint = ["/entry"]
    image.command = ["serve", "-v"]
    image.environment = ["PATH=/opt/bin", "MODE=image"]
    image.volumes = ["/data", "/cache/"]
    image.exposedPorts = ["53/udp"]
    return image
  }

  private func arguments(_ entrypoint: [String]?, _ command: [String]?) throws -> [String] {
    var spec = ContainerSpec(name: "web", image: "app")
    spec.entrypoint = entrypoint
    spec.command = command
    return try EffectiveSpec(spec, image: image, id: "0123456789abcdef").arguments
  }

  @Test("An entrypoint of one's own hides the image's command; an empty one keeps it, as Docker has it")
  func arguments() throws {
    #expect(try arguments(nil, nil) == ["/entry", "serve", "-v"])
    #expect(try arguments(nil, ["check"]) == ["/entry", "check"])
    #expect(try arguments(["/own"], nil) == ["/own"])
    #expect(try arguments(["/own"], ["x"]) == ["/own", "x"])
    #expect(try arguments([], nil) == ["serve", "-v"])
    #expect(try arguments([], ["x"]) == ["x"])
  }

  @Test("A container without a program is refused")
  func nothingToRun() {
    #expect(throws: Failure.self) {
      try EffectiveSpec(ContainerSpec(name: "web", image: "app"), image: ExecutionParameters(), id: "0")
    }
  }

  @Test("The container's environment wins over the image's, which wins over the defaults")
  func environment() throws {
    var spec = ContainerSpec(name: "web", image: "app")
    spec.environment = ["MODE": "mine", "A": "b"]
    spec.hostname = "host"
    let environment = try EffectiveSpec(spec, image: image, id: "0").environment
    #expect(environment == ["PATH=/opt/bin", "HOSTNAME=host", "MODE=mine", "A=b"])
  }

  @Test("Fields that a health check leaves out are the image's; NONE switches it off")
  func health() throws {
    var image = image
    image.healthcheck = Healthcheck(test: ["CMD", "check"])
    image.healthcheck?.interval = 5
    var spec = ContainerSpec(name: "web", image: "app")
    #expect(try EffectiveSpec(spec, image: image, id: "0").healthcheck?.test == ["CMD", "check"])
    spec.healthcheck = HealthcheckSpec()
    spec.healthcheck?.retries = 2
    let merged = try #require(try EffectiveSpec(spec, image: image, id: "0").healthcheck)
    #expect(merged.test == ["CMD", "check"] && merged.interval == 5 && merged.retries == 2)
    spec.healthcheck = HealthcheckSpec.none
    #expect(try EffectiveSpec(spec, image: image, id: "0").healthcheck == nil)
  }

  @Test("Volumes of the image that something else is mounted on are not wanted")
  func volumes() throws {
    var spec = ContainerSpec(name: "web", image: "app")
    spec.mounts = [MountSpec(.tmpfs, target: "/cache")]
    #expect(try EffectiveSpec(spec, image: image, id: "0").imageVolumes == ["/data"])
  }
}
