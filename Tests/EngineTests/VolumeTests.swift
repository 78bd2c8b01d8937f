import Diagnostics
import Linux
import Spec
import Testing

@testable import Engine

@Suite(.enabled(if: isRoot, "images keep owners, so this needs root"))
struct VolumeTests {
  @Test("A named volume that is missing is made with the container, the image's volumes get one without a name")
  func made() throws {
    let machine = try TestMachine()
    let engine = machine.engine()
    var wanted = spec("web")
    wanted.mounts = [MountSpec(.volume, source: "files", target: "/files")]
    let (id, _) = try engine.create(wanted)
    let uses = try engine.container(id).record.volumes
    #expect(uses.map(\.target) == ["/files", "/data"])
    #expect(uses.map(\.anonymous) == [false, true])
    #expect(try engine.volumes().map(\.name).sorted() == uses.map(\.name).sorted())
    #expect(try engine.volume(uses[1].name).anonymous)
  }

  @Test("A mount on the image's volume takes its place")
  func covered() throws {
    let machine = try TestMachine()
    var wanted = spec("web")
    wanted.mounts = [MountSpec(.volume, source: "files", target: "/data/")]
    let (id, _) = try machine.engine().create(wanted)
    #expect(try machine.engine().container(id).record.volumes.map(\.name) == ["files"])
  }

  @Test("A successor takes over the anonymous volumes of the container whose place it takes")
  func inherited() throws {
    let machine = try TestMachine()
    let engine = machine.engine()
    let (old, _) = try engine.create(spec("web"))
    let (new, _) = try engine.create(spec("web-new"), inheriting: old)
    #expect(try engine.container(old).record.volumes == engine.container(new).record.volumes)
    try engine.remove(old, volumes: true)
    #expect(try engine.volumes().count == 1)
    try engine.remove(new, volumes: true)
    #expect(try engine.volumes().isEmpty)
  }

  @Test("A volume in use is not removed, and the refusal names who uses it")
  func inUse() throws {
    let machine = try TestMachine()
    let engine = machine.engine()
    _ = try engine.createVolume(VolumeSpec(name: "files"))
    var wanted = spec("web")
    wanted.mounts = [MountSpec(.volume, source: "files", target: "/files")]
    _ = try engine.create(wanted)
    let failure = #expect(throws: Failure.self) { try engine.removeVolume("files") }
    #expect(failure?.description.contains("is used by web") == true)
    try engine.remove("web")
    try engine.removeVolume("files")
    #expect(throws: Failure.self) { try engine.removeVolume("files") }
    try engine.removeVolume("files", force: true)
  }

  @Test("An empty volume gets what the image has at its place, with owner and mode; one with content is left alone")
  func filled() throws {
    let machine = try TestMachine()
    let engine = machine.engine()
    let layers = try engine.images.layers(of: engine.images.resolve(TestMachine.image))
    let volume = try engine.createVolume(VolumeSpec(name: "files"))
    try engine.fillVolume("files", from: layers, at: "/data")
    #expect(try readText("\(volume.mountpoint)/first") == "from the image")
    let folder = try FileStatus.of(volume.mountpoint)
    #expect(folder.uid == 123 && folder.permissions == 0o750)
    let file = try FileStatus.of("\(volume.mountpoint)/first")
    #expect(file.uid == 123 && file.permissions == 0o640)

    try writeAtomically(Array("mine".utf8), to: "\(volume.mountpoint)/first")
    try engine.fillVolume("files", from: layers, at: "/data")
    #expect(try readText("\(volume.mountpoint)/first") == "mine")
  }

  @Test("A volume whose filling was cut off is filled anew")
  func refilled() throws {
    let machine = try TestMachine()
    let engine = machine.engine()
    let layers = try engine.images.layers(of: engine.images.resolve(TestMachine.image))
    let volume = try engine.createVolume(VolumeSpec(name: "files"))
    try writeAtomically([], to: "\(engine.host.volumes)/files/filling")
    try writeAtomically(Array("half".utf8), to: "\(volume.mountpoint)/fir")
    try engine.fillVolume("files", from: layers, at: "/data")
    #expect(try listDirectory(volume.mountpoint) == ["first"])
    #expect(!FileStatus.exists("\(engine.host.volumes)/files/filling"))
  }

  @Test(
    "Options that make no mount are refused by name",
    arguments: [["nope": "1"], ["type": "tmpfs"], ["device": "/srv"], ["o": "bind"]])
  func badOptions(options: [String: String]) throws {
    let machine = try TestMachine()
    var volume = VolumeSpec(name: "files")
    volume.driverOptions = options
    #expect(throws: Failure.self) { try machine.engine().createVolume(volume) }
  }

  @Test("The options of the local driver become one mount, the server of an NFS share its address")
  func mounts() throws {
    var volume = VolumeSpec(name: "files")
    volume.driverOptions = ["type": "nfs", "o": "nfsvers=4,ro", "device": "192.0.2.1:/export"]
    let mount = try #require(try VolumeMount(volume))
    #expect(mount.options.data == "nfsvers=4,addr=192.0.2.1")
    #expect(mount.options.flags == .readOnly)
    volume.driverOptions = ["type": "none", "o": "bind", "device": "/srv"]
    let bind = try #require(try VolumeMount(volume))
    #expect(bind.type.isEmpty && bind.options.flags == .bind)
    #expect(try VolumeMount(VolumeSpec(name: "files")) == nil)
  }
}
