/// The compose file, attribute by attribute: https://github.com/compose-spec/compose-go/blob/main/schema/compose-spec.json
enum Schema {
  static let file: Shape = .object([
    "version": .string,
    "name": .string,
    "include": .list(
      .string
        | .object(
          ["path": .stringOrList, "env_file": .stringOrList, "project_directory": .string], isExtensible: false)),
    "services": .mapping(.names, of: service),
    "models": .mapping(
      .openNames,
      of: .object(
        ["name": .string, "model": .string, "context_size": .integer, "runtime_flags": .strings], required: ["model"])),
    "networks": .mapping(.openNames, of: network),
    "volumes": .mapping(.names, of: volume),
    "secrets": .mapping(.names, of: secret),
    "configs": .mapping(.names, of: config),
  ])

  private static let external = Shape.booleanOrString | .object(["name": .string])
  private static let driverOptions = Shape.mapping(of: Shape(scalars: [.string, .number]))

  private static let network = Shape.object([
    "name": .string,
    "driver": .string,
    "driver_opts": driverOptions,
    "ipam": .object([
      "driver": .string,
      "config": .list(
        .object([
          "subnet": .string, "ip_range": .string, "gateway": .string, "aux_addresses": .mapping(of: .string),
        ])),
      "options": .mapping(of: .string),
    ]),
    "external": external,
    "internal": .booleanOrString,
    "enable_ipv4": .booleanOrString,
    "enable_ipv6": .booleanOrString,
    "attachable": .booleanOrString,
    "labels": .listOrMapping,
  ]).orNull

  private static let volume = Shape.object([
    "name": .string,
    "driver": .string,
    "driver_opts": driverOptions,
    "external": external,
    "labels": .listOrMapping,
  ]).orNull

  private static let secret = Shape.object([
    "name": .string,
    "environment": .string,
    "file": .string,
    "external": external,
    "labels": .listOrMapping,
    "driver": .string,
    "driver_opts": driverOptions,
    "template_driver": .string,
  ])

  private static let config = Shape.object([
    "name": .string,
    "content": .string,
    "environment": .string,
    "file": .string,
    "external": external,
    "labels": .listOrMapping,
    "template_driver": .string,
  ])

  // MARK: What several attributes share

  static let command = (Shape.string | .strings).orNull

  static let extraHosts = Shape.mapping(of: .string | .strings) | .uniqueStrings

  static let ulimits = Shape.mapping(
    .openLetters,
    of: .integerOrString
      | .object(["hard": .integerOrString, "soft": .integerOrString], required: ["soft", "hard"]))

  static let fileReferences = Shape.list(
    .string
      | .object(["source": .string, "target": .string, "uid": .string, "gid": .string, "mode": .numberOrString]))

  static let deviceRequest: [String: Shape] = [
    "capabilities": .uniqueStrings,
    "count": .integerOrString,
    "device_ids": .uniqueStrings,
    "driver": .string,
    "options": .listOrMapping,
  ]

  static let hook: [String: Shape] = [
    "command": command,
    "user": .string,
    "privileged": .booleanOrString,
    "working_dir": .string,
    "environment": .listOrMapping,
  ]
}
