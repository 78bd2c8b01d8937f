import CLinux
import Glibc
import Launch
import Linux

/// Has a container removed that nobody else removes at its end (`--rm` in the background). Removing needs records and
/// volumes, which this program knows nothing of, so davit is started for it.
enum Remover {
  static func start(_ message: LaunchMessage) {
    guard let program = message.remover.first else { return }
    let arguments = message.remover.map { strdup($0) } + [nil]
    let environment = message.removerEnvironment.map { strdup($0) } + [nil]
    defer { for text in arguments + environment { free(text) } }
    var attributes = posix_spawnattr_t()
    posix_spawnattr_init(&attributes)
    defer { posix_spawnattr_destroy(&attributes) }
    var none = sigset_t()
    sigemptyset(&none)
    posix_spawnattr_setsigmask(&attributes, &none)
    posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGMASK))
    var child: pid_t = 0
    // Where davit is gone from its place, `davit doctor` finds the container.
    _ = posix_spawn(&child, program, nil, &attributes, arguments, environment)
  }
}
