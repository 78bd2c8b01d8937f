import FoundationEssentials
import OCI

/// What was asked of the build, in the words of BuildKit's frontend for Dockerfiles
/// (https://docs.docker.com/build/metadata/attestations/slsa-definitions/). Values of secrets are never among it.
struct ProvenanceRequest: Encodable {
  struct Name: Encodable { var name: String }
  struct Wanted: Encodable {
    var id: String
    var optional = true
  }

  var frontend = "dockerfile.v0"
  var args: [String: String] = [:]
  var locals = [Name(name: "context"), Name(name: "dockerfile")]
  var secrets: [Wanted]?
  var ssh: [Wanted]?

  init(_ request: BuildRequest, isMaximal: Bool) {
    args["target"] = request.target
    args["platform"] = request.platform?.description
    if !request.usesCache { args["no-cache"] = "" }
    if !request.uncachedStages.isEmpty { args["no-cache"] = request.uncachedStages.sorted().joined(separator: ",") }
    if request.network != "default" { args["force-network-mode"] = request.network }
    if !request.extraHosts.isEmpty { args["add-hosts"] = request.extraHosts.joined(separator: ",") }
    guard isMaximal else { return }
    for (name, value) in request.arguments { args["build-arg:\(name)"] = value }
    for (name, value) in request.labels { args["label:\(name)"] = value }
    for (name, image) in request.imageContexts { args["context:\(name)"] = "docker-image://\(image)" }
    for name in request.namedContexts.keys.sorted() {
      args["context:\(name)"] = "local:\(name)"
      locals.append(Name(name: name))
    }
    secrets = request.secrets.isEmpty ? nil : request.secrets.keys.sorted().map { Wanted(id: $0) }
    ssh = request.agents.isEmpty ? nil : request.agents.keys.sorted().map { Wanted(id: $0) }
  }
}

/// The Dockerfile, and what was made of it.
struct ProvenanceSource: Encodable {
  struct Source: Encodable { var infos: [File] }
  struct File: Encodable {
    var filename: String
    var language = "Dockerfile"
    /// Base64.
    var data: String
  }

  var source: Source

  init(_ file: DockerfileText) {
    source = Source(infos: [File(filename: file.name, data: Data(file.bytes).base64EncodedString())])
  }
}

struct ProvenanceSteps: Encodable {
  struct Step: Encodable {
    var id: String
    var name: String
    /// Of everything that decides the step's result.
    var digest: [String: String]
  }

  var steps: [Step]

  init(_ record: BuildRecord) {
    steps = record.steps.enumerated().map { number, step in
      Step(id: "step\(number)", name: step.title, digest: [step.key.algorithm.rawValue: step.key.hex])
    }
  }
}

struct ProvenanceMaterial: Encodable {
  var uri: String
  var digest: [String: String]

  static func all(_ record: BuildRecord) -> [ProvenanceMaterial] {
    record.materials.sorted { $0.address < $1.address }.map { Self(uri: $0.address, digest: $0.digests) }
  }
}

extension DockerfileText {
  /// Without the folder.
  var name: String { file.split(separator: "/").last.map(String.init) ?? file }
}
