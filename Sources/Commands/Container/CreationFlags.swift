import Arguments

/// What `docker run` and `docker create` say about the container that is to be.
enum CreationFlags {
  static let all: [Flag] = process + names + networks + files + privileges + limits + life + notes

  private static let process: [Flag] = [
    .list("attach", "a", "Attach to STDIN, STDOUT or STDERR", placeholder: "list"),
    .text("entrypoint", nil, "Overwrite the default ENTRYPOINT of the image"),
    .list("env", "e", "Set environment variables", placeholder: "list"),
    .list("env-file", nil, "Read in a file of environment variables", placeholder: "list", values: .files),
    .list("group-add", nil, "Add additional groups to join", placeholder: "list"),
    .boolean("init", nil, "Run an init inside the container that forwards signals and reaps processes"),
    .boolean("interactive", "i", "Keep STDIN open even if not attached"),
    .boolean("tty", "t", "Allocate a pseudo-TTY"),
    .text("user", "u", "Username or UID (format: <name|uid>[:<group|gid>])"),
    .text("workdir", "w", "Working directory inside the container"),
  ]

  private static let names: [Flag] = [
    .text("cidfile", nil, "Write the container ID to the file", values: .files),
    .boolean("disable-content-trust", nil, "Skip image verification", initially: true).hidden,
    .text("domainname", nil, "Container NIS domain name"),
    .text("hostname", "h", "Container host name"),
    .text("name", nil, "Assign a name to the container"),
    .text("platform", nil, "Set platform if image is multi-platform capable"),
    .text(
      "pull", nil, "Pull image before running (\"always\", \"missing\", \"never\")", initially: "missing",
      values: .words(["always", "missing", "never"])),
    .boolean("quiet", "q", "Suppress the pull output"),
    .boolean("tls-verify", nil, "Require encryption and a valid certificate of the registry", initially: true),
  ]

  private static let networks: [Flag] = [
    .list("add-host", nil, "Add a custom host-to-IP mapping (host:ip)", placeholder: "list"),
    .list("dns", nil, "Set custom DNS servers", placeholder: "list"),
    .list("dns-option", nil, "Set DNS options", placeholder: "list"),
    .list("dns-opt", nil, "Set DNS options", placeholder: "list").hidden,
    .list("dns-search", nil, "Set custom DNS search domains", placeholder: "list"),
    .list("expose", nil, "Expose a port or a range of ports", placeholder: "list"),
    .text("ip", nil, "IPv4 address (e.g., 172.30.100.104)"),
    .text("ip6", nil, "IPv6 address (e.g., 2001:db8::33)"),
    .list("link", nil, "Add link to another container", placeholder: "list"),
    .list("link-local-ip", nil, "Container IPv4/IPv6 link-local addresses", placeholder: "list"),
    .text("mac-address", nil, "Container MAC address (e.g., 92:d0:c6:0a:29:33)"),
    .list("network", nil, "Connect a container to a network", placeholder: "network", values: .networks),
    .list("net", nil, "Connect a container to a network", placeholder: "network", values: .networks).hidden,
    .list("network-alias", nil, "Add network-scoped alias for the container", placeholder: "list"),
    .list("net-alias", nil, "Add network-scoped alias for the container", placeholder: "list").hidden,
    .list("publish", "p", "Publish a container's port(s) to the host", placeholder: "list"),
    .boolean("publish-all", "P", "Publish all exposed ports to random ports"),
  ]

  private static let files: [Flag] = [
    .list("mount", nil, "Attach a filesystem mount to the container", placeholder: "mount"),
    .boolean("read-only", nil, "Mount the container's root filesystem as read only"),
    .text("shm-size", nil, "Size of /dev/shm", placeholder: "bytes"),
    .list("storage-opt", nil, "Storage driver options for the container", placeholder: "list"),
    .list("tmpfs", nil, "Mount a tmpfs directory", placeholder: "list"),
    .list("volume", "v", "Bind mount a volume", placeholder: "list", values: .files),
    .text("volume-driver", nil, "Optional volume driver for the container"),
    .list(
      "volumes-from", nil, "Mount volumes from the specified container(s)", placeholder: "list", values: .containers),
  ]

