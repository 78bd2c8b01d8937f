import Planning
import Spec
import Testing

@testable import Reconciling

@Suite struct HookTests {
  private func shop(_ command: String) -> Desired {
    var web = ContainerSpec(name: "shop-web-1", image: "web")
    web.postStart = [HookSpec(command: [command])]
    let app = ContainerSpec(name: "shop-app-1", image: "app")
    return Desired(
      project: "shop",
      services: [
        DesiredService(name: "web", containers: [web]),
        DesiredService(name: "app", containers: [app], dependencies: [Dependency(service: "web")]),
      ])
  }

  @Test("However the threads run, no hook is passed over")
  func none() throws {
    for _ in 0..<200 {
      let platform = TestPlatform()
      _ = try Reconciler(platform: platform).up(shop("warm"))
      #expect(platform.calls.withLock { $0.contains("hook shop-web-1 warm") })
    }
  }

  @Test("A hook that fails is a failure with the last it said, and what depends on its service is not begun")
  func failing() throws {
    let platform = TestPlatform()
    let report = try Reconciler(platform: platform).up(shop("false"))
    #expect(!report.isComplete)
    #expect(platform.calls.withLock { !$0.contains("start shop-app-1") })
    let failures = report.outcomes.compactMap { if case .failed(let failure) = $0 { "\(failure)" } else { nil } }
    #expect(failures.count == 1 && failures[0].contains("post_start[0] exited with status 1"), "\(failures)")
    #expect(failures.first?.contains("| said") == true)
  }
}
