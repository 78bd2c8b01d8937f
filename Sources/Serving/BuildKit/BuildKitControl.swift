import Building
import Diagnostics
import Engine
import EngineAPI
import Linux
import OCI

/// The part of BuildKit's services that `docker buildx`, and with it `docker build` and `docker compose`, speak to:
/// `moby.buildkit.v1.Control` and `moby.buildkit.v1.frontend.LLBBridge`.
struct BuildKitControl: Sendable {
  let api: API

  /// Answers one call. Blocks.
  func answer(_ stream: HTTP2Stream) {
    do {
      try route(stream)
      stream.finish()
    } catch { stream.finish(RPCStatus(error)) }
  }

  private func route(_ stream: HTTP2Stream) throws {
    let path = stream.field(":path") ?? ""
    let parts = path.split(separator: "/").map(String.init)
    guard parts.count == 2 else { throw RPCStatus(.unimplemented, "no such call: \(path)") }
    let request = try ProtobufMessage(stream.receive() ?? [])
    switch (parts[0], parts[1]) {
    case ("moby.buildkit.v1.Control", "Solve"): try stream.answer(solve(request, stream))
    case ("moby.buildkit.v1.Control", "Status"):
      try api.builds.build(request.text(1)).follow { try stream.answer($0) }
    case ("moby.buildkit.v1.Control", "ListWorkers"): try stream.answer(Self.workers)
    case ("moby.buildkit.v1.Control", "Info"):
      var info = ProtobufWriter()
      info.add(1, message: Self.version)
      try stream.answer(info.bytes)
    // Nothing is kept of builds that are over.
    case ("moby.buildkit.v1.Control", "ListenBuildHistory"): break
    case ("moby.buildkit.v1.Control", "DiskUsage"): try stream.answer(diskUsage())
    case ("moby.buildkit.v1.Control", "Prune"): try prune(request, stream)
    case ("moby.buildkit.v1.frontend.LLBBridge", let call): try stream.answer(gateway(call, request, stream))
    case ("grpc.health.v1.Health", "Check"):
      var health = ProtobufWriter()
      health.add(1, number: 1)
      try stream.answer(health.bytes)
    default: throw RPCStatus(.unimplemented, "Davit does not answer \(path)")
    }
  }

  // MARK: Builds

  /// The client's own program says what is to be built, unless the request names a frontend itself.
  private func solve(_ request: ProtobufMessage, _ stream: HTTP2Stream) throws -> [UInt8] {
    let build = try api.builds.begin(request.text(1), request.text(5))
    defer { api.builds.end(build) }
    let exporters = try Self.exporters(request)
    stream.onFailure { build.cancel() }
    if !request.bytes(2).isEmpty, try request.message(2).has(1) {
      throw RPCStatus(.unimplemented, "builds of definitions (LLB) are not there: only Dockerfiles are built")
    }
    let result: BuildResult?
    if request.text(6).isEmpty {
      result = try build.waitForReturn()
    } else {
      result = try BuildKitDockerfile(api, build, frontend: request.text(6), try request.texts(7)).run()
    }
    var response = ProtobufWriter()
    if let result { response.add(1, try export(result, exporters, build)) }
    return response.bytes
  }

  /// What becomes of a result: `moby` and `image` put it into the image store.
  private static func exporters(_ request: ProtobufMessage) throws -> [[String: String]] {
    var exporters = try request.all(13).map { bytes in
      let exporter = try ProtobufMessage(bytes)
      return (type: exporter.text(1), attributes: try exporter.texts(2))
    }
    if exporters.isEmpty, !request.text(3).isEmpty { exporters = [(request.text(3), try request.texts(4))] }
    if let other = exporters.first(where: { !["moby", "image"].contains($0.type) }) {
      throw RPCStatus(
        .unimplemented, "the output \"\(other.type)\" is not there: build an image, or use davit build --output")
    }
    return exporters.map(\.attributes)
  }

  private func export(_ result: BuildResult, _ exporters: [[String: String]], _ build: BuildKitBuild) throws
    -> [String: String]
  {
    var response: [String: String] = [:]
    for attributes in exporters {
      let names = try (attributes["name"] ?? "").split(separator: ",").map { try Reference(String($0)).tagged }
      let image = try build.step("exporting to image") { vertex in
        let image = try result.store(names)
        build.log(vertex, "writing image \(image.id)\n")
        for name in names {
          build.log(vertex, "naming to \(name)\n")
          api.note("tag", image, name)
        }
        return image
      }
      if ["1", "true"].contains(attributes["push"]) { try push(names, build) }
      response["containerimage.digest"] = image.id.description
      response["containerimage.config.digest"] = image.id.description
      if !names.isEmpty { response["image.name"] = names.map(\.description).joined(separator: ",") }
    }
    return response
  }

