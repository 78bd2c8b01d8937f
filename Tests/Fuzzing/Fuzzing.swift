import Diagnostics
import YAML

@testable import Compose

/// What libFuzzer calls with one input after another. The first byte says which parser the rest is for; none of them may
/// crash, hang, or take more memory than its limits allow.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzz(_ start: UnsafePointer<UInt8>, _ count: Int) -> CInt {
  guard count > 0 else { return 0 }
  let bytes = Array(UnsafeBufferPointer(start: start + 1, count: count - 1))
  switch start[0] % 4 {
  case 0: smallLanguages(String(decoding: bytes, as: UTF8.self))
  case 1: yaml(bytes)
  case 2: project(bytes, interpolates: true)
  default: project(bytes, interpolates: false)
  }
  return 0
}

@_silgen_name("LLVMFuzzerRunDriver")
private func run(
  _ count: UnsafeMutablePointer<CInt>,
  _ words: UnsafeMutablePointer<UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>>,
  _ callback: @convention(c) (UnsafePointer<UInt8>, Int) -> CInt
) -> CInt

/// The package manager names the main function after the target.
@_cdecl("Fuzzing_main")
public func start(_ count: CInt, _ words: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>) -> CInt {
  var count = count
  var words = words
  return run(&count, &words) { fuzz($0, $1) }
}

private func smallLanguages(_ text: String) {
  let template = Template(lookup: { $0.count < 3 ? "a" : nil }, unset: { _ in })
  _ = try? template.substitute(text)
  _ = try? PortSyntax.parse(text)
  _ = try? VolumeSyntax.parse(text).node(mark: .none)
  _ = try? DurationSyntax.parse(text)
  _ = try? ByteSyntax.parse(text)
  _ = try? ShellWords.split(text)
  var parser = DotenvParser(lookup: { $0.count < 3 ? "a" : nil })
  var variables: [String: String] = [:]
  try? parser.parse(text, into: &variables)
}

/// What is read is written and read again, as the same.
private func yaml(_ bytes: [UInt8]) {
  guard let documents = try? Node.documents(in: bytes, from: .none) else { return }
  for document in documents {
    let text = YAMLText(escapesDollars: false).text(document)
    let again = try? Node.documents(in: Array(text.utf8), from: .none)
    precondition(again?.first.map { same($0, document) } ?? false, "written and read differ: \(text)")
  }
}

/// Equal, where a number that is none equals itself.
private func same(_ one: Node, _ other: Node) -> Bool {
  one == other || YAMLText(escapesDollars: false).text(one) == YAMLText(escapesDollars: false).text(other)
}

/// Everything that loading does to a file but reading it.
private func project(_ bytes: [UInt8], interpolates: Bool) {
  guard let documents = try? Node.documents(in: bytes, from: .none) else { return }
  let report = Report()
  let loader = ModelLoader(
    options: ModelOptions(workingDirectory: "/nowhere", home: "/nowhere", interpolates: interpolates),
    scope: Scope(pathBase: "/nowhere", directory: "/nowhere", environment: ["A": "a"]), report: report,
    budget: ModelLoader.Budget(5))
  let file = ComposeFile(path: "/nowhere/compose.yaml", documents: documents)
  guard var tree = try? loader.model(of: [file]) else { return }
  Normalization(projectName: "p", environment: ["A": "a"]).normalize(&tree)
  _ = YAMLText(escapesDollars: true).text(Binding(report: report).project(tree))
}
