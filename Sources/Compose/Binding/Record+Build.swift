extension Record {
  static let build = Record([
    .field("context", .string),
    .field("dockerfile", .string),
    .field("dockerfile_inline", .string),
    .field("entitlements", .strings),
    .field("args", .environment),
    .field("provenance", .string),
    .field("sbom", .string),
    .field("ssh", .ssh),
    .field("labels", .labels),
    .field("cache_from", .strings),
    .field("cache_to", .strings),
    .field("no_cache", .boolean),
    .field("no_cache_filter", .strings),
    .field("additional_contexts", .labels),
    .field("pull", .boolean),
    .field("extra_hosts", .hosts),
    .field("isolation", .string),
    .field("network", .string),
    .field("target", .string),
    .field("secrets", .records(fileReference)),
    .field("shm_size", .bytes),
    .field("tags", .strings),
    .field("ulimits", .mapping(.ulimit)),
    .field("platforms", .strings),
    .field("privileged", .boolean),
  ])

  static let develop = Record([
    .field(
      "watch",
      .records(
        Record([
          .field("path", .string, .always),
          .field("action", .string, .always),
          .field("target", .string),
          .field("exec", .record(hook), .always),
          .field("include", .strings),
          .field("ignore", .strings),
          .field("initial_sync", .boolean),
        ])))
  ])
}
