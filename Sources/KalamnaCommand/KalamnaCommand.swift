import ArgumentParser
import Foundation
import Kalamna
import KalamnaWeb
import Store

@main
struct KalamnaCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "kalamna", abstract: "كلمنا: customer support in Egyptian Arabic, self-hosted.", version: Server.version,
        subcommands: [
            Serve.self, Demo.self, Migrate.self, Import.self, BusinessCommand.self, Eval.self, Answers.self, Understand.self, Train.self,
            TrainConfidence.self, ModelCommand.self, Doctor.self, Extract.self,
        ])

    static func main() async {
        do {
            var command = try parseAsRoot()
            if var asynchronous = command as? any AsyncParsableCommand {
                try await asynchronous.run()
            } else {
                try command.run()
            }
        } catch {
            exit(withError: words(for: error))
        }
    }

    private struct Problem: Error, CustomStringConvertible {
        let description: String
        init(_ description: String) { self.description = description }
    }

    /// What went wrong and what to do, for a person at a terminal.
    private static func words(for error: any Error) -> any Error {
        switch error {
        case let failure as Failure: Problem(failure.message.en)
        case StoreError.inUse(let path):
            Problem("Another kalamna holds \(path.replacingOccurrences(of: ".lock", with: "")): stop it first, or use the running server's API.")
        case StoreError.newerDatabase(let id): Problem("The database was migrated by a newer program (\(id)): update this one.")
        case StoreError.unavailable(let reason): Problem("The database can't be used: \(reason.trimmingCharacters(in: .whitespacesAndNewlines))")
        case let problem as SettingsProblem: Problem(problem.description)
        default: error
        }
    }
}
