import Diagnostics
import Linux
import Synchronization
import Testing

@Suite struct ThreadTests {
  @Test("A thread hands back what its body returned or threw, as often as it is asked")
  func results() throws {
    let thread = try Thread<Int>.spawn { 42 }
    #expect(try thread.join() == 42)
    #expect(try thread.join() == 42)
    let failing = try Thread<Int>.spawn { throw Failure(.system, "no") }
    #expect(throws: Failure(.system, "no")) { try failing.join() }
  }

  @Test("A pool runs every job, at most so many at once")
  func pool() {
    let running = Mutex((now: 0, most: 0, done: 0))
    let pool = WorkerPool(limit: 3)
    for _ in 0..<100 {
      pool.submit {
        running.withLock {
          $0.now += 1
          $0.most = max($0.most, $0.now)
        }
        Monotonic.sleep(nanoseconds: 100_000)
        running.withLock {
          $0.now -= 1
          $0.done += 1
        }
      }
    }
    pool.wait()
    running.withLock {
      #expect($0.done == 100)
      #expect($0.most <= 3)
    }
  }

  @Test("Results come in the elements' order, each with its own error")
  func map() {
    let results = WorkerPool.map(Array(0..<50), limit: 4) { number in
      if number == 7 { throw Failure(.system, "seven") }
      return number * 2
    }
    for (number, result) in results.enumerated() where number != 7 { #expect((try? result.get()) == number * 2) }
    #expect(throws: Failure(.system, "seven")) { try results[7].get() }
  }

  @Test("Cancelling wakes who sleeps, and stays")
  func cancellation() throws {
    let cancellation = try Cancellation()
    try cancellation.check()
    let sleeper = try Thread<Bool>.spawn { cancellation.sleep(nanoseconds: 60_000_000_000) }
    cancellation.cancel()
    #expect(try !sleeper.join())
    #expect(poll([cancellation.descriptor], timeout: 0) == 0)
    #expect(throws: Failure.self) { try cancellation.check() }
  }
}
