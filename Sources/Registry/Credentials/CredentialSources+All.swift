import OCI

extension CredentialSources {
  /// Everything that is known as a `config.json` of its own, that names no program: for a client somewhere else. Programs
  /// are asked for the registries that the files name.
  public func configuration() throws -> [UInt8] {
    var all = JSONValue.object(["auths": .object([:])])
    for path in [dockerConfig] + others {
      let file = try CredentialFile(path)
      for registry in file.registries where all["auths"]?[registry] == nil {
        let found =
          try file.helper([registry]).flatMap { try CredentialHelper(name: $0.name).credential($0.key) }
          ?? file.credential([registry])
        if let found { all["auths"]?[registry] = CredentialFile.entry(found) }
      }
    }
    return JSON.encode(all) + [UInt8(ascii: "\n")]
  }
}
