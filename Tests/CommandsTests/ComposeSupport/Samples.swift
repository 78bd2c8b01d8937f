import YAML

@testable import Compose

/// A value for each attribute that makes sense where it stands.
enum Samples {
  /// What else has to be there for an attribute to mean something: by the path of the attribute.
  static func companions(of path: String) -> [Mapping.Entry] {
    let parts = path.split(separator: ".", omittingEmptySubsequences: false)
    let parent = parts.dropLast().joined(separator: ".")
    return yaml(companions[path] ?? companions[parent + ".?"] ?? "{}").mapping!.entries
  }

  private static let companions: [String: String] = [
    "include[].?": "{path: more.yaml}",
    "services.*.ports[].?": "{target: 80}",
    "services.*.volumes[].?": "{type: volume, source: v, target: /t}",
    "services.*.volumes[].bind": "{type: bind, source: ., target: /t}",
    "services.*.volumes[].tmpfs": "{type: tmpfs, target: /t}",
    "services.*.volumes[].image": "{type: image, source: i, target: /t}",
    "services.*.secrets[].?": "{source: c}", "services.*.configs[].?": "{source: c}",
    "services.*.build.secrets[].?": "{source: c}",
    "services.*.build.?": "{context: .}", "services.*.build.dockerfile": "{context: .}",
    "services.*.extends.file": "{service: s}", "services.*.pull_refresh_after": "{pull_policy: refresh}",
    "services.*.env_file[].?": "{path: x.env}",
    "services.*.devices[].?": "{source: /dev/null, target: /dev/x}",
    "services.*.healthcheck.?": "{test: [CMD, x]}",
    "services.*.develop.watch[].?": "{path: ., action: sync, target: /t}",
    "services.*.develop.watch[].exec": "{path: ., action: sync+exec, target: /t}",
    "services.*.deploy.resources.reservations.devices[].?": "{capabilities: [gpu]}",
    "services.*.gpus[].driver": "{device_ids: [\"example.org/device=one\"]}",
    "services.*.deploy.resources.reservations.devices[].driver":
      "{capabilities: [gpu], device_ids: [\"example.org/device=one\"]}",
    "services.*.gpus[].?": "{capabilities: [gpu]}",
    "services.*.blkio_config.device_read_bps[].?": "{path: /dev/null, rate: 1}",
    "services.*.blkio_config.device_read_iops[].?": "{path: /dev/null, rate: 1}",
    "services.*.blkio_config.device_write_bps[].?": "{path: /dev/null, rate: 1}",
    "services.*.blkio_config.device_write_iops[].?": "{path: /dev/null, rate: 1}",
    "services.*.blkio_config.weight_device[].?": "{path: /dev/null, weight: 10}",
    "services.*.pre_start[].?": "{command: [x]}",
    "services.*.pre_stop[].?": "{command: [x]}", "services.*.post_start[].?": "{command: [x]}",
    "networks.*.ipam.config[].?": "{subnet: 10.8.0.0/16}",
    "models.*.?": "{model: x}",
  ]

  /// The name under which something is declared, where it matters.
  static let names: [String: String] = [
    "services.*.ulimits": "nofile", "services.*.build.ulimits": "nofile", "services": "a",
    "services.*.depends_on": "s", "services.*.networks": "n", "services.*.models": "m", "networks": "n",
    "volumes": "v", "secrets": "c", "configs": "c", "models": "m",
  ]

  static func hasAttributes(_ shape: Shape) -> Bool {
    shape.object.map { !$0.attributes.isEmpty || $0.values.map(hasAttributes) ?? false } ?? false
      || shape.items.map { hasAttributes($0.shape) } ?? false
  }

  static func node(_ path: String, _ shape: Shape) -> Node {
    if let text = texts[path] ?? texts[String(path.split(separator: ".").last ?? "")] { return yaml(text) }
    if let choice = shape.choices.first { return Node(choice) }
    if shape.scalars.contains(.boolean) { return Node(.bool(true)) }
    if shape.scalars.contains(.integer) || shape.scalars.contains(.number) { return Node(.int(1)) }
    if shape.scalars.contains(.string) { return Node("x") }
    if let items = shape.items { return Node(.sequence([node(path + "[]", items.shape)])) }
    guard let object = shape.object else { return Node(.null) }
    if let values = object.values {
      return Node(.mapping(Mapping([.init(names[path] ?? "K", node(path + ".*", values))])))
    }
    var mapping = Mapping()
    for key in object.required { mapping[key] = node("\(path).\(key)", object.attributes[key]!) }
    return Node(.mapping(mapping))
  }

