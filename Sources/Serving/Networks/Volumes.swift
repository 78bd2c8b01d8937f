import Diagnostics
import Engine
import EngineAPI
import Presentation
import Spec

extension API {
  func listVolumes(_ x: Exchange, _ r: Exchange.Route) throws {
    let volumes = try engine.volumes(where: Filters(r.query["filters"]).terms)
    x.respond(200, .object(["Volumes": .array(volumes.map { $0.json() }), "Warnings": .null]))
  }

  func inspectVolume(_ x: Exchange, _ r: Exchange.Route) throws {
    x.respond(200, try engine.volume(r.name).json())
  }

  func createVolume(_ x: Exchange, _ r: Exchange.Route) throws {
    let body = try x.decode(VolumeBody.self, allowsEmpty: true)
    var spec = VolumeSpec(name: body.name.flatMap { $0.isEmpty ? nil : $0 } ?? "")
    spec.driver = body.driver.flatMap { $0.isEmpty ? nil : $0 } ?? "local"
    spec.driverOptions = body.driverOptions ?? [:]
    spec.labels = body.labels ?? [:]
    guard spec.driver == "local" else {
      throw APIError.notFound("error looking up volume plugin \(spec.driver): plugin \"\(spec.driver)\" not found")
    }
    if !spec.name.isEmpty, let known = try? engine.volume(spec.name) {
      // Asking again for the same is no mistake.
      guard known.spec.driverOptions == spec.driverOptions || spec.driverOptions.isEmpty else {
        throw APIError.conflict("a volume \(spec.name) with other options exists already")
      }
      return x.respond(201, known.json())
    }
    x.respond(201, try engine.createVolume(spec).json())
  }

  func removeVolume(_ x: Exchange, _ r: Exchange.Route) throws {
    do { try engine.removeVolume(r.name, force: r.query.isOn("force")) } catch let failure as Failure
      where failure.code == .conflict
    { throw APIError.conflict("remove \(r.name): volume is in use - [\(failure.message)]") }
    x.respond(204)
  }

  func pruneVolumes(_ x: Exchange, _ r: Exchange.Route) throws {
    var terms = try Filters(r.query["filters"]).terms
    // Before 1.42, every volume that nobody uses was meant.
    let all = terms.removeValue(forKey: "all")?.contains { ["1", "true", "t"].contains($0.lowercased()) } ?? false
    let result = try engine.pruneVolumes(terms, named: all || r.version < APIVersion(1, 42))
    x.respond(
      200,
      .object(["VolumesDeleted": result.removed.json, "SpaceReclaimed": .integer(result.reclaimed)]))
  }
}

extension Volume {
  /// - Parameter use: for `GET /system/df`, its bytes and how many containers use it.
  func json(use: (size: Int64, containers: Int)? = nil) -> JSONValue {
    var members: [JSONValue.Member] = [
      .init("CreatedAt", .string(created.description)), .init("Driver", .string(spec.driver)),
      .init("Labels", spec.labels.isEmpty ? .null : .sorted(spec.labels)),
      .init("Mountpoint", .string(mountpoint)), .init("Name", .string(name)),
      .init("Options", spec.driverOptions.isEmpty ? .null : .sorted(spec.driverOptions)), .init("Scope", "local"),
    ]
    if let use {
      members.append(
        .init("UsageData", .object(["RefCount": .integer(Int64(use.containers)), "Size": .integer(use.size)])))
    }
    return .object(members)
  }
}
