import ArgumentParser

@main
struct Bench: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "kalamna-bench", abstract: "Measure and torment Kalamna, or a server of the same contract.",
        discussion: "A server must run with KALAMNA_RATE_LIMIT_SCALE=0.",
        subcommands: [
            Turns.self, Crash.self, Streams.self, Fuzz.self, SearchCommand.self, VectorsCommand.self, Dialogues.self, ExperimentBench.self,
            LLMBench.self, LLMChaos.self,
        ])
}
