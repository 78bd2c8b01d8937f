import Glibc
import Linux
import Synchronization
import Testing

@testable import Reconciling

@Suite struct SimulationTests {
  @Test(
    "whatever fails and whoever interferes: it converges once that is over, removes nothing of others, never leaves a start-first service without a ready replica, never has a name twice, and can go back to any generation"
  )
  func schedules() {
    func number(_ name: String) -> UInt64? { getenv(name).flatMap { UInt64(String(cString: $0)) } }
    let seeds = number("DAVIT_SEED").map { $0...$0 } ?? 1...(number("DAVIT_SCHEDULES") ?? 20_000)
    let slices = stride(from: seeds.lowerBound, through: seeds.upperBound, by: 50).map {
      $0...min($0 + 49, seeds.upperBound)
    }
    let broken = Mutex<[(seed: UInt64, error: String)]>([])
    let processors = max(sysconf(Int32(_SC_NPROCESSORS_ONLN)), 1)
    _ = WorkerPool.map(slices, limit: processors) { slice in
      for seed in slice {
        var simulation = Simulation(seed: seed)
        do { try simulation.run() } catch {
          // Once more, and this time written down.
          var traced = Simulation(seed: seed, isTraced: true)
          do { try traced.run() } catch { broken.withLock { $0.append((seed, "\(error)")) } }
        }
      }
    }
    for (seed, error) in broken.withLock({ $0 }) {
      Issue.record("seed \(seed): \(error)\nreplay with: DAVIT_SEED=\(seed) swift test --filter SimulationTests")
    }
  }
}
