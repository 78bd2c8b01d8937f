import YAML

/// How two files' values of one attribute become one (compose specification, 13-merge.md). Without a rule mappings merge
/// key by key, lists are appended, and the later scalar wins.
enum MergeRule: Sendable {
  /// The later value replaces the earlier one.
  case replace
  /// Lists, mappings and single strings become one list of `key=value`; duplicates are dropped afterwards.
  case sequence
  /// As `sequence`, but a host may have several addresses; only exact duplicates are dropped.
  case hosts
  case build, dependencies, attachments, logging
  /// Pools are merged by subnet.
  case pools

  static let table: PathTable<MergeRule> = [
    "networks.*.ipam.config": .pools,
    "networks.*.labels": .sequence,
    "volumes.*.labels": .sequence,
    "services.*.annotations": .sequence,
    "services.*.build": .build,
    "services.*.build.args": .sequence,
    "services.*.build.additional_contexts": .sequence,
    "services.*.build.extra_hosts": .hosts,
    "services.*.build.labels": .sequence,
    "services.*.command": .replace,
    "services.*.depends_on": .dependencies,
    "services.*.deploy.labels": .sequence,
    "services.*.dns": .sequence,
    "services.*.dns_opt": .sequence,
    "services.*.dns_search": .sequence,
    "services.*.entrypoint": .replace,
    "services.*.env_file": .sequence,
    "services.*.label_file": .sequence,
    "services.*.environment": .sequence,
    "services.*.extra_hosts": .hosts,
    "services.*.healthcheck.test": .replace,
    "services.*.labels": .sequence,
    "services.*.volumes.*.volume.labels": .sequence,
    "services.*.logging": .logging,
    "services.*.models": .attachments,
    "services.*.networks": .attachments,
    "services.*.sysctls": .sequence,
    "services.*.tmpfs": .sequence,
    "services.*.ulimits.*": .replace,
  ]
}
