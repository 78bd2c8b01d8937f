import Planning
import Spec
import Testing

@Suite struct HookTests {
  private func desired(replicas: Int, command: String = "warm") -> Desired {
    var web = Project.service("web", replicas: replicas)
    for index in web.containers.indices {
      var once = PreStartSpec(image: "app")
      once.command = ["migrate"]
      var each = once
      each.command = [command]
      each.perReplica = true
      web.containers[index].preStart = [once, each]
      web.containers[index].postStart = [HookSpec(command: ["hello"])]
      web.containers[index].preStop = [HookSpec(command: ["bye"])]
    }
    return Project.make([web])
  }

  private func steps(_ plan: Plan) -> [String] {
    plan.changes.compactMap { change in
      switch change.action {
      case .prepare(let creation, _): "\(creation.spec.command?.first ?? "") \(change.object.name)"
      case .runHooks(_, let phase, _): "\(phase.rawValue) \(change.object.name)"
      case .start, .stop: change.step
      default: nil
      }
    }
  }

  @Test("pre_start runs once for the service and then for each replica, before any of them starts; post_start after it")
  func order() throws {
    let plan = try Plan.up(desired(replicas: 2), Observed())
    #expect(
      steps(plan) == [
        "migrate shop-web-1", "warm shop-web-1", "start shop-web-1", "post_start shop-web-1", "warm shop-web-2",
        "start shop-web-2", "post_start shop-web-2",
      ])
    let second = plan.changes.first { $0.step == "prepare shop-web-2" }!
    let first = plan.changes.last { $0.step == "prepare shop-web-1" }!
    #expect(second.after.contains(first.id))
  }

  @Test("What succeeded is not prepared again, a further replica only itself, and a new definition everything")
  func notAgain() throws {
    let machine = try Project.running(desired(replicas: 2))
    #expect(try Plan.up(desired(replicas: 2), machine).isEmpty)
    let more = try steps(Plan.up(desired(replicas: 3), machine))
    #expect(more == ["warm shop-web-3", "start shop-web-3", "post_start shop-web-3"])
    let changed = try steps(Plan.up(desired(replicas: 2, command: "hot"), machine))
    #expect(changed.filter { $0.hasPrefix("migrate") } == ["migrate shop-web-1"])
    #expect(changed.filter { $0.hasPrefix("hot") }.count == 2)
    // The old one's last words come before its end, and its end before the new one is prepared.
    let places = ["pre_stop shop-web-1", "stop shop-web-1", "migrate shop-web-1"].map { changed.firstIndex(of: $0)! }
    #expect(places == places.sorted())
  }

  @Test("stop, restart and down run pre_stop first, start runs post_start")
  func lifecycle() throws {
    let machine = try Project.running(desired(replicas: 1))
    let all = desired(replicas: 1)
    #expect(
      try steps(Plan.lifecycle(.stop, "shop", all, machine)) == ["pre_stop shop-web-1", "stop shop-web-1"])
    #expect(
      try steps(Plan.lifecycle(.restart, "shop", all, machine)) == [
        "pre_stop shop-web-1", "stop shop-web-1", "start shop-web-1", "post_start shop-web-1",
      ])
    #expect(try steps(Plan.down("shop", nil, machine)) == ["pre_stop shop-web-1", "stop shop-web-1"])
  }
}
