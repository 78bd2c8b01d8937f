import Arguments
import Diagnostics

enum ManualCommand {
  static var command: Command {
    Command("man", "Print the manual page", usage: "") { _ in
      Output.standard.write(
        ManualPage.text(
          for: CommandTable.root(named: "davit", meaning: nil), version: Program.version, sections: sections))
      return ExitStatus.success
    }
  }

  private static let sections: [(heading: String, paragraphs: [String])] = [
    (
      "Exit status",
      [
        "0: done. 1: something failed, or the command line was not understood. 2: plan found changes. 130: interrupted.",
        "exec, run, attach and up --exit-code-from end with the status of the program: 126 where it cannot be executed, 127 where it was not found, 128+n where signal n ended it.",
      ]
    ),
    (
      "Environment",
      [
        "COMPOSE_FILE, COMPOSE_PATH_SEPARATOR, COMPOSE_PROJECT_NAME, COMPOSE_PROFILES, COMPOSE_ENV_FILES, COMPOSE_DISABLE_ENV_FILE, COMPOSE_PARALLEL_LIMIT, COMPOSE_REMOVE_ORPHANS, COMPOSE_IGNORE_ORPHANS, COMPOSE_ANSI, COMPOSE_PROGRESS, COMPOSE_STATUS_STDOUT, COMPOSE_COMPATIBILITY, COMPOSE_EXPERIMENTAL_GIT_REMOTE, COMPOSE_EXPERIMENTAL_OCI_REMOTE: as for docker compose. NO_COLOR: no colours.",
        "DAVIT_ROOT, DAVIT_RUN, DAVIT_CGROUP_PARENT, DAVIT_SHIM: where Davit keeps what lasts, what a reboot ends, its control groups, and the program that accompanies each container.",
      ]
    ),
    (
      "Files",
      [
        "compose.yaml, compose.yml, docker-compose.yml, docker-compose.yaml: the project, searched upward from the working directory, with compose.override.yaml or its like beside it.",
        "/var/lib/davit: images, containers, volumes, networks and projects. /run/davit: what runs.",
      ]
    ),
  ]
}
