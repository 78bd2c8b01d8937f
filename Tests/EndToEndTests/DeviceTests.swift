import Foundation
import Testing

extension EndToEnd {
  @Test("Devices and GPUs come by their descriptions in /var/run/cdi: nodes, variables, mounts and groups")
  func describedDevices() throws {
    try inSandbox { sandbox in
      let mounted = try sandbox.shell("mount -t tmpfs none /run && mkdir -p /run/cdi")
      try #require(mounted.status == 0, "\(mounted.both)")
      let driver = try sandbox.write("driver.so", "driver\n")
      let json = try sandbox.write(
        "nvidia.json",
        """
        {"cdiVersion": "0.6.0", "kind": "nvidia.com/gpu",
         "containerEdits": {"env": ["VENDOR=nv"], "mounts": [{"hostPath": "\(driver)", "containerPath": "/usr/lib/driver.so", "options": ["ro", "nosuid", "bind"]}]},
         "devices": [
          {"name": "0", "containerEdits": {"env": ["GPU=0"], "deviceNodes": [{"path": "/dev/gpu0", "hostPath": "/dev/null", "fileMode": 432, "gid": 44}], "additionalGids": [44]}},
          {"name": "all", "containerEdits": {"env": ["GPU=all"], "deviceNodes": [{"path": "/dev/gpu0", "hostPath": "/dev/null"}, {"path": "/dev/gpu1", "hostPath": "/dev/zero", "permissions": "r"}]}}]}
        """)
      let folder = sandbox.folder
      // As NVIDIA's hooks do: the root is looked up in the bundle, whose place the state says.
      let hook = try sandbox.write(
        "hook",
        """
        #!/usr/bin/python3
        import json, os, sys
        state = json.load(sys.stdin)
        if sys.argv[1] == "fail": sys.exit("no such library")
        root = json.load(open(state["bundle"] + "/config.json"))["root"]["path"]
        os.symlink("/dev/full", root + "/" + os.environ["WHAT"])
        open(root + "/created", "w").write(state["status"] + "\\n" + str("PATH" in os.environ) + "\\n")
        """)
      try sandbox.shell("chmod +x \(hook)")
      let yaml = try sandbox.write(
        "acme.yaml",
        """
        cdiVersion: 0.5.0
        kind: acme.org/thing
        devices:
          - name: one
            containerEdits: {deviceNodes: [{path: /dev/full}], env: [THING=1]}
          - name: foreign
            containerEdits: {hooks: [{hookName: lunch, path: /usr/bin/acme-hook}]}
          - name: failing
            containerEdits: {hooks: [{hookName: createContainer, path: \(folder)/project/hook, args: [hook, fail]}]}
          - name: slow
            containerEdits: {hooks: [{hookName: createContainer, path: /bin/sleep, args: [sleep, "100"], timeout: 1}]}
          - name: hooked
            containerEdits:
              hooks:
                - {hookName: createContainer, path: \(folder)/project/hook, args: [hook, link], env: [WHAT=linked]}
                - {hookName: startContainer, path: /bin/sh, args: [sh, -c, "cat >/state; echo $$ >>/state"]}
        """)
      try sandbox.shell("cp \(json) \(yaml) /run/cdi/")
      try sandbox.compose(
        """
        x-idle: &idle {image: busybox, command: [sleep, infinity], stop_signal: SIGKILL}
        services:
          a: {<<: *idle, gpus: all}
          b: {<<: *idle, devices: [acme.org/thing=one], deploy: {resources: {reservations: {devices: [{driver: nvidia, count: 1, capabilities: [gpu]}]}}}}
          d: {<<: *idle, devices: [acme.org/thing=hooked]}
          c: {<<: *idle, gpus: [{driver: cdi, device_ids: [acme.org/thing=one]}]}
        """)
      let up = try sandbox.davit("up", "-d")
      #expect(up.status == 0, "\(up.both)")
      func inside(_ service: String, _ script: String) throws -> String {
        try sandbox.davit("exec", "-T", service, "sh", "-c", script).out
      }
      let environment = "tr '\\0' '\\n' </proc/1/environ | grep -E '^(GPU|VENDOR|THING)=' | sort"
      #expect(try inside("a", environment) == "GPU=all\nVENDOR=nv\n")
      #expect(
        try inside("a", "cat /usr/lib/driver.so; touch /usr/lib/driver.so 2>/dev/null || echo ro") == "driver\nro\n")
      #expect(
        try inside("a", "echo x >/dev/gpu0 && head -c1 /dev/gpu1 | wc -c; ls /dev/gpu*") == "1\n/dev/gpu0\n/dev/gpu1\n")
      #expect(try inside("b", environment) == "GPU=0\nTHING=1\nVENDOR=nv\n")
      #expect(
        try inside("b", "stat -c '%a %g' /dev/gpu0; ls /dev/full; grep Groups /proc/1/status").contains(
          "660 44\n/dev/full"))
      #expect(try inside("b", "grep Groups /proc/1/status").contains("44"))
      #expect(try inside("c", environment) == "THING=1\n")
      #expect(
        try inside("d", "readlink /linked; cat /created; grep -c '\"status\":\"created\"' /state")
          == "/dev/full\ncreating\nFalse\n1\n")
      let single = try sandbox.davit(
        "run", "--rm", "--network", "none", "--gpus", "device=0", "busybox", "sh", "-c", "echo $GPU; ls /dev/gpu0")
      #expect(single.out == "0\n/dev/gpu0\n", "\(single.both)")
      for (device, words) in [
        ("acme.org/thing=foreign", "there is no moment lunch at which /usr/bin/acme-hook could be run"),
        ("acme.org/thing=failing", "the createContainer hook \(hook) ended with status 1: no such library"),
        ("acme.org/thing=slow", "the createContainer hook /bin/sleep ended with status 137"),
        ("acme.org/thing=two", "there is no device acme.org/thing=two"),
      ] {
        try sandbox.compose("services: {a: {image: busybox, devices: ['\(device)']}}")
        let refused = try sandbox.davit("up", "-d", "--remove-orphans", "-t", "0")
        #expect(refused.status == 1 && refused.err.contains(words), "\(refused.err)")
      }
      _ = try sandbox.davit("down", "--remove-orphans", "-t", "0")
      try sandbox.shell("umount /run")
    }
  }
}
