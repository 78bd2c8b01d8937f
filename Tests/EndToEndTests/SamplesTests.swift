import Testing

extension EndToEnd {
  @Test("The demo brings the guestbook up: a page with what was written, through three tiers, and down without a trace")
  func guestbook() throws {
    let sandbox = try Sandbox()
    defer { sandbox.close() }
    let images = try sandbox.run(["\(Sandbox.repository)/samples/images", "\(Sandbox.binaries)/davit"])
    try #require(images.status == 0, "\(images.both)")
    let up = try sandbox.run(["\(Sandbox.repository)/samples/demo", "\(Sandbox.binaries)/davit", "up"])
    #expect(up.status == 0, "\(up.both)")
    #expect(up.out.contains("Raised by make demo") && up.out.contains("Welcome aboard"), "\(up.both)")
    let guestbook = "\(Sandbox.repository)/samples/guestbook"
    let again = try sandbox.davit("plan", directory: guestbook)
    #expect(again.status == 0, "\(again.both)")
    let back = try sandbox.davit("exec", "-T", "db", "ip", "route", directory: guestbook)
    #expect(!back.out.contains("default"), "the back network is internal: \(back.both)")
    let down = try sandbox.run(["\(Sandbox.repository)/samples/demo", "\(Sandbox.binaries)/davit", "down"])
    #expect(down.status == 0, "\(down.both)")
  }
}
