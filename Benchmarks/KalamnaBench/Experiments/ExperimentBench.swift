import ArgumentParser

struct ExperimentBench: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "experiments", abstract: "Simulated experiments: how often their verdicts are wrong, and how soon they come.",
        discussion: "Needs no server. Somebody looks after each conversation; false verdicts in more than 5 % of the runs fail.")

    @Option(help: "Simulated experiments of each kind.") var runs: Int = 2000
    @Option(help: "Makes them repeatable.") var seed: UInt64 = 1

    func validate() throws {
        if runs < 100 { throw ValidationError("--runs must be at least 100: fewer prove nothing.") }
    }

    func run() throws {
        let report = ExperimentChecks.report(runs: runs, seed: seed)
        report.print()
        if report.failed > 0 { throw ExitCode.failure }
    }
}
