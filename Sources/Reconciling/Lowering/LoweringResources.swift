import Compose
import Planning
import Spec

extension Lowering {
  func network(_ resource: Project.Resource<NetworkSpec>) -> DesiredNetwork {
    var spec = resource.definition
    if !resource.external { spec.labels.merge(labels(["network": resource.key])) { $1 } }
    return DesiredNetwork(key: resource.key, spec: spec, external: resource.external)
  }

  func volume(_ resource: Project.Resource<VolumeSpec>) -> DesiredVolume {
    var spec = resource.definition
    if !resource.external { spec.labels.merge(labels(["volume": resource.key])) { $1 } }
    return DesiredVolume(key: resource.key, spec: spec, external: resource.external)
  }

  /// What tools that know Docker Compose look for. Nothing here is ever read back as ownership.
  func projectLabels(of service: Service, imageID: String) -> [String: String] {
    let depends = service.workload.dependencies.map { "\($0.service):\($0.condition):\($0.restart)" }
    return labels([
      "service": service.name, "oneoff": "False", "image": imageID,
      "depends_on": depends.sorted().joined(separator: ","),
      "project.working_dir": project.workingDirectory, "project.config_files": project.files.joined(separator: ","),
    ])
  }

  private func labels(_ own: [String: String]) -> [String: String] {
    var labels = ["com.docker.compose.project": project.name]
    for (key, value) in own { labels["com.docker.compose.\(key)"] = value }
    return labels
  }
}
