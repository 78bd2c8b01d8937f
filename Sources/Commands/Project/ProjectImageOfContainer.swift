import Arguments
import Diagnostics
import Engine
import OCI

/// `davit compose commit` and `davit compose export`: what becomes of a service's container's files.
enum ProjectImageOfContainer {
  static var commit: Command {
    Command(
      "commit", "Create a new image from a service container's changes", usage: "[OPTIONS] SERVICE [REPOSITORY[:TAG]]",
      flags: ContainerImageCommands.commitFlags + [.index], arity: 1...2, positionals: [.services, .none]
    ) { arguments in
      let invocation = Invocation(arguments)
      let container = try replica(invocation)
      if invocation.isRehearsal {
        return try invocation.rehearse(["Container \(container.name)"], ("Committing", "Committed"))
      }
      return try ContainerImageCommands.commit(container.id, invocation)
    }
  }

  static var export: Command {
    Command(
      "export", "Export a service container's filesystem as a tar archive", usage: "[OPTIONS] SERVICE",
      flags: ContainerImageCommands.exportFlags + [.index], arity: 1...1, positionals: [.services]
    ) { arguments in
      let invocation = Invocation(arguments)
      let container = try replica(invocation)
      if invocation.isRehearsal {
        return try invocation.rehearse(["Container \(container.name)"], ("Exporting", "Exported"))
      }
      return try ContainerImageCommands.export(container.id, invocation)
    }
  }

  private static func replica(_ invocation: Invocation) throws -> ContainerView {
    let service = invocation.arguments.positionals[0]
    let scope = try invocation.scope(services: [service])
    return try invocation.engine().replica(of: service, in: scope.name, index: invocation.arguments.integer("index"))
  }
}