  private static func yaml(_ text: String) -> Node { try! Node.documents(in: Array(text.utf8), from: .none)[0] }

  /// YAML by path, or by the last key where that says enough.
  private static let texts: [String: String] = [
    "services.*.container_name": "name-1", "services.*.pull_policy": "always", "services.*.pull_refresh_after": "24h",
    "services.*.restart": "always",
    "include": "[more.yaml]", "path": "more.yaml", "include[].env_file": "x.env", "include[].project_directory": ".",
    "services.*.extends": "s", "services.*.extends.service": "s", "services.*.extends.file": "other.yaml",
    "services.*.depends_on": "[s]", "services.*.links": "[s]", "services.*.volumes_from": "[s]",
    "services.*.networks": "[n]", "services.*.models": "[m]", "services.*.secrets": "[c]", "services.*.configs": "[c]",
    "services.*.build.secrets": "[c]", "source": "c", "services.*.env_file": "x.env", "services.*.label_file": "x.env",
    "services.*.env_file[].path": "x.env", "services.*.env_file[].format": "raw",
    "interval": "1s", "start_interval": "1s", "start_period": "1s", "timeout": "1s", "stop_grace_period": "1s",
    "services.*.gpus[].driver": "cdi", "services.*.deploy.resources.reservations.devices[].driver": "cdi",
    "failure_action": "pause", "delay": "1s", "window": "1s", "monitor": "1s", "memory": "64m",
    "extra_hosts": "['x:10.0.0.1']",
    "services.*.build": "{context: .}", "context": ".", "additional_contexts": "{x: .}", "ssh": "[default]",
    "configs": "{c: {file: f}}", "secrets": "{c: {file: f}}", "file": "f", "environment": "{K: v}",
    "configs.*.environment": "E", "secrets.*.environment": "E",
    "services.*.ports": "['80']", "services.*.ports[].target": "80", "published": "'8080'", "host_ip": "127.0.0.1",
    "protocol": "udp", "services.*.ports[].mode": "host",
    "services.*.volumes": "['/v']", "services.*.volumes[].type": "volume", "services.*.volumes[].source": "v",
    "services.*.volumes[].target": "/t", "services.*.volumes[].bind": "{propagation: rprivate}", "selinux": "z",
    "services.*.volumes[].bind.propagation": "rprivate", "services.*.volumes[].tmpfs.mode": "0o1777",
    "services.*.volumes[].tmpfs.size": "1048576", "services.*.volumes[].image.subpath": "a",
    "services.*.tmpfs": "[/t]", "services.*.devices": "['/dev/null:/dev/x']", "permissions": "rw",
    "services.*.devices[].source": "/dev/null", "services.*.devices[].target": "/dev/x",
    "services.*.device_cgroup_rules": "['c 1:3 mr']", "services.*.cap_add": "[NET_ADMIN]",
    "services.*.cap_drop": "[NET_ADMIN]", "services.*.cpuset": "'0'", "services.*.cpus": "0.5",
    "services.*.dns": "[10.0.0.1]", "services.*.dns_opt": "['ndots:1']", "services.*.dns_search": "[example.org]",
    "services.*.expose": "['80']", "services.*.group_add": "[staff]", "services.*.hostname": "h",
    "services.*.domainname": "example.org", "services.*.image": "i", "services.*.ipc": "private",
    "services.*.pid": "host", "services.*.uts": "host", "services.*.userns_mode": "host",
    "services.*.network_mode": "none", "services.*.mac_address": "02:42:ac:11:00:02",
    "services.*.networks.*.mac_address": "02:42:ac:11:00:02", "ipv4_address": "10.9.0.5", "ipv6_address": "'fd09::5'",
    "link_local_ips": "[169.254.1.1]", "interface_name": "eth7", "services.*.mem_limit": "64m",
    "services.*.mem_reservation": "32m", "services.*.memswap_limit": "128m", "services.*.shm_size": "64m",
    "services.*.mem_swappiness": "10", "services.*.oom_score_adj": "10", "services.*.pids_limit": "10",
    "services.*.platform": "linux/amd64", "services.*.runtime": "runc",
    "services.*.security_opt": "['no-new-privileges:true']",
    "services.*.stop_signal": "SIGTERM", "services.*.storage_opt": "{size: 1G}",
    "services.*.sysctls": "{net.core.somaxconn: 10}",
    "services.*.ulimits": "{nofile: 10}", "services.*.ulimits.*.soft": "10", "services.*.ulimits.*.hard": "20",
    "services.*.user": "'1'", "services.*.working_dir": "/w", "services.*.logging.driver": "local",
    "services.*.logging.options": "{max-size: 1m}", "services.*.deploy.mode": "replicated",
    "services.*.deploy.endpoint_mode": "vip", "services.*.deploy.restart_policy.condition": "any",
    "services.*.cgroup_parent": "p", "services.*.healthcheck": "{test: x}", "services.*.healthcheck.test": "x",
    "services.*.annotations": "{K: v}", "services.*.labels": "{K: v}", "services.*.external_links": "[x]",
    "services.*.provider": "{type: x}", "services.*.develop": "{watch: [{path: ., action: rebuild}]}",
    "services.*.develop.watch": "[{path: ., action: rebuild}]", "services.*.develop.watch[].path": ".",
    "services.*.develop.watch[].target": "/t", "services.*.develop.watch[].action": "rebuild",
    "services.*.develop.watch[].exec": "{command: [x]}",
    "services.*.pre_start": "[{command: [x]}]", "services.*.post_start": "[{command: [x]}]",
    "services.*.pre_stop": "[{command: [x]}]", "services.*.gpus[].capabilities": "[gpu]",
    "services.*.deploy.resources.reservations.devices[].capabilities": "[gpu]", "capabilities": "[gpu]",
    "networks.*.driver": "bridge", "networks.*.ipam.driver": "default", "subnet": "10.8.0.0/16",
    "ip_range": "10.8.1.0/24",
    "gateway": "10.8.0.1", "aux_addresses": "{h: 10.8.0.9}", "volumes.*.driver": "local",
    "volumes.*.driver_opts": "{type: tmpfs, device: tmpfs}",
    "networks.*.driver_opts": "{com.docker.network.bridge.name: br9}", "external": "true",
    "services.*.networks.*.driver_opts": "{com.docker.network.endpoint.sysctls: x}",
    "services.*.blkio_config.weight": "100", "rate": "1", "name": "name",
  ]

