import ArgumentParser

@main
struct Bench: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "kalamna-bench", abstract: "Measure and torment a server of the customer-support contract.",
        discussion: "The server must run with KALAMNA_RATE_LIMIT_SCALE=0.", subcommands: [Turns.self, Crash.self, Streams.self, Fuzz.self])
}
