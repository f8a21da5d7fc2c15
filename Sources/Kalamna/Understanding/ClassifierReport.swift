/// How right labels are: against those that people gave.
package struct ClassifierReport: Sendable {
    package let labels: [String]
    /// `counts[given][found]`.
    package private(set) var counts: [[Int]]

    package init(labels: [String]) {
        self.labels = labels
        counts = Array(repeating: Array(repeating: 0, count: labels.count), count: labels.count)
    }

    /// Labels that are none of `labels` are left out.
    package mutating func add(given: String, found: String) {
        guard let row = labels.firstIndex(of: given), let column = labels.firstIndex(of: found) else { return }
        counts[row][column] += 1
    }

    package var total: Int { counts.reduce(0) { $0 + $1.reduce(0, +) } }

    /// 0…1.
    package var accuracy: Double { share(labels.indices.reduce(0) { $0 + counts[$1][$1] }, of: total) }

    /// The mean of the F1 of all labels that were given or found, 0…1.
    package var macroF1: Double {
        let all = labels.indices.compactMap(f1)
        return all.isEmpty ? 0 : all.reduce(0, +) / Double(all.count)
    }

    /// Nil for a label that was neither given nor found.
    package func f1(of label: Int) -> Double? {
        let given = counts[label].reduce(0, +)
        let found = counts.reduce(0) { $0 + $1[label] }
        return given + found == 0 ? nil : share(2 * counts[label][label], of: given + found)
    }

    /// A table to read: a row for each given label, a column for each found one, F1 at the end.
    package var table: String {
        let width = (labels.map(\.count).max() ?? 0) + 1
        let head = Self.padded("", width) + labels.indices.map { Self.aligned("\($0 + 1)") }.joined() + "     F1"
        let rows = labels.indices.map { row in
            let f1 = f1(of: row).map { "\(Int(($0 * 100).rounded()))" } ?? "-"
            return Self.padded(labels[row], width) + counts[row].map { Self.aligned($0 == 0 ? "." : "\($0)") }.joined() + Self.aligned(f1, 7)
        }
        return ([head] + rows).joined(separator: "\n")
    }

    private func share(_ part: Int, of whole: Int) -> Double { whole == 0 ? 0 : Double(part) / Double(whole) }

    private static func padded(_ text: String, _ width: Int) -> String { text + String(repeating: " ", count: max(0, width - text.count)) }
    private static func aligned(_ text: String, _ width: Int = 5) -> String {
        String(repeating: " ", count: max(0, width - text.count)) + text
    }
}
