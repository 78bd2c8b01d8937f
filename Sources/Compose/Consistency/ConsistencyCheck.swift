import YAML

/// Whether a project makes sense as a whole: references lead somewhere, attributes do not contradict each other.
struct ConsistencyCheck {
  let project: Node
  /// The services that will run, and those that no profile enables.
  let services: Mapping
  let disabled: Mapping
  let report: Report

  func check() {
    for entry in services.entries {
      let check = ServiceCheck(
        name: entry.key, service: entry.value, mark: entry.mark, project: project, services: services,
        disabled: disabled, report: report)
      check.checkImage()
      check.checkBuild()
      check.checkNetworks()
      check.checkHealth()
      check.checkDependencies()
      check.checkResources()
      check.checkReplicas()
      check.checkLimits()
      check.checkMounts()
      check.checkWatches()
    }
    checkSecrets()
    checkContainerNames()
    DependencyCycle.check(services, report: report)
  }

  private func checkSecrets() {
    for entry in project["secrets"]?.mapping?.entries ?? [] {
      let secret = entry.value
      guard secret["external"]?.bool != true, secret["file"] == nil, secret["environment"] == nil else { continue }
      report.fail(
        "a secret must say `file`, `environment` or `external`", at: NodePath(keys: "secrets", entry.key), entry.mark)
    }
  }

  private func checkContainerNames() {
    var owners: [String: String] = [:]
    for entry in services.entries {
      guard let node = entry.value["container_name"], let name = node.string else { continue }
      if let owner = owners[name] {
        report.fail(
          "the container name `\(name)` is also that of service `\(owner)`",
          at: NodePath(keys: "services", entry.key, "container_name"), node.mark)
      } else {
        owners[name] = entry.key
      }
    }
  }
}
