extension Record {
  static let fileReference = Record([
    .field("source", .string),
    .field("target", .string),
    .field("uid", .string),
    .field("gid", .string),
    .field("mode", .fileMode, .ifGiven),
  ])

  static let dependency = Record([
    .field("condition", .string),
    .field("restart", .boolean),
    .field("required", .boolean, .always),
  ])

  static let environmentFile = Record([
    .field("path", .string),
    .field("required", .boolean, .always),
    .field("format", .string),
  ])

  static let device = Record([
    .field("source", .string),
    .field("target", .string),
    .field("permissions", .string),
  ])

  static let deviceRequest = Record([
    .field("capabilities", .strings),
    .field("driver", .string),
    .field("count", .deviceCount),
    .field("device_ids", .strings),
    .field("options", .labels),
  ])

  static let healthcheck = Record([
    .field("test", .healthTest),
    .field("timeout", .duration, .ifGiven),
    .field("interval", .duration, .ifGiven),
    .field("retries", .unsigned, .ifGiven),
    .field("start_period", .duration, .ifGiven),
    .field("start_interval", .duration, .ifGiven),
    .field("disable", .boolean),
  ])

  static let port = Record([
    .field("name", .string),
    .field("mode", .string),
    .field("host_ip", .string),
    .field("target", .unsigned),
    .field("published", .string),
    .field("protocol", .string),
    .field("app_protocol", .string),
  ])

  static let attachment = Record([
    .field("aliases", .strings),
    .field("driver_opts", .options),
    .field("gw_priority", .integer),
    .field("interface_name", .string),
    .field("ipv4_address", .string),
    .field("ipv6_address", .string),
    .field("link_local_ips", .strings),
    .field("mac_address", .string),
    .field("priority", .integer),
  ])

  static let volumeMount = Record([
    .field("type", .string),
    .field("source", .string),
    .field("target", .string),
    .field("read_only", .boolean),
    .field("consistency", .string),
    .field(
      "bind",
      .record(
        Record([
          .field("selinux", .string),
          .field("propagation", .string),
          .field("create_host_path", .boolean, .ifGiven),
          .field("recursive", .string),
        ])), .ifGiven),
    .field(
      "volume",
      .record(
        Record([.field("labels", .labels), .field("nocopy", .boolean), .field("subpath", .string)])), .ifGiven),
    .field("tmpfs", .record(Record([.field("size", .bytes), .field("mode", .unsigned)])), .ifGiven),
    .field("image", .record(Record([.field("subpath", .string)])), .ifGiven),
  ])

  static let hook = Record([
    .field("command", .command, .always),
    .field("image", .string),
    .field("user", .string),
    .field("privileged", .boolean),
    .field("working_dir", .string),
    .field("environment", .environment),
    .field("per_replica", .boolean),
  ])

  static let blockIO: Record = {
    // `docker compose` prints these attributes capitalised in JSON, and only there.
    let limit = Record([.field("path", .string, json: "Path"), .field("rate", .bytes, json: "Rate")])
    let weight = Record([.field("path", .string, json: "Path"), .field("weight", .unsigned, json: "Weight")])
    return Record([
      .field("weight", .unsigned),
      .field("weight_device", .records(weight)),
      .field("device_read_bps", .records(limit)),
      .field("device_read_iops", .records(limit)),
      .field("device_write_bps", .records(limit)),
      .field("device_write_iops", .records(limit)),
    ])
  }()

  static let credentialSpec = Record([.field("config", .string), .field("file", .string), .field("registry", .string)])
  static let extended = Record([.field("file", .string), .field("service", .string)])
  static let logging = Record([.field("driver", .string), .field("options", .options)])
  static let modelReference = Record([.field("endpoint_var", .string), .field("model_var", .string)])
  static let provider = Record([.field("type", .string), .field("options", .multipleOptions)])
}
