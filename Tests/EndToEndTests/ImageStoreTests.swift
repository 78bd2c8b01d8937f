import Foundation
import Testing

extension EndToEnd {
  @Test("An image of 120 layers runs, on kernels without the newest overlay options too", arguments: ["", "all"])
  func manyLayers(lacking: String) throws {
    try inSandbox { sandbox in
      // An image layout of busybox and 119 layers of one file each.
      try sandbox.write(
        "layers.py",
        """
        import hashlib, io, json, os, sys, tarfile
        os.makedirs('many/blobs/sha256')
        def put(data):
            digest = hashlib.sha256(data).hexdigest()
            open('many/blobs/sha256/' + digest, 'wb').write(data)
            return {'digest': 'sha256:' + digest, 'size': len(data)}
        layers = [open(sys.argv[1], 'rb').read()]
        for number in range(119):
            raw = io.BytesIO()
            with tarfile.open(fileobj=raw, mode='w') as tar:
                name = tarfile.TarInfo('many/%d' % number); name.size = 1
                folder = tarfile.TarInfo('many'); folder.type = tarfile.DIRTYPE; folder.mode = 0o755
                tar.addfile(folder); tar.addfile(name, io.BytesIO(b'x'))
            layers.append(raw.getvalue())
        kind = 'application/vnd.oci.image.'
        blobs = [dict(put(layer), mediaType=kind + 'layer.v1.tar') for layer in layers]
        config = put(json.dumps({'architecture': sys.argv[2], 'os': 'linux',
          'rootfs': {'type': 'layers', 'diff_ids': [blob['digest'] for blob in blobs]}}).encode())
        manifest = put(json.dumps({'schemaVersion': 2, 'mediaType': kind + 'manifest.v1+json',
          'config': dict(config, mediaType=kind + 'config.v1+json'), 'layers': blobs}).encode())
        manifest.update(mediaType=kind + 'manifest.v1+json', annotations={'org.opencontainers.image.ref.name': 'many:1'})
        json.dump({'schemaVersion': 2, 'manifests': [manifest]}, open('many/index.json', 'w'))
        json.dump({'imageLayoutVersion': '1.0.0'}, open('many/oci-layout', 'w'))
        """)
      let archive = try sandbox.davit("save", "busybox", "-o", "busybox.tar")
      #expect(archive.status == 0, "\(archive.both)")
      let made = try sandbox.shell(
        """
        mkdir saved && tar -C saved -xf busybox.tar && layer=$(ls -S saved/blobs/sha256 | head -1)
        python3 layers.py saved/blobs/sha256/$layer $('\(Sandbox.binaries)/davit' image inspect -f '{{.Architecture}}' busybox)
        """)
      #expect(made.status == 0, "\(made.both)")
      let old = ["DAVIT_FORGO": lacking]
      let loaded = try sandbox.davit("load", "-i", "many", environment: old)
      #expect(loaded.out == "Loaded image: many:1\n", "\(loaded.both)")
      try sandbox.compose(
        """
        services:
          a: {image: "many:1", command: "sh -c 'ls /many | wc -l; echo y >/many/7; cat /many/7 /many/8'", volumes: ["data:/many/x"], network_mode: none}
          b: {image: "busybox", command: "sh -c 'ls /data | wc -l'", volumes: ["filled:/data"], network_mode: none}
        volumes: {data: {}, filled: {}}
        """)
      let up = try sandbox.davit("up", "--no-log-prefix", environment: old)
      let lines = Set(up.both.split(separator: "\n"))
      #expect(up.status == 0 && lines.isSuperset(of: ["120", "y", "x"]), "\(up.both)")
      let diff = try sandbox.davit("image", "diff", "busybox", "many:1", environment: old)
      #expect(diff.out.split(separator: "\n").filter { $0.hasPrefix("A /many/") }.count == 119, "\(diff.both)")
      try sandbox.davit("down", "-v")
    }
  }

