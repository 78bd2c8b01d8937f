/// What no schema and no command table says: rules of loading and of running, each with the test that promises it.
enum Behaviour {
  struct Row {
    var text: String
    var tests: [String]
    /// Empty: supported.
    var refusal = ""

    init(_ text: String, _ tests: String..., refusal: String = "") {
      self.text = text
      self.tests = tests
      self.refusal = refusal
    }
  }

  static let sections: [(title: String, rows: [Row])] = [
    ("Variables", variables), ("YAML", yaml), ("Several files", merging), ("extends, include, profiles", composition),
    ("Files of variables", dotenv), ("The environment", environment), ("Identity and discovery", identity),
    ("At run time", running),
  ]

  private static let variables: [Row] = [
    .init(
      "`$NAME` and `${NAME}`; `-`, `:-`, `?`, `:?`, `+`, `:+`",
      "Variables are replaced in every form of the specification"),
    .init(
      "Defaults, alternatives and messages may nest", "Defaults may hold variables, braces and operators of their own"),
    .init(
      "`$$` is a dollar, and so is one that begins no reference",
      "A dollar that begins no reference stands for itself, two of them for one"),
    .init(
      "`${NAME/a/b}`, `${#NAME}` and `${!NAME}` are errors that name the whole text",
      "A brace that begins no reference is refused, and the whole text is named"),
    .init(
      "A required variable fails with its message",
      "A required variable that is missing is named with its message, in which variables are replaced too"),
    .init(
      "A variable that is not set is warned of once",
      "A variable that is not set is warned of once, with its first place"),
    .init(
      "Values only, never keys; anchors first, merging afterwards", "Values are interpolated, keys are not",
      "Aliases see the same variables"),
    .init(
      "What is replaced takes the type that the attribute wants", "A string becomes the type that its attribute wants"),
    .init("`config --no-interpolate`", "Without interpolation the model shows its variables"),
    .init("`config --variables`", "Variables are listed with what they need"),
  ]

  private static let yaml: [Row] = [
    .init(
      "Anchors, aliases and `<<` with one mapping or several",
      "Own keys win over merged ones, earlier sources over later ones",
      "An alias is the value that it names, with the place where that was written"),
    .init("`x-…` at the top and in every object", "Extensions stay where they were"),
    .init("Several documents in a file", "Later documents of a file go over earlier ones"),
    .init("A key twice is an error", "A key that is defined twice is refused, and both places are named"),
    .init(
      "Keys are strings, `n:` and `on:` too", "A short key like n is a string",
      "Keys that are no strings are refused, with what to write instead"),
    .init("`22:22` is no number in base 60, `yes` no boolean", "Booleans and null have three spellings each"),
    .init("Alias bombs are cut off", "A billion laughs are refused before they are told"),
    .init(
      "`!reset` and `!override`, in aliases, `<<`, extended and included files too",
      "!reset removes what earlier files said, whatever its own value", "!override replaces instead of merging",
      "Tags work through aliases and merge keys", "A service takes what it resets out of the one that it extends"),
    .init(
      "Errors name file, line, column and attribute",
      "Everything that does not fit is reported, from top to bottom, each with the nearest way out"),
    .init(
      "No input crashes, hangs or exhausts the parsers", "No bytes crash or hang the parser",
      "No text crashes or hangs the small languages of a compose file",
      "No tree of known attributes crashes the loader, whatever their values are"),
  ]

  private static let merging: [Row] = [
    .init(
      "Mappings merge, scalars are replaced, lists are appended, null keeps what was",
      "Scalars are replaced, mappings merged, null changes nothing", "Lists without a rule are appended"),
    .init("Another type than before is an error", "A clash of types names both places"),
    .init(
      "`command`, `entrypoint` and `healthcheck.test` are replaced", "Commands are replaced as a whole",
      "A health check's test is replaced, the rest of it merged"),
    .init(
      "Variables, labels and their like merge by key in either form",
      "Lists of single values are appended without duplicates", "Names that may be there once only are"),
    .init("`build: path` is `build: {context: path}`", "A build that is a path merges with one that is a mapping"),
    .init(
      "`depends_on`, `networks` and `models` as lists and as mappings",
      "A list of dependencies merges with a mapping of them", "A list of networks merges with a mapping of them"),
    .init(
      "`extra_hosts` keeps several addresses of a host", "Hosts keep all their addresses; only exact duplicates go"),
    .init("`logging` options only for the same driver", "Logging options are merged for the same driver only"),
    .init(
      "`ipam.config` by subnet, `ulimits` of another form replaced", "Address pools are merged by their subnet",
      "A limit of another form replaces the earlier one"),
    .init(
      "`volumes`, `devices`, `secrets`, `configs` by target",
      "Volumes are the same when their target is; the later one takes the place of the earlier",
      "Devices are the same when their target is",
      "Secrets and configs are the same when they are mounted in the same place"),
    .init(
      "`ports` by address, ports and protocol; `env_file` by path",
      "Ports are the same when host address, host port, container port and protocol are",
      "Variable files are the same when their path is"),
    .init(
      "Relative paths start from the first file's directory, or from `--project-directory`",
      "Paths start from --project-directory, or else from the first file"),
  ]

