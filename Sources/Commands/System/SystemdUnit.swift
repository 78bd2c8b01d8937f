import Diagnostics

/// A unit that brings a project up (systemd.service(5)).
struct SystemdUnit {
  var project: String
  var directory: String
  var files: [String]
  var envFiles: [String] = []
  var profiles: [String] = []
  var program: String
  var wait = false
  var time: Int?
  /// What the program is told about its folders, `DAVIT_ROOT=/srv/davit`.
  var environment: [String] = []
  var after: [String] = []
  var requires: [String] = []

  func text() throws(Failure) -> String {
    var words = [program, "--project-name", project, "--project-directory", directory]
    for file in files { words += ["--file", file] }
    for file in envFiles { words += ["--env-file", file] }
    for profile in profiles { words += ["--profile", profile] }
    var common: [String] = []
    for word in words { common.append(try quoted(word)) }
    let command = common.joined(separator: " ")
    let stop = time.map { " --timeout \($0)" } ?? ""
    let order = (["network-online.target", "local-fs.target"] + after).joined(separator: " ")
    var settings = ""
    // A dollar means nothing here, other than in a command.
    for word in environment { settings += "\nEnvironment=\(try quoted(word).replacing("$$", with: "$"))" }
    return """
      [Unit]
      Description=\(project) (compose project, run by Davit)
      Wants=network-online.target
      After=\(order)\(requires.isEmpty ? "" : "\nRequires=\(requires.joined(separator: " "))")
      RequiresMountsFor=\(try quoted(directory))

      [Service]
      Type=oneshot
      RemainAfterExit=yes\(settings)
      ExecStart=\(command) up --detach\(wait ? " --wait" : "")
      ExecReload=\(command) up --detach
      ExecStop=\(command) stop\(stop)
      TimeoutStartSec=infinity
      TimeoutStopSec=infinity
      # Containers are no part of this unit: davit takes them down, not the service manager.
      KillMode=process

      [Install]
      WantedBy=multi-user.target

      """
  }

  /// As systemd reads words: specifiers and variables doubled, what it would split or unescape in double quotes.
  private func quoted(_ word: String) throws(Failure) -> String {
    guard !word.contains("\n") else {
      throw Failure(.invalidInput, "a line break cannot stand in a unit", subject: word.debugDescription)
    }
    let escaped = word.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"").replacing("%", with: "%%")
      .replacing("$", with: "$$")
    let isPlain = word.utf8.allSatisfy { byte in
      byte > 0x20 && byte != UInt8(ascii: "\"") && byte != UInt8(ascii: "'") && byte != UInt8(ascii: ";")
        && byte != UInt8(ascii: "\\")
    }
    return isPlain && !word.isEmpty ? escaped : "\"\(escaped)\""
  }
}
