import Testing

@testable import Commands

@Suite("Help texts") struct HelpTexts {
  @Test("have the shape of docker's") func golden() throws {
    let root = CommandTable.root(named: "davit")
    #expect(
      try root.parse(["port", "--help"]).help == """
        Usage:  davit port [OPTIONS] SERVICE PRIVATE_PORT

        Print the public port for a port binding

        Options:
              --dry-run           Execute command in dry run mode
              --index int         Index of the container if service has multiple
                                  replicas
              --protocol string   tcp or udp (default "tcp")

        """)
    #expect(
      try root.parse(["image", "tag", "--help"]).help == """
        Usage:  davit image tag SOURCE_IMAGE[:TAG] TARGET_IMAGE[:TAG]

        Create a tag TARGET_IMAGE that refers to SOURCE_IMAGE

        """)
    #expect(
      try root.parse(["volume", "--help"]).help == """
        Usage:  davit volume COMMAND

        Manage volumes

        Commands:
          create   Create a volume
          inspect  Display detailed information on one or more volumes
          ls       List volumes
          prune    Remove unused local volumes
          rm       Remove one or more volumes

        Run 'davit volume COMMAND --help' for more information on a command.

        """)
  }
}
