import Building
import EngineAPI
import Linux
import OCI
import Spec

/// The attributes by which a client of BuildKit's says what a build is to be like.
struct BuildKitOptions {
  private(set) var filename = "Dockerfile"
  /// What the client calls the folders of the Dockerfile and of the context.
  private(set) var dockerfileKey = "dockerfile"
  private(set) var contextKey = "context"
  /// `--build-context`: a name, and `docker-image://…` or `local:…`.
  private(set) var contexts: [String: String] = [:]
  /// By the name of a folder: whose session it is asked of, where that is not the build's own.
  private(set) var sessions: [String: String] = [:]
  /// Where the context is no folder of the client's: its address.
  private(set) var remote: String?
  private let rest: [(String, String)]

  /// - Throws: the first attribute that would change the build and is not there.
  init(_ attributes: [String: String]) throws(RPCStatus) {
    var rest: [(String, String)] = []
    for (key, value) in attributes.sorted(by: { $0.key < $1.key }) {
      switch key {
      case "filename": filename = value
      case "dockerfilekey": dockerfileKey = value
      case "contextkey": contextKey = value
      case "context": remote = value
      // What clients say of themselves, and of where the files come from.
      case "frontend.caps", "cmdline", "source": break
      case "build-arg:BUILDKIT_SYNTAX", "build-arg:BUILDKIT_INLINE_CACHE", "build-arg:BUILDKIT_MULTI_PLATFORM": break
      case "multi-platform" where value != "true": break
      case "requestid":
        throw RPCStatus(.unimplemented, "\(value) is not there: use davit build --check")
      // That nothing is attached to the image is what it says.
      case "attest:provenance" where value.contains("inline-only=true") || value.contains("disabled=true"): break
      case _ where key.hasPrefix("vcs:") || key.hasPrefix("sharedkey:"): break
      case _ where key.hasPrefix("local-sessionid:"):
        sessions[String(key.dropFirst("local-sessionid:".count))] = value
      case _ where key.hasPrefix("context:"): contexts[String(key.dropFirst("context:".count))] = value
      default: rest.append((key, value))
      }
    }
    self.rest = rest
  }

  func apply(to request: inout BuildRequest) throws {
    for (key, value) in rest {
      switch key {
      case "target": request.target = value
      case "platform":
        guard !value.contains(",") else {
          throw RPCStatus(.unimplemented, "images for several platforms at once are not there: use davit build")
        }
        request.platform = try PlatformText.parse(value)
      case "no-cache":
        // Without names every stage is meant.
        if value.isEmpty { request.usesCache = false }
        request.uncachedStages = Set(value.split(separator: ",").map { $0.lowercased() })
      case "image-resolve-mode": request.surroundings.alwaysFetches = value == "pull"
      case "force-network-mode": request.network = value == "sandbox" ? "default" : value
      case "add-hosts": request.extraHosts = value.split(separator: ",").map(String.init)
      case "shm-size": request.sharedMemory = Int64(value)
      case "ulimit":
        for text in value.split(separator: ",") {
          let parts = text.split(separator: "=", maxSplits: 1).map(String.init)
          let numbers = parts.count == 2 ? parts[1].split(separator: ":").map { Int64($0) } : []
          guard let soft = numbers.first ?? nil, let hard = numbers.last ?? nil else {
            throw RPCStatus(.invalidArgument, "invalid ulimit: \(text)")
          }
          request.ulimits[parts[0]] = Ulimit(soft: soft, hard: hard)
        }
      // Results of other machines' builds only save time.
      case "cache-from", "cache-imports": break
      default:
        if let name = key.withoutPrefix("build-arg:") {
          request.arguments[name] = value
          if name == "SOURCE_DATE_EPOCH" { request.epoch = Int64(value) }
        } else if let name = key.withoutPrefix("label:") {
          request.labels[name] = value
        } else {
          throw RPCStatus(.unimplemented, "the build option \"\(key)\" is not there")
        }
      }
    }
    if request.network == "host" { request.allowed.insert(.hostNetwork) }
  }
}

extension String {
  /// What follows; `nil` where it does not begin so.
  func withoutPrefix(_ prefix: String) -> String? { hasPrefix(prefix) ? String(dropFirst(prefix.count)) : nil }
}
