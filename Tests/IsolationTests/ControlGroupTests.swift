import Glibc
import Launch
import Linux
import Testing

@testable import Isolation

/// Real folders of plain files stand in for the kernel's: what is written where is the same.
@Suite struct ControlGroupTests {
  private let folder: String

  init() throws {
    folder = "/tmp/davit-test-cgroup-\(getpid())-\(UInt32.random(in: 0 ... .max))"
    try makeDirectories(folder)
  }

  @Test("Limits are written in order, optional ones that the kernel lacks are passed over")
  func writes() throws {
    defer { try? removeTree(folder) }
    try writeAtomically("".utf8, to: folder + "/pids.max")
    try CgroupFiles.apply([
      .init(path: folder + "/absent", value: "1", optional: true), .init(path: folder + "/pids.max", value: "100"),
    ])
    #expect(try readText(folder + "/pids.max") == "100")
  }

  @Test("A limit that cannot be set is told with its value and its file")
  func refused() throws {
    defer { try? removeTree(folder) }
    let path = folder + "/memory.max"
    #expect(throws: LaunchFailure(step: "setting 5: the control groups of this machine have no", path: path)) {
      try CgroupFiles.apply([.init(path: path, value: "5")])
    }
    #expect(throws: LaunchFailure(step: "setting 5 in", path: folder, errno: EISDIR)) {
      try CgroupFiles.apply([.init(path: folder, value: "5")])
    }
  }

  @Test("Statistics of the unified hierarchy are read")
  func statisticsV2() throws {
    defer { try? removeTree(folder) }
    for (file, text) in [
      ("cpu.stat", "usage_usec 1500\nuser_usec 1000\nsystem_usec 500\nnr_throttled 3\nthrottled_usec 7\n"),
      ("memory.current", "4096\n"), ("memory.max", "max\n"), ("memory.stat", "anon 1\ninactive_file 512\n"),
      ("pids.current", "2\n"), ("pids.max", "10\n"), ("memory.events", "low 0\noom 2\noom_kill 1\n"),
      ("io.stat", "8:0 rbytes=100 wbytes=20 rios=1 wios=1\n8:16 rbytes=1 wbytes=2\n"),
    ] {
      try writeAtomically(text.utf8, to: "\(folder)/\(file)")
    }
    var launch = CgroupLaunch()
    launch.version = .v2
    launch.directories = [.init(path: folder)]
    let group = launch.controlGroup
    let found = group.statistics()
    #expect(found.cpuTotal == 1_500_000)
    #expect(found.throttledTime == 7000)
    #expect(found.memory == 4096)
    #expect(found.memoryLimit == nil)
    #expect(found.inactiveFile == 512)
    #expect(found.pidsLimit == 10)
    #expect(found.blockRead == 101)
    #expect(found.blockWritten == 22)
    #expect(group.oomKills() == 1)
  }

  @Test("Removing takes folders below along, and one that is gone is no error")
  func removal() throws {
    defer { try? removeTree(folder) }
    try makeDirectories(folder + "/group/inner/deep")
    try CgroupFiles.remove(folder + "/group")
    #expect(!FileStatus.exists(folder + "/group"))
    try CgroupFiles.remove(folder + "/group")
  }
}

@Suite struct CpusetTests {
  @Test("A cpuset gets its parents' processors, also when another start has just made the parent and not filled it")
  func inherits() throws {
    let folder = "/tmp/davit-test-cpuset-\(getpid())-\(UInt32.random(in: 0 ... .max))"
    defer { try? removeTree(folder) }
    for (place, text) in [("", "0-3"), ("/davit", ""), ("/davit/c1", "")] {
      try makeDirectories(folder + place)
      for file in ["cpuset.cpus", "cpuset.mems"] { try writeAtomically(text.utf8, to: "\(folder)\(place)/\(file)") }
    }
    var launch = CgroupLaunch()
    launch.version = .v1
    launch.directories = [.init(controllers: ["cpuset"], path: folder + "/davit/c1")]
    try launch.controlGroup.prepare()
    #expect(try readText(folder + "/davit/cpuset.cpus") == "0-3")
    #expect(try readText(folder + "/davit/c1/cpuset.mems") == "0-3")
  }
}