  private static let composition: [Row] = [
    .init(
      "`extends` by name and by file, through any number of files",
      "A service takes everything of the one it extends, and its own values win",
      "Paths of another file start from that file's folder, through any number of files"),
    .init("A circle of `extends` is named from end to end", "A cycle is named from end to end"),
    .init(
      "`include`, short and long, each with a directory and variables of its own",
      "An included project has its own folder and variables; the outer ones win",
      "The long form names several files, a folder and variable files"),
    .init(
      "The importing file may change what it imports; diamonds are fine, circles are not",
      "The including file may change what it includes, and extend it",
      "The same file may come along by two ways, but not by itself"),
    .init(
      "Remote files in `-f`, `include` and `extends`: git and OCI, after a person or the environment agreed",
      "A remote compose file is fetched when somebody agreed to it, and once for each revision"),
    .init(
      "No remote file leads out of its copy",
      "A name that leads out of the copy is refused, and nothing is written",
      "An address that git would take for an option or that leads out of the repository is refused"),
    .init(
      "Profiles by flag, by `COMPOSE_PROFILES` and by naming a service",
      "Services with profiles are there when one of them is active",
      "Named services bring what they depend on, and activate their own profiles"),
    .init(
      "A dependency that no profile enables is an error unless it is not required",
      "A dependency that no profile enables is refused, unless it is not required"),
  ]

  private static let dotenv: [Row] = [
    .init(
      "`.env` beside the first file; `--env-file` and `COMPOSE_ENV_FILES` in its place",
      "--env-file replaces .env, and later files win", "COMPOSE_DISABLE_ENV_FILE leaves .env alone"),
    .init("The environment wins over files", "The environment wins over .env, which fills what is not set"),
    .init(
      "The syntax: `export`, quotes, escapes, comments, several lines", "A line is a name and a value",
      "Double quotes know escapes, lines and variables", "Single quotes are literal"),
    .init("Earlier keys are visible to later ones", "References see the outside first, then what stands above"),
    .init(
      "`env_file` with `required: false` and `format: raw`",
      "env_file fills the environment of a service: its own variables win, then later files",
      "The raw format takes quotes and dollars as they are"),
    .init(
      "A variable without a value is passed through", "Variables without a value take the project's, or stay unset"),
    .init("`label_file`", "label_file fills the labels of a service"),
  ]

  private static let environment: [Row] = [
    .init(
      "`COMPOSE_FILE`, `COMPOSE_PATH_SEPARATOR`, from `.env` too",
      "COMPOSE_FILE names the files, with a separator of choice; -f wins over it",
      "A .env may say which files there are"),
    .init("`COMPOSE_PROJECT_NAME`", "-p wins over COMPOSE_PROJECT_NAME, over name:, over the folder"),
    .init("`COMPOSE_PROFILES`", "Services with profiles are there when one of them is active"),
    .init("`COMPOSE_DISABLE_ENV_FILE`", "COMPOSE_DISABLE_ENV_FILE leaves .env alone"),
    .init(
      "`COMPOSE_REMOVE_ORPHANS`, `COMPOSE_IGNORE_ORPHANS`, `COMPOSE_PARALLEL_LIMIT`, `COMPOSE_PROGRESS`, `COMPOSE_ANSI`, `COMPOSE_STATUS_STDOUT`, `COMPOSE_COMPATIBILITY`, from `.env` too",
      "Settings of the environment count in .env too"),
    .init(
      "`COMPOSE_EXPERIMENTAL_GIT_REMOTE`, `COMPOSE_EXPERIMENTAL_OCI_REMOTE`",
      "A remote compose file is fetched when somebody agreed to it, and once for each revision"),
    .init("`DOCKER_CONFIG`: credentials", "A registry with passwords is used after a login, and not after the logout"),
  ]

  private static let identity: [Row] = [
    .init(
      "The four usual names, upwards from the working directory, with an override file",
      "The nearest compose file upwards is taken, with its override file",
      "Of several candidates the first is taken, with a warning"),
    .init(
      "The project's name: `-p`, `COMPOSE_PROJECT_NAME`, `name:`, the directory",
      "-p wins over COMPOSE_PROJECT_NAME, over name:, over the folder",
      "name: is interpolated, and available to values as COMPOSE_PROJECT_NAME"),
    .init(
      "`<project>_<key>`, `<project>-<service>-<n>`, `external` and `name:`",
      "Resources are called after the project, external ones after themselves, named ones as they say"),
    .init(
      "The labels `com.docker.compose.…` of containers, networks and volumes",
      "Containers, networks and volumes have docker compose's labels; a change of what they only record touches nothing"
    ),
    .init("`config --hash`", "A hash changes with what concerns the container, and with nothing else"),
    .init(
      "A plan says which field changed", "Only what changed is recreated, the plan says why, and labels change in place"
    ),
    .init(
      "The content of a config or secret is part of what is compared",
      "changed bytes of a config or secret are told by its name, never by the bytes"),
    .init(
      "Labels of an image are never read as ownership",
      "what the project does not own is never changed, and orphans only when asked"),
  ]

