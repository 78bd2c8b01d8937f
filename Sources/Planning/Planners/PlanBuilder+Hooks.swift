import Spec

extension PlanBuilder {
  /// A stop, and before it what the container wants to run then.
  /// - Returns: the stop.
  mutating func addStop(
    _ container: ObservedContainer, as reference: ContainerReference? = nil, _ object: ObjectReference? = nil,
    timeout: Int64?, reasons: [Reason], after: [Index] = []
  ) -> Index {
    let reference = reference ?? container.reference
    let object = object ?? container.object
    let hooks = container.spec.hooks(.preStop)
    guard !hooks.isEmpty, container.state == .running else {
      return add(.stop(reference, timeout: timeout), object, reasons, after: after)
    }
    let run = add(.runHooks(reference, .preStop, hooks), object, reasons, after: after)
    // Whatever the stop will be told to wait for has to hold before its hooks as well.
    let stop = add(.stop(reference, timeout: timeout), object, after: after + [run])
    preludes[stop] = run
    return stop
  }

  /// What a container wants to run once it runs.
  /// - Returns: what others that wait for its start wait for.
  mutating func addHooks(
    _ phase: HookSpec.Phase, of spec: ContainerSpec, _ container: ContainerReference, _ object: ObjectReference,
    after start: Index
  ) -> Index {
    let hooks = spec.hooks(phase)
    return hooks.isEmpty ? start : add(.runHooks(container, phase, hooks), object, after: [start])
  }

  /// The steps of `pre_start`, in order.
  /// - Parameter isFirst: with those that the service needs only once.
  /// - Returns: what the start waits for.
  mutating func addPreStart(
    _ spec: ContainerSpec, _ container: ContainerReference, _ object: ObjectReference, service: String, isFirst: Bool,
    after: [Index]
  ) -> [Index] {
    var after = after
    for (index, step) in (spec.preStart ?? []).enumerated() where step.perReplica || isFirst {
      let creation = ContainerCreation(spec: spec.preStartContainer(index), service: service, number: 0)
      after = [add(.prepare(creation, of: container), object, after: after)]
    }
    return after
  }
}
