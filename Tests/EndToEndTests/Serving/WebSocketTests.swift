import Testing

extension EndToEnd {
  @Test("A browser's WebSocket talks to a container, and its close is answered in kind")
  func webSocket() throws {
    try withServer { server in
      let client = try server.sandbox.write(
        "client.py",
        #"""
        import base64, os, socket, sys
        connection = socket.socket(socket.AF_UNIX)
        connection.settimeout(20)
        connection.connect(sys.argv[1])
        connection.sendall((
            "GET /v1.47/containers/talker/attach/ws?stream=1&stdin=1&stdout=1 HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\n"
            "Connection: Upgrade\r\nSec-WebSocket-Key: " + base64.b64encode(os.urandom(16)).decode()
            + "\r\nSec-WebSocket-Version: 13\r\n\r\n").encode())
        answers = connection.makefile("rb")
        print(answers.readline().decode().strip())
        while answers.readline().strip(): pass

        def send(opcode, text):
            mask = os.urandom(4)
            connection.sendall(bytes([0x80 | opcode, 0x80 | len(text)]) + mask
                               + bytes(b ^ mask[i % 4] for i, b in enumerate(text)))

        def receive():
            first, length = answers.read(2)
            print(first & 15, answers.read(length))

        send(1, b"text\n"); receive()
        send(2, b"bytes\n"); receive()
        send(9, b"still there?"); receive()
        send(8, b""); receive()
        print("rest", answers.read())
        """#)
      _ = try server.request(
        "POST", "/containers/create?name=talker",
        body: #"{"Image":"busybox","Cmd":["cat"],"OpenStdin":true,"StdinOnce":true}"#)
      #expect(try server.request("POST", "/containers/talker/start").status == "204")
      let talk = try server.sandbox.run(["python3", client, server.socket])
      #expect(
        talk.out == """
          HTTP/1.1 101 Switching Protocols
          2 b'text\\n'
          2 b'bytes\\n'
          10 b'still there?'
          8 b''
          rest b''

          """, "\(talk.both)")
      // Its input was for one client, and has ended.
      #expect(try server.request("POST", "/containers/talker/wait").body.contains(#"{"StatusCode":0}"#))
      #expect(try server.request("DELETE", "/containers/talker").status == "204")
    }
  }
}
