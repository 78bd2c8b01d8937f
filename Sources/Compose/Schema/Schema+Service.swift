extension Schema {
  static let service: Shape = .object([
    "annotations": .listOrMapping,
    "attach": .booleanOrString,
    "blkio_config": blockIO,
    "build": .string | build,
    "cap_add": .uniqueStrings,
    "cap_drop": .uniqueStrings,
    "cgroup": .choice("host", "private"),
    "cgroup_parent": .string,
    "command": command,
    "configs": fileReferences,
    "container_name": Shape(scalars: .string, pattern: .containerName),
    "cpu_count": Shape.integerOrString.within(0...Int.max),
    "cpu_percent": Shape.integerOrString.within(0...100),
    "cpu_period": .numberOrString,
    "cpu_quota": .numberOrString,
    "cpu_rt_period": .numberOrString,
    "cpu_rt_runtime": .numberOrString,
    "cpu_shares": .numberOrString,
    "cpus": .numberOrString,
    "cpuset": .string,
    "credential_spec": .object(["config": .string, "file": .string, "registry": .string]),
    "depends_on": dependencies,
    "deploy": deploy,
    "develop": develop,
    "device_cgroup_rules": .uniqueStrings,
    "devices": .list(
      .string
        | .object(["source": .string, "target": .string, "permissions": .string], required: ["source"])),
    "dns": .stringOrList,
    "dns_opt": .uniqueStrings,
    "dns_search": .stringOrList,
    "domainname": .string,
    "entrypoint": command,
    "env_file": environmentFiles,
    "environment": .listOrMapping,
    "expose": .list(Shape(scalars: [.string, .number]), unique: true),
    "extends": .string
      | .object(["service": .string, "file": .string], required: ["service"], isExtensible: false),
    "external_links": .uniqueStrings,
    "extra_hosts": extraHosts,
    "gpus": .choice("all") | .list(.object(deviceRequest)),
    "group_add": .list(Shape(scalars: [.string, .number]), unique: true),
    "healthcheck": healthcheck,
    "hostname": .string,
    "image": .string,
    "init": .booleanOrString,
    "ipc": .string,
    "isolation": .string,
    "label_file": .string | .strings,
    "labels": .listOrMapping,
    "links": .uniqueStrings,
    "logging": .object([
      "driver": .string, "options": .mapping(of: Shape(scalars: [.string, .number, .null])),
    ]),
    "mac_address": .string,
    "mem_limit": .numberOrString,
    "mem_reservation": .integerOrString,
    "mem_swappiness": .integerOrString,
    "memswap_limit": .numberOrString,
    "models": .uniqueStrings
      | .mapping(.openNames, of: Shape.object(["endpoint_var": .string, "model_var": .string]).orNull),
    "network_mode": .string,
    "networks": .uniqueStrings | .mapping(.names, of: attachment),
    "oom_kill_disable": .booleanOrString,
    "oom_score_adj": Shape.integerOrString.within(-1000...1000),
    "pid": Shape.string.orNull,
    "pids_limit": .numberOrString,
    "platform": .string,
    "ports": ports,
    "post_start": .list(.object(hook, required: ["command"])),
    "pre_start": .list(.object(hook.merging(["image": .string, "per_replica": .booleanOrString]) { $1 })),
    "pre_stop": .list(.object(hook, required: ["command"])),
    "privileged": .booleanOrString,
    "profiles": .uniqueStrings,
    "provider": provider,
    "pull_policy": Shape(scalars: .string, pattern: .pullPolicy),
    "pull_refresh_after": .string,
    "read_only": .booleanOrString,
    "restart": .string,
    "runtime": .string,
    "scale": .integerOrString,
    "secrets": fileReferences,
    "security_opt": .uniqueStrings,
    "shm_size": .numberOrString,
    "stdin_open": .booleanOrString,
    "stop_grace_period": .string,
    "stop_signal": .string,
    "storage_opt": Shape(object: Shape.Object([:], isExtensible: true, keys: .openNames)),
    "sysctls": .listOrMapping,
    "tmpfs": .stringOrList,
    "tty": .booleanOrString,
    "ulimits": ulimits,
    "use_api_socket": .boolean,
    "user": .string,
    "userns_mode": .string,
    "uts": .string,
    "volumes": volumes,
    "volumes_from": .uniqueStrings,
    "working_dir": .string,
  ])

  private static let dependencies: Shape =
    .uniqueStrings
    | .mapping(
      .names,
      of: .object(
        [
          "restart": .booleanOrString,
          "required": .boolean,
          "condition": .choice("service_started", "service_healthy", "service_completed_successfully"),
        ], required: ["condition"]))

  private static let environmentFiles: Shape =
    .string
    | .list(
      .string
        | .object(
          ["path": .string, "format": .string, "required": .booleanOrString], required: ["path"], isExtensible: false))

  private static let healthcheck = Shape.object([
    "disable": .booleanOrString,
    "interval": .string,
    "retries": .numberOrString,
    "test": .string | .strings,
    "timeout": .string,
    "start_period": .string,
    "start_interval": .string,
  ])

  private static let attachment = Shape.object([
    "aliases": .uniqueStrings,
    "interface_name": .string,
    "ipv4_address": .string,
    "ipv6_address": .string,
    "link_local_ips": .uniqueStrings,
    "mac_address": .string,
    "driver_opts": .mapping(of: Shape(scalars: [.string, .number])),
    "priority": .number,
    "gw_priority": .number,
  ]).orNull

  private static let ports = Shape.list(
    .numberOrString
      | .object([
        "name": .string,
        "mode": .string,
        "host_ip": .string,
        "target": .integerOrString,
        "published": .integerOrString,
        "protocol": .string,
        "app_protocol": .string,
      ]), unique: true)

  private static let volumes = Shape.list(
    .string
      | .object(
        [
          "type": .choice("bind", "volume", "tmpfs", "cluster", "npipe", "image"),
          "source": .string,
          "target": .string,
          "read_only": .booleanOrString,
          "consistency": .string,
          "bind": .object([
            "propagation": .string,
            "create_host_path": .booleanOrString,
            "recursive": .choice("enabled", "disabled", "writable", "readonly"),
            "selinux": .choice("z", "Z"),
          ]),
          "volume": .object(["labels": .listOrMapping, "nocopy": .booleanOrString, "subpath": .string]),
          "tmpfs": .object(["size": Shape.integerOrString.within(0...Int.max), "mode": .numberOrString]),
          "image": .object(["subpath": .string]),
        ], required: ["type"]), unique: true)

  private static let provider = Shape.object(
    [
      "type": .string,
      "options": .mapping(
        of: Shape(scalars: [.string, .number, .boolean]) | .list(Shape(scalars: [.string, .number, .boolean]))),
    ], required: ["type"])

  private static let blockIO: Shape = {
    let limits = Shape.list(.object(["path": .string, "rate": .integerOrString], isExtensible: false))
    let weights = Shape.list(.object(["path": .string, "weight": .integerOrString], isExtensible: false))
    return .object(
      [
        "device_read_bps": limits, "device_read_iops": limits, "device_write_bps": limits, "device_write_iops": limits,
        "weight": .integerOrString, "weight_device": weights,
      ], isExtensible: false)
  }()
}
