import Diagnostics
import Linux
import Planning
import Spec
import Synchronization

/// A line that a hook printed.
public struct HookLine: Hashable, Sendable {
  /// The service's container that it ran for.
  public var container: ObjectReference
  /// `post_start[0]`
  public var hook: String
  public var text: String
}

extension Executor {
  /// What takes as long as a program wants.
  func performLong(_ change: Change) throws {
    do {
      switch change.action {
      case .prepare(let creation, let container): try prepare(creation, of: container, change.object)
      case .runHooks(let container, let phase, let hooks):
        if phase == .preStop { try requireAnother(id(of: container), change) }
        for (index, hook) in hooks.enumerated() {
          try run(hook, "\(phase.rawValue)[\(index)]", in: container, change.object, isEnding: phase == .preStop)
        }
      default: try pass(change)
      }
    } catch let failure as Failure {
      throw failure.subject.contains(change.object.name) || failure.code == .interrupted || isWait(change)
        ? failure : failure.about("\(change.object)")
    }
  }

  private func isWait(_ change: Change) -> Bool { change.object.kind == .service }

  private func run(
    _ hook: HookSpec, _ name: String, in container: ContainerReference, _ object: ObjectReference, isEnding: Bool
  ) throws {
    let tail = HookTail(object, name, sequence, execution.hookOutput)
    sequence.send(ProgressEvent(object, .runningHook, detail: name))
    let status: Int32
    do {
      status = try platform.runHook(id(of: container), hook, cancellation: execution.cancellation) { tail.take($0) }
    } catch let failure as Failure where isEnding && [.notFound, .conflict].contains(failure.code) {
      // It ended by itself meanwhile.
      return
    }
    tail.finish()
    guard status == 0 else {
      let way = isEnding ? "`kill` ends the container without its hooks" : nil
      let words = [way, tail.words].compactMap(\.self)
      throw Failure(
        .conflict, "\(name) exited with status \(status)",
        hint: words.isEmpty ? nil : words.joined(separator: "; "))
    }
    sequence.send(ProgressEvent(object, .ranHook, detail: name))
  }

  private func prepare(
    _ creation: ContainerCreation, of container: ContainerReference, _ object: ObjectReference
  ) throws {
    let step = "pre_start[\(creation.spec.name.split(separator: "-").last ?? "")]"
    let tail = HookTail(object, step, sequence, execution.hookOutput)
    sequence.send(ProgressEvent(object, .runningHook, detail: step))
    let status = try platform.prepare(
      creation, of: id(of: container), project: plan.project, cancellation: execution.cancellation
    ) { tail.take($0) }
    tail.finish()
    guard status == 0 else {
      throw Failure(
        .conflict, "\(step) exited with status \(status); its container \(creation.spec.name) is kept",
        hint: tail.words)
    }
    sequence.send(ProgressEvent(object, .ranHook, detail: step))
  }
}

/// Cuts a hook's output into lines, hands them on and keeps the last ones for the case that it fails.
private final class HookTail: Sendable {
  private struct State {
    var line: [UInt8] = []
    var last: [String] = []
  }

  private static let lines = 10
  private static let lineLength = 16 << 10

  private let state = Mutex(State())
  private let container: ObjectReference
  private let hook: String
  private let sequence: EventSequence
  private let sink: @Sendable (HookLine) -> Void

  init(
    _ container: ObjectReference, _ hook: String, _ sequence: EventSequence,
    _ sink: @escaping @Sendable (HookLine) -> Void
  ) {
    self.container = container
    self.hook = hook
    self.sequence = sequence
    self.sink = sink
  }

  func take(_ bytes: [UInt8]) {
    state.withLock { state in
      for byte in bytes {
        if byte == UInt8(ascii: "\n") || state.line.count >= Self.lineLength { end(&state) }
        if byte != UInt8(ascii: "\n"), byte != UInt8(ascii: "\r") { state.line.append(byte) }
      }
    }
  }

  func finish() { state.withLock { if !$0.line.isEmpty { end(&$0) } } }

  var words: String? {
    let last = state.withLock { $0.last }
    return last.isEmpty ? nil : "it ended with:" + last.map { "\n    | \($0)" }.joined()
  }

  private func end(_ state: inout State) {
    let text = String(decoding: state.line, as: UTF8.self)
    state.line = []
    state.last = (state.last + [text]).suffix(Self.lines)
    sequence.exclusively { sink(HookLine(container: container, hook: hook, text: text)) }
  }
}
