extension Record {
  static let deploy = Record([
    .field("mode", .string),
    .field("replicas", .integer, .ifGiven),
    .field("labels", .labels),
    .field("update_config", .record(update), .ifGiven),
    .field("rollback_config", .record(update), .ifGiven),
    .field(
      "resources", .record(Record([.field("limits", .record(resource)), .field("reservations", .record(resource))])),
      .always),
    .field(
      "restart_policy",
      .record(
        Record([
          .field("condition", .string),
          .field("delay", .duration, .ifGiven),
          .field("max_attempts", .unsigned, .ifGiven),
          .field("window", .duration, .ifGiven),
        ])), .ifGiven),
    .field(
      "placement",
      .record(
        Record([
          .field("constraints", .strings),
          .field("preferences", .records(Record([.field("spread", .string)]))),
          .field("max_replicas_per_node", .unsigned),
        ])), .always),
    .field("endpoint_mode", .string),
  ])

  private static let update = Record([
    .field("parallelism", .unsigned, .ifGiven),
    .field("delay", .duration),
    .field("failure_action", .string),
    .field("monitor", .duration),
    .field("max_failure_ratio", .float),
    .field("order", .string),
  ])

  private static let resource = Record([
    .field("cpus", .float),
    .field("memory", .bytes),
    .field("pids", .integer),
    .field("devices", .records(deviceRequest)),
    .field(
      "generic_resources",
      .records(
        Record([
          .field(
            "discrete_resource_spec",
            .record(Record([.field("kind", .string, .always), .field("value", .integer, .always)])))
        ]))),
  ])
}
