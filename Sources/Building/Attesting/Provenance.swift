import Linux
import OCI

/// How an image was built, as SLSA 0.2 says it (https://slsa.dev/spec/v0.2/provenance), with the fields that BuildKit fills.
struct Provenance: Encodable {
  struct Builder: Encodable { var id: String }
  struct ConfigSource: Encodable { var entryPoint: String }
  struct Environment: Encodable { var platform: String }
  struct Invocation: Encodable {
    var configSource: ConfigSource
    var parameters: ProvenanceRequest
    var environment: Environment
  }
  struct Completeness: Encodable {
    var parameters: Bool
    var environment = true
    /// Files of a folder of this machine are named nowhere.
    var materials = false
  }
  struct Metadata: Encodable {
    var buildInvocationID: String
    var buildStartedOn: String
    var buildFinishedOn: String
    var completeness: Completeness
    var reproducible: Bool
    var source: ProvenanceSource?

    enum CodingKeys: String, CodingKey {
      case buildInvocationID, buildStartedOn, buildFinishedOn, completeness, reproducible
      case source = "https://mobyproject.org/buildkit@v1#metadata"
    }
  }

  static let type = "https://slsa.dev/provenance/v0.2"

  var builder: Builder
  var buildType = "https://mobyproject.org/buildkit@v1"
  var materials: [ProvenanceMaterial]
  var invocation: Invocation
  var buildConfig: ProvenanceSteps?
  var metadata: Metadata

  init(_ facts: ProvenanceFacts) {
    let (options, request, record) = (facts.options, facts.request, facts.record)
    builder = Builder(id: options.builderID)
    materials = ProvenanceMaterial.all(record)
    invocation = Invocation(
      configSource: ConfigSource(entryPoint: request.dockerfile.name),
      parameters: ProvenanceRequest(request, isMaximal: options.isMaximal),
      environment: Environment(platform: Platform.host.description))
    buildConfig = options.isMaximal ? ProvenanceSteps(record) : nil
    metadata = Metadata(
      buildInvocationID: facts.invocation, buildStartedOn: facts.started, buildFinishedOn: facts.finished,
      completeness: Completeness(parameters: options.isMaximal), reproducible: options.isReproducible,
      source: options.isMaximal ? ProvenanceSource(request.dockerfile) : nil)
  }
}

/// What both versions of the schema are made from.
struct ProvenanceFacts {
  var options: AttestationOptions.Provenance
  var request: BuildRequest
  var record: BuildRecord
  /// Names this one build.
  var invocation: String
  var started: String
  var finished: String

  /// With SOURCE_DATE_EPOCH nothing is as new as the clock, here neither.
  init(_ options: AttestationOptions.Provenance, _ request: BuildRequest, _ record: BuildRecord, image: Digest) {
    self.options = options
    self.request = request
    self.record = record
    if let epoch = request.epoch {
      started = Timestamp(seconds: epoch, nanoseconds: 0).description
      finished = started
      invocation = String(Digest.sha256(of: "davit-build \(image)".utf8).hex.prefix(25))
    } else {
      started = record.started.description
      finished = record.finished.description
      invocation = String(Digest.sha256(of: "\(UInt64.random(in: 0 ... .max)) \(image)".utf8).hex.prefix(25))
    }
  }
}

extension Statement.Subject {
  init(_ pair: (name: String, digest: Digest)) {
    self.init(name: pair.name, digest: [pair.digest.algorithm.rawValue: pair.digest.hex])
  }
}