  /// The rest of a project, so that everything that is named is there.
  static func completed(_ file: Node, _ path: String) -> Node {
    var top = file.mapping ?? Mapping()
    var services = top["services"]?.mapping ?? Mapping()
    for name in ["a", "s"] {
      var service = services[name]?.mapping ?? Mapping()
      if service["image"] == nil, service["build"] == nil, service["provider"] == nil { service["image"] = Node("i") }
      services[name] = Node(.mapping(service))
    }
    top["services"] = Node(.mapping(services))
    for (kind, name, text) in [
      ("networks", "n", "{ipam: {config: [{subnet: 10.9.0.0/24}, {subnet: 'fd09::/64'}]}, enable_ipv6: true}"),
      ("volumes", "v", "{}"), ("secrets", "c", "{file: f}"), ("configs", "c", "{file: f}"),
      ("models", "m", "{model: x}"),
    ] where path.hasPrefix("services.*.") && (kind != "models" || path.contains(".models")) {
      top[kind] = Node(.mapping(Mapping([.init(name, yaml(text))])))
    }
    for kind in ["secrets", "configs"] {
      top[kind]?.updateMapping { all in
        all["c"]?.updateMapping { one in
          if !["file", "environment", "content", "external"].contains(where: { one[$0] != nil }) {
            one["file"] = Node("f")
          }
        }
      }
    }
    return Node(.mapping(top))
  }
}
