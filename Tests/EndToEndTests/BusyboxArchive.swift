import Foundation

/// A root file system tar made of the distribution's static BusyBox, once for a whole test run.
enum BusyboxArchive {
  struct Missing: Error, CustomStringConvertible {
    var description: String
  }

  static func make() throws -> String {
    let folder = "/tmp/davit-test-image-\(getpid())"
    let archive = "\(folder).tar"
    let script = """
      set -e
      rm -rf \(folder); mkdir -p \(folder)/bin \(folder)/etc \(folder)/tmp \(folder)/root \(folder)/var/data
      b=$(command -v busybox); cp "$b" \(folder)/bin/busybox
      for a in $(busybox --list); do [ $a = busybox ] || ln -s busybox \(folder)/bin/$a; done
      echo 'root:x:0:0:root:/root:/bin/sh' >\(folder)/etc/passwd
      echo 'app:x:1000:1000:App:/home/app:/bin/sh' >>\(folder)/etc/passwd
      printf 'root:x:0:\\napp:x:1000:\\nextra:x:2000:app\\n' >\(folder)/etc/group
      echo seeded >\(folder)/var/data/seed; chown 1000:1000 \(folder)/var/data; chmod 1777 \(folder)/tmp
      tar -C \(folder) -cf \(archive) . ; rm -rf \(folder)
      """
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/bin/sh")
    process.arguments = ["-c", script]
    try process.run()
    process.waitUntilExit()
    guard process.terminationStatus == 0 else { throw Missing(description: "busybox-static is needed for the image") }
    atexit { unlink("/tmp/davit-test-image-\(getpid()).tar") }
    return archive
  }
}
