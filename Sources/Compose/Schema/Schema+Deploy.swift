extension Schema {
  static let deploy = Shape.object([
    "mode": .string,
    "endpoint_mode": .string,
    "replicas": .integerOrString,
    "labels": .listOrMapping,
    "rollback_config": update,
    "update_config": update,
    "resources": .object([
      "limits": .object(["cpus": .numberOrString, "memory": .string, "pids": .integerOrString]),
      "reservations": .object([
        "cpus": .numberOrString,
        "memory": .string,
        "generic_resources": .list(
          .object(["discrete_resource_spec": .object(["kind": .string, "value": .numberOrString])])),
        "devices": .list(.object(deviceRequest, required: ["capabilities"])),
      ]),
    ]),
    "restart_policy": .object([
      "condition": .string, "delay": .string, "max_attempts": .integerOrString, "window": .string,
    ]),
    "placement": .object([
      "constraints": .strings,
      "preferences": .list(.object(["spread": .string])),
      "max_replicas_per_node": .integerOrString,
    ]),
  ]).orNull

  private static let update = Shape.object([
    "parallelism": .integerOrString,
    "delay": .string,
    "failure_action": .string,
    "monitor": .string,
    "max_failure_ratio": .numberOrString,
    "order": .choice("start-first", "stop-first"),
  ])
}
