import Planning
import Spec
import Testing

@Suite struct OptionTests {
  @Test("with any options a plan can be carried out, and with the same options there is nothing left to do")
  func anyOptions() {
    Scenario.forAll(600) { run in
      var random = run.random
      run.options.noRecreate = random.one(in: 5)
      run.options.noStart = random.one(in: 6)
      run.options.wait = random.one(in: 3)
      run.options.alwaysRecreateDependencies = random.one(in: 8)
      run.options.forceRecreate = random.one(in: 6)
      if random.one(in: 3) {
        for service in run.desired.services where random.one(in: 3) { run.options.services.append(service.name) }
      }
      if random.one(in: 4), let service = run.desired.services.randomElement(using: &random),
        !service.hasFixedName, service.containers.allSatisfy({ $0.networks.allSatisfy { $0.ipv4Address == nil } }),
        !service.containers.isEmpty
      {
        run.options.scale = [service.name: random.below(4)]
      }
      // A joined container has to be there.
      let joined = Set(run.desired.services.flatMap(\.containers).flatMap(\.joined))
      if run.options.scale.contains(where: { name, _ in joined.contains { $0.contains("-\(name)-") } }) { return }

      guard let plan = try run.plan else { return }
      do { try run.machine.apply(plan, &run.random) } catch {
        // What stays although it is out of date may share the namespace of a container that goes, or has another name.
        let mayBeStale = !run.options.services.isEmpty || run.options.noRecreate
        if mayBeStale, ["does not run", "does not exist"].contains(where: "\(error)".contains) { return }
        throw Broken("\(error)\n\(run.options)", plan)
      }
      // What stays as it was may be contrary to what the project says now.
      if run.options.noRecreate { return }
      run.options.forceRecreate = false
      run.options.alwaysRecreateDependencies = false
      let next = try Plan.up(run.desired, run.machine.observed, run.options)
      if !next.isEmpty { throw Broken("\(run.options)\n\(PlanText().render(plan))\nthen:", next) }
      if run.options.wait, !next.changes.isEmpty { throw Broken("\(run.options) waits for what is ready:", next) }
    }
  }
}

extension ContainerSpec {
  fileprivate var joined: [String] { if case .container(let name) = networkMode { [name] } else { [] } }
}
