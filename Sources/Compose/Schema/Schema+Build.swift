extension Schema {
  static let build = Shape.object([
    "context": .string,
    "dockerfile": .string,
    "dockerfile_inline": .string,
    "entitlements": .strings,
    "args": .listOrMapping,
    "ssh": .listOrMapping,
    "labels": .listOrMapping,
    "cache_from": .strings,
    "cache_to": .strings,
    "no_cache": .booleanOrString,
    "no_cache_filter": .stringOrList,
    "additional_contexts": .listOrMapping,
    "network": .string,
    "provenance": .booleanOrString,
    "sbom": .booleanOrString,
    "pull": .booleanOrString,
    "target": .string,
    "shm_size": .integerOrString,
    "extra_hosts": extraHosts,
    "isolation": .string,
    "privileged": .booleanOrString,
    "secrets": fileReferences,
    "tags": .strings,
    "ulimits": ulimits,
    "platforms": .strings,
  ])

  static let develop = Shape.object([
    "watch": .list(
      .object(
        [
          "ignore": .stringOrList,
          "include": .stringOrList,
          "path": .string,
          "action": .choice("rebuild", "sync", "restart", "sync+restart", "sync+exec"),
          "target": .string,
          "exec": .object(hook, required: ["command"]),
          "initial_sync": .boolean,
        ], required: ["path", "action"]))
  ]).orNull
}
