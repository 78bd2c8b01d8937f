import Engine
import EngineAPI
import Glibc
import Linux
import Presentation

extension API {
  func ping(_ x: Exchange, _ r: Exchange.Route) throws {
    x.respond(
      200, Array("OK".utf8), type: "text/plain; charset=utf-8",
      [
        // Clients then send builds to `/build` instead of opening a session of BuildKit's.
        ("Builder-Version", "1"), ("Swarm", "inactive"), ("Cache-Control", "no-cache, no-store, must-revalidate"),
        ("Pragma", "no-cache"),
      ])
  }

  func version(_ x: Exchange, _ r: Exchange.Route) throws { x.respond(200, EngineFacts.version(of: version)) }
}

extension EngineFacts {
  /// `GET /version`
  public static func version(of program: String) -> JSONValue {
    let system = SystemName()
    let oldest = "\(APIVersion.oldest)"
    let newest = "\(APIVersion.newest)"
    return .object([
      "Platform": .object(["Name": "Davit"]),
      "Components": .array([
        .object([
          "Name": "Engine", "Version": .string(ServerHeaders.version),
          "Details": .object([
            "ApiVersion": .string(newest), "Arch": .string(system.architecture), "BuildTime": "",
            "Experimental": "false", "GitCommit": "", "GoVersion": "", "KernelVersion": .string(system.release),
            "MinAPIVersion": .string(oldest), "Os": "linux",
          ]),
        ]),
        .object(["Name": "davit", "Version": .string(program), "Details": .object(["GitCommit": ""])]),
      ]),
      "Version": .string(ServerHeaders.version), "ApiVersion": .string(newest), "MinAPIVersion": .string(oldest),
      "GitCommit": "", "GoVersion": "", "Os": "linux", "Arch": .string(system.architecture),
      "KernelVersion": .string(system.release), "BuildTime": "",
    ])
  }
}

/// What uname(2) says, with the architecture by Go's name.
struct SystemName {
  let release: String
  let host: String
  let machine: String

  init() {
    var name = utsname()
    uname(&name)
    func text<Field>(_ field: Field) -> String {
      withUnsafeBytes(of: field) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
    }
    release = text(name.release)
    host = text(name.nodename)
    machine = text(name.machine)
  }

  var architecture: String { machine == "x86_64" ? "amd64" : machine == "aarch64" ? "arm64" : machine }
}