  private func push(_ names: [Reference], _ build: BuildKitBuild) throws {
    for name in names {
      try build.step("pushing \(name)") { _ in
        let session = try api.sessions.session(build.sessionID ?? "")
        let registries = api.registries(session, for: name.domain, cancellation: build.cancellation)
        try registries.repository(name).push(try api.engine.images.pushContents(name, platform: nil), as: name.tag!) {
          _ in
        }
      }
    }
  }

  private func gateway(_ call: String, _ request: ProtobufMessage, _ stream: HTTP2Stream) throws -> [UInt8] {
    let build = try api.builds.build(stream.field("buildkit-controlapi-buildid") ?? "")
    switch call {
    case "Ping":
      var pong = ProtobufWriter()
      for id in ["solve.base", "return", "returnmap", "proto.refarray", "gateway.solve.metadata", "gateway.evaluate"] {
        var capability = ProtobufWriter()
        capability.add(1, id)
        capability.add(2, true)
        pong.add(1, message: capability.bytes)
      }
      for id in ["source.image", "source.local"] {
        var capability = ProtobufWriter()
        capability.add(1, id)
        capability.add(2, true)
        pong.add(2, message: capability.bytes)
      }
      pong.add(3, message: Self.worker)
      return pong.bytes
    case "Solve":
      if !request.bytes(1).isEmpty, try request.message(1).has(1) {
        throw RPCStatus(.unimplemented, "builds of definitions (LLB) are not there: only Dockerfiles are built")
      }
      stream.onFailure { build.cancel() }
      var reference = ProtobufWriter()
      // Clients ask for nothing at all to see whether they can.
      if !request.text(2).isEmpty {
        let options = try request.texts(3)
        guard request.all(13).isEmpty else {
          throw RPCStatus(.unimplemented, "inputs that are definitions (LLB) are not there")
        }
        let result = try BuildKitDockerfile(api, build, frontend: request.text(2), options).run()
        reference.add(1, build.keep(result))
      }
      var result = ProtobufWriter()
      result.add(3, message: reference.bytes)
      var response = ProtobufWriter()
      response.add(3, message: result.bytes)
      return response.bytes
    case "Evaluate": return []
    case "Return":
      if request.has(2), try request.message(2).number(1) != 0 {
        build.returned(.failure(RPCStatus(.unknown, try request.message(2).text(2))))
        return []
      }
      let result = try request.message(1)
      let name = result.has(3) ? try result.message(3).text(1) : result.text(1)
      if !result.all(4).isEmpty || !result.all(2).isEmpty {
        build.returned(.failure(RPCStatus(.unimplemented, "images for several platforms at once are not there")))
        return []
      }
      build.returned(.success(name.isEmpty ? nil : name))
      return []
    default: throw RPCStatus(.unimplemented, "Davit does not answer LLBBridge/\(call)")
    }
  }

  // MARK: The builder itself

  private static let version: [UInt8] = {
    var version = ProtobufWriter()
    version.add(1, "davit")
    version.add(2, "v\(ServerHeaders.version)")
    return version.bytes
  }()

  private static let worker: [UInt8] = {
    var platform = ProtobufWriter()
    platform.add(1, Platform.host.architecture)
    platform.add(2, Platform.host.os)
    platform.add(3, Platform.host.variant ?? "")
    var worker = ProtobufWriter()
    worker.add(1, "davit")
    worker.add(3, message: platform.bytes)
    worker.add(5, message: version)
    return worker.bytes
  }()

  private static let workers: [UInt8] = {
    var workers = ProtobufWriter()
    workers.add(1, message: worker)
    return workers.bytes
  }()

  private func diskUsage() throws -> [UInt8] {
    var response = ProtobufWriter()
    for record in try BuildCache(api.engine).records() { response.add(1, message: Self.usage(record)) }
    return response.bytes
  }

  private func prune(_ request: ProtobufMessage, _ stream: HTTP2Stream) throws {
    guard request.all(1).allSatisfy(\.isEmpty), !request.has(4), !request.has(5), !request.has(6) else {
      throw RPCStatus(.unimplemented, "these filters of builder prune are not there: use davit builder prune")
    }
    let all = request.number(2) != 0
    let latest = Timestamp.now().nanoseconds - Int64(truncatingIfNeeded: request.number(3))
    let pruned = try BuildCache(api.engine).prune { record in
      (all || record.kind != .folder && !record.isShared)
        && ((record.used ?? record.created).map { $0.nanoseconds <= latest } ?? true)
    }
    for record in pruned.records { try stream.answer(Self.usage(record)) }
  }

  private static func usage(_ record: BuildCache.Record) -> [UInt8] {
    var usage = ProtobufWriter()
    usage.add(1, record.id)
    usage.add(4, number: UInt64(max(0, record.size)))
    if let created = record.created { usage.add(6, time: created.nanoseconds) }
    if let used = record.used { usage.add(7, time: used.nanoseconds) }
    usage.add(9, record.description)
    usage.add(10, record.kind.rawValue)
    usage.add(11, record.isShared)
    return usage.bytes
  }
}
