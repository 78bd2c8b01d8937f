import Arguments
import Diagnostics
import Glibc
import Linux
import OCI
import Registry

enum LoginCommand {
  static var command: Command {
    Command(
      "login", "Authenticate to a registry", usage: "[OPTIONS] [SERVER]",
      flags: [
        .text("password", "p", "Password or Personal Access Token (PAT)"),
        .boolean("password-stdin", nil, "Take the Password or Personal Access Token (PAT) from stdin"),
        .text("username", "u", "Username"), .verifyTLS,
      ], arity: 0...1
    ) { try run(Invocation($0)) }
  }

  static var logout: Command {
    Command("logout", "Log out from a registry", usage: "[SERVER]", arity: 0...1) { arguments in
      let domain = try server(arguments.positionals.first)
      let removed = try Invocation(arguments).registries(nil).logout(domain)
      Output.standard.print(removed ? "Removing login credentials for \(domain)" : "Not logged in to \(domain)")
      return ExitStatus.success
    }
  }

  private static func run(_ invocation: Invocation) throws -> Int32 {
    let arguments = invocation.arguments
    let domain = try server(arguments.positionals.first)
    let (user, password) = (arguments.text("username"), arguments.text("password"))
    if password != nil, arguments.boolean("password-stdin") {
      throw Failure(.invalidInput, "--password and --password-stdin are mutually exclusive")
    }
    if user == nil, arguments.boolean("password-stdin") {
      throw Failure(.invalidInput, "Must provide --username with --password-stdin")
    }
    let registries = invocation.registries(nil, insecure: domain)
    if user == nil, password == nil {
      Output.error.print("Authenticating with existing credentials...")
      if (try? registries.checkLogin(domain)) == true {
        Output.standard.print("Login Succeeded")
        return ExitStatus.success
      }
    }
    if password != nil { invocation.warn("using --password on the command line is insecure: use --password-stdin") }
    let name = try user ?? ask("Username: ", hidden: false)
    let secret = try password ?? (arguments.boolean("password-stdin") ? readSecret() : ask("Password: ", hidden: true))
    guard !name.isEmpty, !secret.isEmpty else { throw Failure(.invalidInput, "username or password is empty") }
    try registries.login(domain, user: name, secret: secret)
    if try registries.settings.credentials.isPlain(domain) {
      invocation.warn(
        "your password is stored unencrypted in \(registries.settings.credentials.dockerConfig); "
          + "a credential helper (`credsStore`) keeps it safe")
    }
    Output.standard.print("Login Succeeded")
    return ExitStatus.success
  }

  /// `https://host/v2/` and `host` are the same; Docker Hub goes by two names.
  private static func server(_ text: String?) throws -> String {
    guard let text, !text.isEmpty else { return Reference.defaultDomain }
    var host = text[...]
    for scheme in ["https://", "http://"] where host.hasPrefix(scheme) { host = host.dropFirst(scheme.count) }
    host = host.prefix { $0 != "/" }
    if ["index.docker.io", "registry-1.docker.io", Reference.defaultDomain].contains(String(host)) {
      return Reference.defaultDomain
    }
    guard !host.isEmpty, !host.contains(where: { "@ ".contains($0) }) else {
      throw Failure(.invalidInput, "not a registry's host name with an optional port", subject: text)
    }
    return String(host)
  }

  private static func readSecret() throws -> String {
    let text = String(decoding: try Descriptor.borrowing(0).readAll(limit: 1 << 20), as: UTF8.self)
    return String(text.reversed().drop { $0.isNewline }.reversed())
  }

  private static func ask(_ question: String, hidden: Bool) throws -> String {
    guard isatty(0) == 1 else {
      throw Failure(
        .invalidInput, "cannot ask: standard input is no terminal", hint: "give --username and --password-stdin")
    }
    Output.error.write(question)
    var former = termios()
    tcgetattr(0, &former)
    if hidden {
      var silent = former
      silent.c_lflag &= ~tcflag_t(ECHO)
      tcsetattr(0, TCSANOW, &silent)
    }
    defer {
      if hidden {
        tcsetattr(0, TCSANOW, &former)
        Output.error.write("\n")
      }
    }
    return readLine() ?? ""
  }
}
