/// One promise and what speaks against it.
struct Check {
    let promise: String
    let problems: [String]

    init(_ promise: String, _ problems: [String]) {
        self.promise = promise
        self.problems = problems
    }
}

/// The summary of a run: the figures, then the checks, then the line that scripts read.
struct Report {
    var figures: [(name: String, value: String)] = []
    var checks: [Check] = []

    private static let mostProblems = 5

    var failed: Int { checks.count { !$0.problems.isEmpty } }

    func print() {
        let width = (figures.map(\.name.count) + checks.map(\.promise.count)).max() ?? 0
        func line(_ name: String, _ value: String) { Swift.print(name + String(repeating: " ", count: width - name.count + 2) + value) }
        for figure in figures { line(figure.name, figure.value) }
        Swift.print("")
        for check in checks {
            line(check.promise, check.problems.isEmpty ? "ok" : "FAILED (\(check.problems.count))")
            for problem in check.problems.prefix(Self.mostProblems) { Swift.print("    \(problem)") }
        }
        Swift.print("\n\(checks.count - failed) passed, \(failed) failed")
    }
}