  @Test("A full disk is said so, and what the failed command took is free again")
  func fullDisk() throws {
    try withRegistry { sandbox in
      let name = "127.0.0.1:5000/team/big:1"
      let built = try sandbox.shell(
        """
        mkdir tree && head -c 9000000 /dev/urandom >tree/big && tar -C tree -cf big.tar . \
        && '\(Sandbox.binaries)/davit' import big.tar \(name) && '\(Sandbox.binaries)/davit' push \(name) \
        && mkdir -p ../small && mount -t tmpfs -o size=12m none ../small
        """)
      #expect(built.status == 0, "\(built.both)")
      let small = ["DAVIT_ROOT": "\(sandbox.folder)/small"]
      func used() throws -> String {
        try sandbox.shell("find ../small/content/blobs ../small/layers ../small/staging -type f | wc -l").out
      }
      for arguments in [["pull", "-q", name], ["import", "big.tar", "x"]] {
        let failed = try sandbox.run(["\(Sandbox.binaries)/davit"] + arguments, environment: small)
        #expect(
          failed.status == 1 && failed.err.contains("No space left on device\n  hint: nothing was kept"),
          "\(failed.both)")
        #expect(try used().trimmed == "0")
      }
      // A small one still fits.
      #expect(try sandbox.davit("save", "-o", "busybox.tar", "busybox").status == 0)
      #expect(try sandbox.davit("load", "-i", "busybox.tar", environment: small).status == 0)
      try sandbox.shell("umount ../small")
    }
  }

  @Test("Two commands that pull the same image at once fetch each layer once")
  func pulledOnce() throws {
    try inSandbox { sandbox in
      try sandbox.shell(
        "'\(Sandbox.binaries)/davit' save busybox | (mkdir saved && tar -C saved -xf -) && rm -rf ../root")
      // A registry that is slow, and writes down what it is asked for.
      try sandbox.write(
        "slow.py",
        """
        import http.server, json, os, time
        index = json.load(open('saved/index.json'))['manifests'][0]
        class Handler(http.server.BaseHTTPRequestHandler):
            def log_message(self, *args): pass
            def do_GET(self):
                open('asked', 'a').write(self.path + '\\n')
                name = self.path.split('/')[-1]
                if name == '1': name = index['digest']
                path = 'saved/blobs/sha256/' + name.split(':')[-1]
                if self.path == '/v2/': data = b'{}'
                elif os.path.exists(path): data = open(path, 'rb').read()
                else: self.send_response(404); self.end_headers(); return
                self.send_response(200)
                if 'manifests' in self.path: self.send_header('Content-Type', index['mediaType'])
                self.send_header('Content-Length', str(len(data))); self.end_headers()
                if len(data) > 100000: time.sleep(0.5)
                self.wfile.write(data)
        http.server.ThreadingHTTPServer(('127.0.0.1', 5000), Handler).serve_forever()
        """)
      let server = try sandbox.start(["python3", "slow.py"]).process
      defer {
        kill(server.processIdentifier, SIGKILL)
        server.waitUntilExit()
      }
      let script = """
        for i in $(seq 50); do curl -s 127.0.0.1:5000/v2/ >/dev/null && break; sleep 0.1; done
        pids=; for i in 1 2 3; do '\(Sandbox.binaries)/davit' pull -q 127.0.0.1:5000/box:1 & pids="$pids $!"; done
        for p in $pids; do wait $p || exit 1; done
        """
      let pulled = try sandbox.shell(script)
      #expect(pulled.status == 0, "\(pulled.both)")
      let asked = try sandbox.shell("grep /blobs/ asked | sort | uniq -c").out.split(separator: "\n")
      #expect(
        asked.count == 2 && asked.allSatisfy { $0.trimmingCharacters(in: .whitespaces).hasPrefix("1 ") }, "\(asked)")
    }
  }

  @Test("While images are pulled and containers start, prune takes nothing away from them")
  func pruneMeanwhile() throws {
    try withRegistry { sandbox in
      let name = "127.0.0.1:5000/team/box:1"
      try sandbox.davit("tag", "busybox", name)
      try sandbox.davit("save", "busybox", "-o", "busybox.tar")
      #expect(try sandbox.davit("push", "-q", name).status == 0)
      try sandbox.compose("services: {a: {image: busybox, command: \"true\", network_mode: none}}")
      let davit = "'\(Sandbox.binaries)/davit'"
      let busy = try sandbox.shell(
        """
        trap 'touch done; wait' EXIT
        (while [ ! -e done ]; do \(davit) image prune -af >/dev/null 2>>pruned || echo failed >>pruned; done) &
        for i in $(seq 8); do \(davit) pull -q \(name) >/dev/null && \(davit) image verify -q || exit 1; done
        touch done; wait; rm done
        (while [ ! -e done ]; do \(davit) image prune -f >/dev/null 2>>pruned || echo failed >>pruned; done) &
        \(davit) load -q -i busybox.tar
        for i in $(seq 5); do \(davit) up -d --force-recreate && \(davit) image verify -q || exit 1; done
        ! grep . pruned
        """)
      #expect(busy.status == 0, "\(busy.both)")
      try sandbox.davit("down", "-t", "0")
    }
  }
}