  private static let running: [Row] = [
    .init(
      "`depends_on` with its conditions, in order and in reverse",
      "A dependent starts only when what it depends on is healthy or has completed",
      "stop goes from dependents to dependencies, start the other way, waiting for health"),
    .init("`depends_on.restart`", "what restarts with a dependency is stopped before it and started after it"),
    .init(
      "Implied dependencies; circles are refused", "Links, shared namespaces and volumes_from imply dependencies",
      "Services that wait for each other are refused, in the order in which they wait"),
    .init("Restart policies", "restart: on-failure retries as often as it says, always comes back, no stays down"),
    .init("`pull_policy`", "up fetches what the pull policies ask for, and nothing else"),
    .init(
      "Health checks", "A health check may be a list, a shell command or switched off",
      "A dependency that turns unhealthy ends the wait with its last output"),
    .init(
      "`network_mode`", "network_mode none has loopback only, host has the machine's links, service: shares another's"),
    .init(
      "Ports in short and long form, ranges, addresses", "Ports keep ranges, addresses and protocols",
      "A published port answers on 127.0.0.1, on [::1] and for another host; a bound one only where it is bound"),
    .init(
      "Volumes in short and long form; anonymous ones are carried over",
      "Volumes in short and long form are the same",
      "Anonymous volumes are carried over when a container is made anew, and new ones made with -V"),
    .init(
      "Secrets and configs",
      "Secrets and configs arrive as files with their owners and modes, and never in records or inspect output"),
    .init(
      "Hooks", "pre_start, post_start and pre_stop run where, when and as whom the file says",
      "A hook that fails is told with what it said last; nothing that depends on it starts, and up tries again"),
    .init(
      "Mounts of every type with their options",
      "tmpfs, image and volume mounts have the options that they are given",
      "Bind mounts, read-only mounts, tmpfs and an image's own volumes are what they say",
      "A mount of the host shows in the container, and the other way round, when propagation is asked for"),
    .init(
      "Owners and modes of secrets and configs from every source",
      "Secrets and configs of every source have their place, owner and mode; the user's where nothing is said"),
    .init(
      "Addresses, interface names, MAC addresses, priorities of networks",
      "Addresses, interface names, MAC addresses, the default route and link-local addresses are as asked for"),
    .init(
      "Limits, weights, OOM settings, `ulimits`, `sysctls`, `cgroup_parent`",
      "Limits, weights, OOM settings, ulimits, sysctls and cgroup_parent are what the kernel has"),
    .init(
      "`userns_mode`",
      "With userns_mode: private the container's root is nobody on the host, and owns its own files all the same"),
    .init(
      "`develop.watch`, `watch`, `up --watch`",
      "watch syncs, restarts, runs programs and rebuilds when files change, and leaves out what is to be ignored",
      "up --watch shows logs and watches; where nothing is to be watched it says so"),
    .init(
      "`provider` services",
      "A provider is asked to bring its service up and down, and its variables reach those who depend on it"),
    .init(
      "`--wait` and one-shots", "A one-shot that fails ends the wait with its exit status and last lines",
      "--wait waits for health and gives up after --wait-timeout, saying for what it waited",
      "--wait believes no program that ends with a failure right after its start, and one that ends well"),
    .init(
      "`deploy.update_config`: order, parallelism, delay, monitor, failure action",
      "A start-first roll-out behind a fixed port and name fails no request, and the old container goes",
      "A version that turns unhealthy while it is watched goes, the one before comes back, and no request fails"),
    .init(
      "`storage_opt`: `size`",
      "storage_opt size limits what a container writes where the disk has project quotas, and is refused elsewhere",
      "What storage_opt cannot say is told by name"),
    .init(
      "`gpus`, `devices` and their reservations by the Container Device Interface, with its hooks",
      "Devices and GPUs come by their descriptions in /var/run/cdi: nodes, variables, mounts and groups"),
    .init(
      "`run` and `post_start`", "run runs post_start beside the program, and says what a hook printed that failed"),
    .init(
      "Jobs, one-shot and scheduled, under `x-davit-jobs`",
      "A job runs to its end with its own words, is tried again, ended in time, and remembered",
      "schedule runs jobs when they are due, leaves out what still runs, follows the file, and ends its jobs with itself"
    ),
    .init(
      "An unknown attribute is an error, one without effect a warning",
      "An unknown attribute is refused with its place, its path and the nearest known name",
      "An attribute that no code reads is named in a warning"),
  ]
}
