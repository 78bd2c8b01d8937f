import OCI

/// How an image was built, as SLSA 1 says it (https://slsa.dev/spec/v1.1/provenance), with the fields that BuildKit fills.
struct ProvenanceV1: Encodable {
  struct ConfigSource: Encodable { var path: String }
  struct External: Encodable {
    var configSource: ConfigSource
    var request: ProvenanceRequest
  }
  struct Internal: Encodable {
    var builderPlatform: String
    var buildConfig: ProvenanceSteps?
  }
  struct Definition: Encodable {
    var buildType = "https://github.com/moby/buildkit/blob/master/docs/attestations/slsa-definitions.md"
    var externalParameters: External
    var internalParameters: Internal
    var resolvedDependencies: [ProvenanceMaterial]
  }
  struct Builder: Encodable { var id: String }
  struct Completeness: Encodable {
    var request: Bool
    var resolvedDependencies = false
  }
  struct Metadata: Encodable {
    var invocationID: String
    var startedOn: String
    var finishedOn: String
    var completeness: Completeness
    var reproducible: Bool
    var source: ProvenanceSource?

    enum CodingKeys: String, CodingKey {
      case invocationID, startedOn, finishedOn
      case completeness = "buildkit_completeness"
      case reproducible = "buildkit_reproducible"
      case source = "buildkit_metadata"
    }
  }
  struct Details: Encodable {
    var builder: Builder
    var metadata: Metadata
  }

  static let type = "https://slsa.dev/provenance/v1"

  var buildDefinition: Definition
  var runDetails: Details

  init(_ facts: ProvenanceFacts) {
    let (options, request, record) = (facts.options, facts.request, facts.record)
    buildDefinition = Definition(
      externalParameters: External(
        configSource: ConfigSource(path: request.dockerfile.name),
        request: ProvenanceRequest(request, isMaximal: options.isMaximal)),
      internalParameters: Internal(
        builderPlatform: Platform.host.description,
        buildConfig: options.isMaximal ? ProvenanceSteps(record) : nil),
      resolvedDependencies: ProvenanceMaterial.all(record))
    runDetails = Details(
      builder: Builder(id: options.builderID),
      metadata: Metadata(
        invocationID: facts.invocation, startedOn: facts.started, finishedOn: facts.finished,
        completeness: Completeness(request: options.isMaximal), reproducible: options.isReproducible,
        source: options.isMaximal ? ProvenanceSource(request.dockerfile) : nil))
  }
}
