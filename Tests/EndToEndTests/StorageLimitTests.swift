import Foundation
import Testing

extension EndToEnd {
  @Test("storage_opt size limits what a container writes where the disk has project quotas, and is refused elsewhere")
  func storageLimit() throws {
    try inSandbox { sandbox in
      try sandbox.compose(
        """
        services:
          a:
            image: busybox
            command: [sleep, infinity]
            stop_signal: SIGKILL
            storage_opt: {size: 8M}
        """)
      let disk = "\(sandbox.folder)/disk"
      let mounted = try sandbox.shell(
        """
        truncate -s 64M \(disk) && mkfs.ext4 -q -F -O quota,project -E quotatype=prjquota \(disk) &&
        mkdir -p \(sandbox.folder)/limited && mount -o loop,prjquota \(disk) \(sandbox.folder)/limited
        """)
      guard mounted.status == 0 else {
        let refused = try sandbox.davit("up", "-d")
        #expect(
          refused.status != 0 && refused.err.contains("storage_opt.size: needs project quotas"), "\(refused.both)")
        #expect(try sandbox.davit("ps", "-aq").out.isEmpty)
        return
      }
      let root = ["DAVIT_ROOT": "\(sandbox.folder)/limited"]
      _ = try sandbox.davit("image", "import", try sandbox.busyboxArchive(), "busybox", environment: root)
      let up = try sandbox.davit("up", "-d", environment: root)
      #expect(up.status == 0, "\(up.both)")
      let written = try sandbox.davit(
        "exec", "-T", "a", "sh", "-c",
        "dd if=/dev/zero of=/f bs=1M count=20 2>&1; rm /f; dd if=/dev/zero of=/g bs=1M count=4 2>&1; mv /g /tmp/h && ls /tmp",
        environment: root
      ).out
      #expect(written.contains("No space left") || written.contains("quota"), "\(written)")
      #expect(written.contains("4+0 records out") && written.hasSuffix("h\n"), "\(written)")
      #expect(try sandbox.davit("down", "-t", "0", environment: root).status == 0)
      try sandbox.shell("umount \(sandbox.folder)/limited")
    }
  }

  @Test("What storage_opt cannot say is told by name")
  func storageOptions() throws {
    try inSandbox { sandbox in
      for (option, words) in [("size: big", "\"big\" is no size"), ("inodes: 7", "storage_opt.inodes: is not known")] {
        try sandbox.compose("services: {a: {image: busybox, storage_opt: {\(option)}}}")
        let refused = try sandbox.davit("up", "-d")
        #expect(refused.status != 0 && refused.err.contains(words), "\(refused.both)")
      }
    }
  }
}
