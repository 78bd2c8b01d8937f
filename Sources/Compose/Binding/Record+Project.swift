extension Record {
  static let project = Record([
    .field("name", .string, .always),
    .field("services", .objects(service), .always),
    .field("networks", .objects(network)),
    .field("volumes", .objects(volume)),
    .field("secrets", .objects(fileObject)),
    .field("configs", .objects(fileObject)),
    .field("models", .objects(model)),
  ])

  static let network = Record([
    .field("name", .string),
    .field("driver", .string),
    .field("driver_opts", .options),
    .field(
      "ipam",
      .record(
        Record([
          .field("driver", .string),
          .field(
            "config",
            .records(
              Record([
                .field("subnet", .string),
                .field("gateway", .string),
                .field("ip_range", .string),
                .field("aux_addresses", .labels),
              ]))),
          .field("options", .options),
        ])), .always),
    .field("external", .boolean),
    .field("internal", .boolean),
    .field("attachable", .boolean),
    .field("labels", .labels),
    .field("enable_ipv4", .boolean, .ifGiven),
    .field("enable_ipv6", .boolean, .ifGiven),
  ])

  static let volume = Record([
    .field("name", .string),
    .field("driver", .string),
    .field("driver_opts", .options),
    .field("external", .boolean),
    .field("labels", .labels),
  ])

  /// A secret or a config.
  static let fileObject = Record([
    .field("name", .string),
    .field("file", .string),
    .field("environment", .string),
    .field("content", .string),
    .field("external", .boolean),
    .field("labels", .labels),
    .field("driver", .string),
    .field("driver_opts", .options),
    .field("template_driver", .string),
  ])

  static let model = Record([
    .field("name", .string),
    .field("model", .string),
    .field("context_size", .integer),
    .field("runtime_flags", .strings),
  ])
}
