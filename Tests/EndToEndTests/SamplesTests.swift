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

extension EndToEnd {
  @Test(
    "The development environment: packages are installed and a program compiled in stages, and only what changed anew")
  func devbox() throws {
    let sandbox = try Sandbox()
    defer { sandbox.close() }
    let images = try sandbox.run(["\(Sandbox.repository)/samples/images", "\(Sandbox.binaries)/davit", "debian"])
    try #require(images.status == 0, "\(images.both)")
    try sandbox.shell("cp -r \(Sandbox.repository)/samples/devbox/. .")
    func build() throws -> Sandbox.Result { try sandbox.davit("build", "--network", "none", "-t", "clock", ".") }
    func clock() throws -> Sandbox.Result {
      try sandbox.davit("run", "--rm", "--network", "none", "clock", "timeout", "1", "clock")
    }
    let built = try build()
    try #require(built.status == 0 && built.err.contains("Setting up gcc "), "\(built.both)")
    #expect(try clock().out.contains("Greenwich"))
    #expect(try sandbox.davit("run", "--rm", "--network", "none", "clock", "sh", "-c", "command -v gcc").status != 0)
    try sandbox.shell("sed -i s/Greenwich/Accra/ src/*.c")
    let again = try build()
    #expect(again.status == 0 && again.err.contains("#1 CACHED") && !again.err.contains("Setting up"), "\(again.both)")
    #expect(try clock().out.contains("Accra"))
  }
}
