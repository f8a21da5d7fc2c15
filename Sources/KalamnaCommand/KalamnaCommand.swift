import ArgumentParser
import KalamnaWeb

@main
struct KalamnaCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "kalamna", abstract: "كلمنا: customer support in Egyptian Arabic, self-hosted.", version: Server.version,
        subcommands: [Serve.self, Demo.self, Migrate.self, Import.self, BusinessCommand.self, Eval.self, Doctor.self])
}
