import Glibc
import Launch
import SeededRandom
import Testing

@testable import Shim

private let second: Int64 = 1_000_000_000

private func running(_ condition: RestartLaunch.Condition = .no, signal: Int32 = SIGTERM) -> Lifecycle {
  var (stop, restart) = (StopLaunch(), RestartLaunch())
  stop.signal = signal
  restart.condition = condition
  var life = Lifecycle(stop: stop, restart: restart)
  _ = life.handle(.started, now: 0)
  return life
}

@Suite struct LifecycleTests {
  @Test("A program that ends without a policy is the end")
  func simpleEnd() {
    var life = running()
    #expect(life.handle(.exited(code: 3), now: second) == [.end])
    #expect(life.status == .exited)
    #expect(!life.stopRequested)
  }

  @Test("A stop sends the signal, and SIGKILL when the time is over; no policy starts it again")
  func stop() {
    var life = running(.always)
    #expect(
      life.handle(.stop(signal: 0, timeout: nil), now: second) == [.record, .signal(SIGTERM), .wake(at: 11 * second)])
    #expect(life.status == .running)
    #expect(life.handle(.alarm, now: 11 * second) == [.signal(SIGKILL)])
    #expect(life.handle(.exited(code: 137), now: 11 * second) == [.end])
    #expect(life.stopRequested)
  }

  @Test("A program that heeds the signal ends the waiting")
  func promptStop() {
    var life = running(.always)
    _ = life.handle(.stop(signal: SIGINT, timeout: 60 * second), now: 0)
    #expect(life.handle(.exited(code: 0), now: second) == [.wake(at: nil), .end])
  }

  @Test("A stop with a signal and a time of its own uses those; zero kills at once, negative never")
  func ownStop() {
    var life = running()
    #expect(life.handle(.stop(signal: SIGQUIT, timeout: 0), now: 5) == [.record, .signal(SIGQUIT), .signal(SIGKILL)])
    life = running()
    #expect(life.handle(.stop(signal: 0, timeout: -1), now: 5) == [.record, .signal(SIGTERM)])
  }

  @Test("A second stop can shorten the time that is left, not lengthen it")
  func secondStop() {
    var life = running()
    _ = life.handle(.stop(signal: 0, timeout: nil), now: 0)
    #expect(life.handle(.stop(signal: 0, timeout: 60 * second), now: second).last == .wake(at: 10 * second))
    #expect(life.handle(.stop(signal: 0, timeout: second), now: second).last == .wake(at: 2 * second))
  }

  @Test("A program that ends by itself is started again after a pause, and the state says so meanwhile")
  func restart() {
    var life = running(.always)
    #expect(life.handle(.exited(code: 0), now: second) == [.wake(at: second + 100_000_000), .record])
    #expect(life.status == .restarting)
    #expect(life.handle(.alarm, now: 2 * second) == [.start])
    #expect(life.handle(.started, now: 2 * second) == [.record])
    #expect(life.status == .running)
    #expect(life.restarts.count == 1)
  }

  @Test("A stop between two starts is the end at once")
  func stopWhileWaiting() {
    var life = running(.always)
    _ = life.handle(.exited(code: 1), now: 0)
    #expect(life.handle(.stop(signal: 0, timeout: nil), now: 1) == [.wake(at: nil), .end])
    #expect(life.stopRequested)
    #expect(life.handle(.alarm, now: second) == [])
  }

  @Test("A start that fails the second time is the end")
  func failedRestart() {
    var life = running(.always)
    _ = life.handle(.exited(code: 1), now: 0)
    _ = life.handle(.alarm, now: second)
    #expect(life.handle(.startFailed, now: second) == [.end])
  }

  @Test("When the machine goes down the container is stopped but not marked as stopped by a person")
  func shutDown() {
    var life = running(.unlessStopped)
    #expect(life.handle(.shutDown, now: 0).first == .signal(SIGTERM))
    #expect(life.handle(.exited(code: 0), now: 1).last == .end)
    #expect(!life.stopRequested)
  }

  @Test("SIGKILL and the stop signal mean the end, any other signal is only delivered")
  func signals() {
    var life = running(.always, signal: SIGQUIT)
    #expect(life.handle(.signal(SIGTERM), now: 0) == [.signal(SIGTERM)])
    #expect(life.handle(.exited(code: 143), now: 1).contains(.record), "it restarts")
    #expect(life.handle(.signal(SIGHUP), now: 2) == [.refuse(ESRCH)])
    for fatal in [SIGQUIT, SIGKILL] {
      var life = running(.always, signal: SIGQUIT)
      #expect(life.handle(.signal(fatal), now: 0) == [.signal(fatal)])
      #expect(life.handle(.exited(code: 137), now: 1) == [.end])
      #expect(life.stopRequested)
    }
  }

  @Test("Pause and resume are refused where they make no sense")
  func pausing() {
    var life = running(.always)
    #expect(life.handle(.resume, now: 0) == [.refuse(EALREADY)])
    #expect(life.handle(.pause, now: 0) == [.freeze, .record])
    #expect(life.status == .paused)
    #expect(life.handle(.pause, now: 0) == [.refuse(EALREADY)])
    #expect(life.handle(.resume, now: 0) == [.thaw, .record])
    #expect(life.status == .running)
    _ = life.handle(.exited(code: 0), now: 1)
    #expect(life.handle(.pause, now: 2) == [.refuse(ESRCH)])
  }

  @Test("A frozen program is thawed so that it can take the signal that ends it")
  func stopPaused() {
    var life = running()
    _ = life.handle(.pause, now: 0)
    #expect(life.handle(.stop(signal: 0, timeout: 0), now: 1) == [.record, .signal(SIGTERM), .signal(SIGKILL), .thaw])
    life = running()
    _ = life.handle(.pause, now: 0)
    #expect(life.handle(.signal(SIGKILL), now: 1) == [.signal(SIGKILL), .thaw, .record])
    life = running()
    _ = life.handle(.pause, now: 0)
    #expect(life.handle(.signal(SIGHUP), now: 1) == [.signal(SIGHUP)])
    #expect(life.status == .paused)
  }

  @Test("A policy that is changed while the container runs holds from the next end on")
  func changedPolicy() {
    var life = running()
    var always = RestartLaunch()
    always.condition = .always
    #expect(life.handle(.policy(always), now: 0) == [])
    #expect(life.handle(.exited(code: 0), now: 1).last == .record)
  }

  @Test("After the end nothing happens any more, and requests are refused")
  func afterTheEnd() {
    var life = running()
    _ = life.handle(.exited(code: 0), now: 1)
    for event: Lifecycle.Event in [.alarm, .exited(code: 1), .stop(signal: 0, timeout: nil), .shutDown, .started] {
      #expect(life.handle(event, now: 2) == [])
    }
    for event: Lifecycle.Event in [.pause, .resume, .signal(SIGTERM)] {
      #expect(life.handle(event, now: 2) == [.refuse(ESRCH)])
    }
  }

  @Test("However events fall together, a container that was asked to stop comes to its end")
  func anyOrder() {
    var random = Seeded(7)
    for _ in 0..<2_000 {
      var life = running([.always, .no, .onFailure, .unlessStopped].randomElement(using: &random)!)
      var now: Int64 = 0
      for _ in 0..<Int.random(in: 0...8, using: &random) {
        now += Int64.random(in: 0...second, using: &random)
        let events: [Lifecycle.Event] = [.exited(code: 1), .alarm, .pause, .resume, .signal(SIGHUP)]
        if life.handle(events.randomElement(using: &random)!, now: now).contains(.start) {
          _ = life.handle(.started, now: now)
        }
      }
      let actions = life.handle(.stop(signal: 0, timeout: nil), now: now)
      if life.phase != .ended {
        #expect(actions.contains(.signal(SIGTERM)))
        #expect(life.handle(.alarm, now: now + 10 * second).first == .signal(SIGKILL))
        #expect(life.handle(.exited(code: 137), now: now).last == .end)
      }
      #expect(life.phase == .ended)
    }
  }
}
