import Compose
import Planning
import Spec

extension Lowering {
  func network(_ resource: Project.Resource<NetworkSpec>) -> DesiredNetwork {
    var spec = resource.definition
    if !resource.external {
      spec.labels.merge(labels(["network": resource.key], project.configHash(of: resource.key, among: "networks"))) {
        $1
      }
    }
    return DesiredNetwork(key: resource.key, spec: spec, external: resource.external)
  }

  func volume(_ resource: Project.Resource<VolumeSpec>) -> DesiredVolume {
    var spec = resource.definition
    if !resource.external {
      spec.labels.merge(labels(["volume": resource.key], project.configHash(of: resource.key, among: "volumes"))) { $1 }
    }
    return DesiredVolume(key: resource.key, spec: spec, external: resource.external)
  }

  /// What tools that know Docker Compose look for. Nothing here is ever read back as ownership.
  func projectLabels(of service: Service, imageID: String) -> [String: String] {
    let depends = service.workload.dependencies.map { "\($0.service):\($0.condition):\($0.restart)" }
    var own = [
      "service": service.name, "oneoff": "False", "image": imageID,
      "depends_on": depends.sorted().joined(separator: ","),
      "project.working_dir": project.workingDirectory, "project.config_files": project.files.joined(separator: ","),
    ]
    if !project.environmentFiles.isEmpty {
      own["project.environment_file"] = project.environmentFiles.joined(separator: ",")
    }
    return labels(own, project.configHash(ofService: service.name))
  }

  private func labels(_ own: [String: String], _ hash: String?) -> [String: String] {
    var labels = ["com.docker.compose.project": project.name]
    for (key, value) in own { labels["com.docker.compose.\(key)"] = value }
    labels["com.docker.compose.config-hash"] = hash
    labels["com.docker.compose.version"] = options.version
    return labels
  }
}
