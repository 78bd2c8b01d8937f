import EngineAPI

/// What every answer says.
enum ServerHeaders {
  static let version = "28.5.0"
  static let all = [
    ("Api-Version", "\(APIVersion.newest)"), ("Docker-Experimental", "false"), ("Ostype", "linux"),
    ("Server", "Docker/\(version) (linux)"),
  ]
}
