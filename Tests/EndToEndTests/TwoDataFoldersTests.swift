import Testing

extension EndToEnd {
  @Test("What runs from one data folder is no leftover to the doctor of another")
  func twoDataFolders() throws {
    try inSandbox { sandbox in
      try sandbox.compose(
        """
        services:
          web:
            image: busybox
            command: [sh, -c, "mkdir /w && echo mine >/w/index.html && exec httpd -f -h /w -p 80"]
            stop_signal: SIGKILL
            ports: ["8080:80"]
        """)
      #expect(try sandbox.davit("up", "-d").status == 0)
      let other = ["DAVIT_ROOT": "\(sandbox.folder)/other", "DAVIT_RUN": "\(sandbox.folder)/other-run"]
      let doctor = try sandbox.davit("doctor", "--repair", environment: other)
      #expect(doctor.status == 0 && doctor.out == "nothing is left behind\n", "\(doctor.both)")
      try eventually { try sandbox.shell("curl -sf -m 2 http://127.0.0.1:8080/").out == "mine\n" }
      #expect(try sandbox.davit("plan").status == 0)
      #expect(try sandbox.davit("down", "-t", "0").status == 0)
    }
  }
}
