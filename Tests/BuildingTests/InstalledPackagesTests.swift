import Linux
import Testing

@testable import Building

@Suite("What packages a root file system has")
struct InstalledPackagesTests {
  private func found(_ files: [String: String]) throws -> [InstalledPackage] {
    let folder = try TemporaryFolder(in: "/tmp/davit-packages")
    for (path, text) in files {
      let whole = "\(folder.path)/\(path)"
      try makeDirectories(splitPath(whole).folder)
      try writeAtomically(Array(text.utf8), to: whole)
    }
    return try InstalledPackages(root: Descriptor.open(folder.path, .anchor)).all()
  }

  @Test("dpkg's status, with what goes on over several lines; what is removed is not there")
  func debian() throws {
    let packages = try found([
      "var/lib/dpkg/status": """
      Package: b
      Status: install ok installed
      Architecture: amd64
      Version: 2
      Description: one
       Version: 9

      Package: a
      Status: deinstall ok config-files
      Version: 1
      """,
      "var/lib/dpkg/status.d/c": "Package: c\nVersion: 3\nArchitecture: all\n",
      "var/lib/dpkg/status.d/c.md5sums": "Package: d\nVersion: 4\n",
    ])
    #expect(packages.map(\.name) == ["b", "c"] && packages.map(\.version) == ["2", "3"])
  }

  @Test("apk's database")
  func alpine() throws {
    let packages = try found([
      "lib/apk/db/installed": "P:musl\nV:1.2.5-r0\nA:x86_64\nL:MIT\nm:A B <a@b>\n\nP:x\nV:1\nA:x86_64\n"
    ])
    #expect(packages.map(\.name) == ["musl", "x"] && packages[0].license == "MIT")
  }

  @Test("Addresses of packages escape what their grammar wants escaped")
  func addresses() {
    let address = PackageAddress.package(
      "deb", "debian", "libstdc++6", version: "1:12.2~x", qualifiers: [("arch", "amd64"), ("distro", "")])
    #expect(address == "pkg:deb/debian/libstdc%2B%2B6@1%3A12.2~x?arch=amd64")
    #expect(
      PackageAddress.image("host:5000/a/b:1", .init(os: "linux", architecture: "arm64"))
        == "pkg:docker/host:5000/a/b@1?platform=linux%2Farm64")
  }
}
