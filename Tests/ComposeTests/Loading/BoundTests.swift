import Compose
import Testing

@Suite struct BoundTests {
  @Test("A long chain of extends is refused instead of exhausting the stack")
  func extendsChain() throws {
    let services = (0..<20_000).map { "  s\($0): {extends: s\($0 + 1)}\n" }.joined()
    let folder = try ComposeFolder(["compose.yaml": "services:\n\(services)  s20000: {image: i}\n"])
    #expect(folder.failures()[0].contains("more than 200 services extend each other in a row"))
  }

  @Test("Files included deeper and deeper are refused")
  func deepIncludes() throws {
    var files = ["compose.yaml": "include: [f0.yaml]"]
    for index in 0..<60 { files["f\(index).yaml"] = "include: [f\(index + 1).yaml]" }
    files["f60.yaml"] = "services: {a: {image: i}}"
    #expect(try ComposeFolder(files).failures()[0].contains("files are included more than 50 deep"))
  }

  @Test("Files that include many others many times are refused")
  func wideIncludes() throws {
    var files = ["compose.yaml": "include: [f0.yaml, f0.yaml]"]
    for index in 0..<12 { files["f\(index).yaml"] = "include: [f\(index + 1).yaml, f\(index + 1).yaml]" }
    files["f12.yaml"] = "services: {a: {image: i}}"
    #expect(try ComposeFolder(files).failures()[0].contains("the project loads too many files"))
  }

  @Test("Ranges of ports are bounded over the whole project")
  func portRanges() throws {
    let services = (0..<10).map { "  s\($0): {image: i, ports: [\"0-65535\"]}\n" }.joined()
    #expect(
      try ComposeFolder(["compose.yaml": "services:\n" + services]).failures()[0].contains(
        "the project publishes too many ports"))
  }

  @Test("A file of the size limit is refused before it is parsed")
  func fileSize() throws {
    let folder = try ComposeFolder(["compose.yaml": "services: {}\n" + String(repeating: "#", count: 200)])
    #expect(folder.failures { $0.limits.fileSize = 100 } == ["\(folder.path)/compose.yaml: has more than 100 bytes"])
  }
}
