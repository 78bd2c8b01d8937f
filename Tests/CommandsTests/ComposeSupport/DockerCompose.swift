/// What `docker compose` has, command by command: the names of docker/compose's reference, so that a script written for it
/// finds here what it knows.
enum DockerCompose {
  static let commands: [(words: String, flags: String)] = [
    (
      "",
      "--all-resources --ansi --compatibility --dry-run --env-file -f/--file --insecure-registry --no-ansi --parallel --profile --progress --project-directory -p/--project-name --verbose -v/--version --workdir"
    ),
    ("alpha", ""),
    ("alpha dry-run", ""),
    ("alpha generate", "--format --name --project-dir"),
    ("alpha publish", "--app --insecure-registry --oci-version --resolve-image-digests --with-env -y/--yes"),
    ("alpha scale", "--no-deps"),
    ("alpha viz", "--image --indentation-size --networks --ports --spaces"),
    ("alpha watch", "--no-up --quiet"),
    ("attach", "--detach-keys --index --no-stdin --sig-proxy"),
    ("bridge", ""),
    ("bridge convert", "-o/--output --templates -t/--transformation"),
    ("bridge transformations", ""),
    ("bridge transformations create", "-f/--from"),
    ("bridge transformations list", "--format -q/--quiet"),
    (
      "build",
      "--build-arg --builder --check --compress --force-rm -m/--memory --no-cache --no-rm --parallel --print --progress --provenance --pull --push -q/--quiet --sbom --ssh --with-dependencies"
    ),
    ("commit", "-a/--author -c/--change --index -m/--message -p/--pause"),
    (
      "config",
      "--environment --format --hash --images --lock-image-digests --models --networks --no-consistency --no-env-resolution --no-interpolate --no-normalize --no-path-resolution -o/--output --profiles -q/--quiet --resolve-image-digests --services --variables --volumes"
    ),
    (
      "convert",
      "--format --hash --images --no-consistency --no-interpolate --no-normalize -o/--output --profiles -q/--quiet --resolve-image-digests --services --volumes"
    ),
    ("cp", "--all -a/--archive -L/--follow-link --index"),
    (
      "create",
      "--build --force-recreate --no-build --no-recreate --pull --quiet-pull --remove-orphans --scale -y/--yes"
    ),
    ("down", "--remove-orphans --rmi -t/--timeout -v/--volumes"),
    ("events", "--json --since --until"),
    ("exec", "-d/--detach -e/--env --index -i/--interactive -T/--no-tty --privileged -t/--tty -u/--user -w/--workdir"),
    ("export", "--index -o/--output"),
    ("images", "--format -q/--quiet"),
    ("kill", "--remove-orphans -s/--signal"),
    ("logs", "-f/--follow --index --no-color --no-log-prefix --since -n/--tail -t/--timestamps --until"),
    ("ls", "-a/--all --filter --format -q/--quiet"),
    ("pause", ""),
    ("port", "--index --protocol"),
    ("ps", "-a/--all --filter --format --no-trunc --orphans -q/--quiet --services --status"),
    ("publish", "--app --insecure-registry --oci-version --resolve-image-digests --with-env -y/--yes"),
    ("pull", "--ignore-buildable --ignore-pull-failures --include-deps --no-parallel --parallel --policy -q/--quiet"),
    ("push", "--ignore-push-failures --include-deps -q/--quiet"),
    ("restart", "--no-deps -t/--timeout"),
    ("rm", "-a/--all -f/--force -s/--stop -v/--volumes"),
    (
      "run",
      "--build --cap-add --cap-drop -d/--detach --entrypoint -e/--env --env-from-file -i/--interactive -l/--label --name --no-deps -T/--no-tty -p/--publish --pull -q/--quiet --quiet-build --quiet-pull --remove-orphans --rm -P/--service-ports -t/--tty --use-aliases -u/--user -v/--volume -w/--workdir"
    ),
    ("scale", "--no-deps"),
    ("start", "--wait --wait-timeout"),
    ("stats", "-a/--all --format --no-stream --no-trunc"),
    ("stop", "-t/--timeout"),
    ("top", ""),
    ("unpause", ""),
    (
      "up",
      "--abort-on-container-exit --abort-on-container-failure --always-recreate-deps --attach --attach-dependencies --build -d/--detach --exit-code-from --force-recreate --menu --no-attach --no-build --no-color --no-deps --no-log-prefix --no-recreate --no-start --pull --quiet-build --quiet-pull --remove-orphans -V/--renew-anon-volumes --scale -t/--timeout --timestamps --wait --wait-timeout -w/--watch -y/--yes"
    ),
    ("version", "-f/--format --short"),
    ("volumes", "--format -q/--quiet"),
    ("wait", "--down-project"),
    ("watch", "--no-up --prune --quiet"),
  ]
}