  private static let privileges: [Flag] = [
    .list("cap-add", nil, "Add Linux capabilities", placeholder: "list"),
    .list("cap-drop", nil, "Drop Linux capabilities", placeholder: "list"),
    .text("cgroup-parent", nil, "Optional parent cgroup for the container"),
    .text("cgroupns", nil, "Cgroup namespace to use (host|private)", values: .words(["host", "private"])),
    .list("device", nil, "Add a host device to the container", placeholder: "list", values: .files),
    .list("device-cgroup-rule", nil, "Add a rule to the cgroup allowed devices list", placeholder: "list"),
    .text("gpus", nil, "GPU devices to add to the container ('all' to pass all GPUs)", placeholder: "gpu-request"),
    .text("ipc", nil, "IPC mode to use"),
    .text("isolation", nil, "Container isolation technology"),
    .text("pid", nil, "PID namespace to use"),
    .boolean("privileged", nil, "Give extended privileges to this container"),
    .text("runtime", nil, "Runtime to use for this container"),
    .list("security-opt", nil, "Security Options", placeholder: "list"),
    .list("sysctl", nil, "Sysctl options", placeholder: "map"),
    .text("userns", nil, "User namespace to use"),
    .text("uts", nil, "UTS namespace to use"),
  ]

  private static let limits: [Flag] =
    ResourceFlags.all + [
      .list("blkio-weight-device", nil, "Block IO weight (relative device weight)", placeholder: "list"),
      .list("device-read-bps", nil, "Limit read rate (bytes per second) from a device", placeholder: "list"),
      .list("device-read-iops", nil, "Limit read rate (IO per second) from a device", placeholder: "list"),
      .list("device-write-bps", nil, "Limit write rate (bytes per second) to a device", placeholder: "list"),
      .list("device-write-iops", nil, "Limit write rate (IO per second) to a device", placeholder: "list"),
      .text(
        "memory-swappiness", nil, "Tune container memory swappiness (0 to 100)", initially: "-1", placeholder: "int"),
      .boolean("oom-kill-disable", nil, "Disable OOM Killer"),
      .integer("oom-score-adj", nil, "Tune host's OOM preferences (-1000 to 1000)"),
      .list("ulimit", nil, "Ulimit options", placeholder: "ulimit"),
    ]

  private static let life: [Flag] = [
    .text("health-cmd", nil, "Command to run to check health"),
    .text("health-interval", nil, "Time between running the check (ms|s|m|h)", placeholder: "duration"),
    .integer("health-retries", nil, "Consecutive failures needed to report unhealthy"),
    .text(
      "health-start-interval", nil, "Time between running the check during the start period (ms|s|m|h)",
      placeholder: "duration"),
    .text(
      "health-start-period", nil,
      "Start period for the container to initialize before starting health-retries countdown (ms|s|m|h)",
      placeholder: "duration"),
    .text("health-timeout", nil, "Maximum time to allow one check to run (ms|s|m|h)", placeholder: "duration"),
    .text("log-driver", nil, "Logging driver for the container"),
    .list("log-opt", nil, "Log driver options", placeholder: "list"),
    .boolean("no-healthcheck", nil, "Disable any container-specified HEALTHCHECK"),
    .boolean("rm", nil, "Automatically remove the container when it exits"),
    .text("stop-signal", nil, "Signal to stop the container", values: .signals),
    .integer("stop-timeout", nil, "Timeout (in seconds) to stop a container"),
  ]

  private static let notes: [Flag] = [
    .list("annotation", nil, "Add an annotation to the container", placeholder: "map"),
    .list("label", "l", "Set meta data on a container", placeholder: "list"),
    .list("label-file", nil, "Read in a line delimited file of labels", placeholder: "list", values: .files),
  ]
}

/// Limits that `update` can change, too.
enum ResourceFlags {
  static let all: [Flag] = [
    .integer("blkio-weight", nil, "Block IO (relative weight), between 10 and 1000, or 0 to disable"),
    .integer("cpu-period", nil, "Limit CPU CFS (Completely Fair Scheduler) period"),
    .integer("cpu-quota", nil, "Limit CPU CFS (Completely Fair Scheduler) quota"),
    .integer("cpu-rt-period", nil, "Limit the CPU real-time period in microseconds"),
    .integer("cpu-rt-runtime", nil, "Limit the CPU real-time runtime in microseconds"),
    .integer("cpu-shares", "c", "CPU shares (relative weight)"),
    .text("cpus", nil, "Number of CPUs", placeholder: "decimal"),
    .text("cpuset-cpus", nil, "CPUs in which to allow execution (0-3, 0,1)"),
    .text("cpuset-mems", nil, "MEMs in which to allow execution (0-3, 0,1)"),
    Flag.text("kernel-memory", nil, "Kernel memory limit", placeholder: "bytes")
      .refused(because: "Linux has no limit for the kernel's memory any more").hidden,
    .text("memory", "m", "Memory limit", placeholder: "bytes"),
    .text("memory-reservation", nil, "Memory soft limit", placeholder: "bytes"),
    .text(
      "memory-swap", nil, "Swap limit equal to memory plus swap: '-1' to enable unlimited swap", placeholder: "bytes"),
    .integer("pids-limit", nil, "Tune container pids limit (set -1 for unlimited)"),
    .text("restart", nil, "Restart policy to apply when a container exits"),
  ]
}
