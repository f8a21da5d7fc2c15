import ArabicText
package import Foundation

/// Questions with known answers against a knowledge file: how good the search is, measured as the bot uses it.
/// The forms are those of `docs/developers/evaluation.md`.
package struct RetrievalEvaluation: Sendable {
    package struct Question: Decodable, Sendable {
        package let id: String
        package let question: String
        package let style: String
        package let relevant: [String]
        package let answerable: Bool
    }

    package struct Figures: Encodable, Sendable {
        package let r1: Double
        package let r5: Double
        package let mrr: Double
        package let n: Int
    }

    package struct Abstention: Encodable, Sendable {
        /// The chance that an answerable question has a higher confidence than an unanswerable one.
        package let auroc: Double
        /// The share of unanswerable questions refused at the threshold that keeps 90 % of the answerable ones.
        package let refusedAt90: Double

        enum CodingKeys: String, CodingKey {
            case auroc
            case refusedAt90 = "refused_at_90"
        }
    }

    package struct Times: Encodable, Sendable {
        package let p50: Double
        package let p99: Double
    }

    package struct Result: Encodable, Sendable {
        package let id: String
        package let ranking: [String]
        package let confidence: Double
    }

    package struct Miss: Sendable {
        package let question: Question
        package let found: [String]
        package let why: [String]
    }

    package struct Report: Encodable, Sendable {
        package let overall: Figures
        package let byStyle: [String: Figures]
        package let abstention: Abstention?
        package let ms: Times
        package let results: [Result]
        package let misses: [Miss]

        enum CodingKeys: String, CodingKey {
            case overall, abstention, ms, results
            case byStyle = "by_style"
        }
    }

    private static let depth = 20

    let index: SearchIndex
    private let embedder: (any Embedder)?
    private let names: [KnowledgeItemID: String]

    /// - Parameter knowledge: the bytes of a JSON or CSV file that `kalamna import` takes.
    ///   - embedder: nil: the words alone decide.
    package init(knowledge: [UInt8], embedder: (any Embedder)? = nil, now: Instant) async throws {
        let file = try KnowledgeImport(file: knowledge)
        if let first = file.rejected.first {
            throw Failure.invalid(first.field, ar: "صف \(first.row): \(first.message.ar)", en: "Row \(first.row): \(first.message.en)")
        }
        var names: [KnowledgeItemID: String] = [:]
        var chunks: [KnowledgeChunk] = []
        for row in file.rows {
            let item = KnowledgeItemID(at: now)
            names[item] = row.draft.externalID ?? "\(row.number)"
            for (position, chunk) in Chunker().chunks(of: row.draft.content, title: row.draft.title).enumerated() {
                chunks.append(
                    KnowledgeChunk(
                        id: KnowledgeChunkID(at: now), item: item, version: 1, position: position, title: row.draft.title,
                        heading: chunk.heading, content: chunk.content, answer: chunk.answer))
            }
        }
        self.names = names
        self.embedder = embedder
        var vectors: ChunkVectors?
        if let embedder {
            let found = try await embedder.embed(chunks.map(\.textToEmbed), as: .passage)
            vectors = ChunkVectors(of: chunks, Dictionary(zip(chunks.map(\.id), found)) { first, _ in first }, model: embedder.model)
        }
        self.index = SearchIndex(lexical: LexicalIndex(chunks, version: 1), vectors: vectors)
    }

    package static func questions(_ lines: Data) throws -> [Question] {
        try lines.split(separator: UInt8(ascii: "\n")).filter { $0.contains { !" \r\t".utf8.contains($0) } }
            .map { try JSONDecoder().decode(Question.self, from: Data($0)) }
    }

    package func run(_ questions: [Question]) async throws -> Report {
        var results: [Result] = []
        var times: [Double] = []
        var ranks: [(style: String, rank: Int?)] = []
        var misses: [Miss] = []
        var confidences: (answerable: [Double], unanswerable: [Double]) = ([], [])
        for question in questions {
            let started = ContinuousClock.now
            let found = try await search(question.question)
            let took = ContinuousClock.now - started
            times.append(Double(took.components.attoseconds) / 1e15 + Double(took.components.seconds) * 1000)
            var ranking: [String] = []
            for hit in found.hits {
                guard let name = names[hit.chunk.item], !ranking.contains(name) else { continue }
                ranking.append(name)
            }
            results.append(Result(id: question.id, ranking: filled(ranking), confidence: found.confidence))
            if question.answerable {
                confidences.answerable.append(found.confidence)
                let rank = ranking.prefix(10).firstIndex { question.relevant.contains($0) }
                ranks.append((question.style, rank))
                if rank != 0 { misses.append(Miss(question: question, found: Array(ranking.prefix(3)), why: found.hits.first?.why ?? [])) }
            } else {
                confidences.unanswerable.append(found.confidence)
            }
        }
        times.sort()
        return Report(
            overall: Self.figures(ranks.map(\.rank)),
            byStyle: Dictionary(grouping: ranks, by: \.style).mapValues { Self.figures($0.map(\.rank)) },
            abstention: Self.abstention(confidences.answerable, confidences.unanswerable),
            ms: Times(p50: Self.quantile(times, 0.5), p99: Self.quantile(times, 0.99)), results: results, misses: misses)
    }

    /// As `Retriever.search` does it. With an embedder always with its vector, so that the figures are those of the fusion.
    private func search(_ question: String) async throws -> SearchResult {
        let analyzed = TextAnalyzer.standard.analyze(question)
        return index.search(analyzed, vector: try await embedder?.embed(query: analyzed.textToEmbed), limit: Self.depth)
    }

    /// What the confidence is made of for each question, and whether it has an answer: what `ConfidenceModel.train` takes.
    package func signals(_ questions: [Question]) async throws -> [(signals: [Double], isAnswer: Bool)] {
        var examples: [(signals: [Double], isAnswer: Bool)] = []
        for question in questions {
            if let signals = try await search(question.question).signals { examples.append((signals.values, question.answerable)) }
        }
        return examples
    }

    /// At least ten entries, as the form asks: those that were not found follow in the order of the file.
    private func filled(_ ranking: [String]) -> [String] {
        guard ranking.count < 10 else { return ranking }
        var filled = ranking
        for chunk in index.lexical.chunks where filled.count < 10 {
            if let name = names[chunk.item], !filled.contains(name) { filled.append(name) }
        }
        return filled
    }

    private static func figures(_ ranks: [Int?]) -> Figures {
        let count = Double(max(ranks.count, 1))
        return Figures(
            r1: Double(ranks.count { $0 == 0 }) / count, r5: Double(ranks.count { $0.map { $0 < 5 } ?? false }) / count,
            mrr: ranks.reduce(0) { $0 + ($1.map { 1 / Double($0 + 1) } ?? 0) } / count, n: ranks.count)
    }

    private static func abstention(_ answerable: [Double], _ unanswerable: [Double]) -> Abstention? {
        guard !answerable.isEmpty, !unanswerable.isEmpty else { return nil }
        var wins = 0.0
        for good in answerable { for bad in unanswerable { wins += good > bad ? 1 : good == bad ? 0.5 : 0 } }
        let threshold = quantile(answerable.sorted(), 0.1)
        return Abstention(
            auroc: wins / Double(answerable.count * unanswerable.count),
            refusedAt90: Double(unanswerable.count { $0 < threshold }) / Double(unanswerable.count))
    }

    private static func quantile(_ sorted: [Double], _ share: Double) -> Double {
        sorted.isEmpty ? 0 : sorted[min(sorted.count - 1, Int(Double(sorted.count) * share))]
    }
}
