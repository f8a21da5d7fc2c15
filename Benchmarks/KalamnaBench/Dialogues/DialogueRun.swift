import ArabicText
import Foundation
import Kalamna

/// One dialogue of `Benchmarks/dialogues`.
struct Dialogue: Decodable {
    let id: String
    let business: String
    /// `entity` (another thing, the same question), `attribute` (the same thing, another question), `pronoun`, or `change`: the question stands
    /// by itself and what was said before must not disturb it.
    let kind: String
    let style: String
    /// What the customer wrote before.
    let turns: [String]
    let question: String
    /// Ids of the entries that answer it.
    let relevant: [String]

    var isChange: Bool { kind == "change" }
}

/// Plays dialogues as the bot would, without database and server.
struct DialogueRun {
    struct Result {
        let dialogue: Dialogue
        /// The place of the right entry for the question as it stands, from 0; nil beyond the depth.
        let alone: Int?
        /// The same as the bot reads it.
        let read: Int?
        let isFollowUp: Bool
        let found: [String]
        let carried: [String]
    }

    private struct Knowledge {
        let index: SearchIndex
        let names: [KnowledgeItemID: String]

        init(file: URL) throws {
            let knowledge = try KnowledgeImport(file: Array(try Data(contentsOf: file)))
            var names: [KnowledgeItemID: String] = [:]
            var chunks: [KnowledgeChunk] = []
            let now = Instant(milliseconds: 0)
            for row in knowledge.rows {
                let item = KnowledgeItemID(at: now)
                names[item] = row.draft.externalID ?? "\(row.number)"
                for (position, chunk) in Chunker().chunks(of: row.draft.content, title: row.draft.title).enumerated() {
                    chunks.append(
                        KnowledgeChunk(
                            id: KnowledgeChunkID(at: now), item: item, version: 1, position: position, title: row.draft.title, heading: chunk.heading,
                            content: chunk.content, answer: chunk.answer))
                }
            }
            self.names = names
            index = SearchIndex(lexical: LexicalIndex(chunks, version: 1))
        }
    }

    /// The default of `BusinessSettings`: below it the bot has no answer.
    private static let threshold = 0.35

    private(set) var results: [Result] = []
    /// Milliseconds of each reading.
    private var times: [Double] = []

    init(folder: URL, set: String) throws {
        let lines = try Data(contentsOf: folder.appending(path: "dialogues_\(set).jsonl")).split(separator: UInt8(ascii: "\n"))
        let dialogues = try lines.map { try JSONDecoder().decode(Dialogue.self, from: Data($0)) }
        let businesses = try Dictionary(grouping: dialogues, by: \.business).map { name, _ in
            (name, try Knowledge(file: folder.appending(path: "kb_\(name).json")))
        }
        let knowledge = Dictionary(uniqueKeysWithValues: businesses)
        // Word lists are built on first use.
        _ = FollowUp.rewrite("طب وبكام؟", after: [Exchange(question: "الشحن للقاهرة")])
        for dialogue in dialogues {
            if let knowledge = knowledge[dialogue.business] { results.append(play(dialogue, knowledge)) }
        }
        times.sort()
    }

    func quantile(_ share: Double) -> Double { times.isEmpty ? 0 : times[min(times.count - 1, Int(Double(times.count) * share))] }

    private mutating func play(_ dialogue: Dialogue, _ knowledge: Knowledge) -> Result {
        var exchanges: [Exchange] = []
        for turn in dialogue.turns {
            let found = ask(turn, after: exchanges, knowledge).found
            if let first = found.hits.first?.chunk, found.confidence >= Self.threshold {
                exchanges.append(Exchange(question: turn, answer: first.content, sources: [.init(item: first.item, title: first.title)]))
            } else {
                exchanges.append(Exchange(question: turn))
            }
        }
        let alone = knowledge.index.search(TextAnalyzer.standard.analyze(dialogue.question), limit: FollowUp.depth)
        let (found, query) = ask(dialogue.question, after: exchanges, knowledge)
        func ranking(_ result: SearchResult) -> [String] { result.hits.compactMap { knowledge.names[$0.chunk.item] } }
        func place(_ result: SearchResult) -> Int? { ranking(result).firstIndex { dialogue.relevant.contains($0) } }
        return Result(
            dialogue: dialogue, alone: place(alone), read: place(found), isFollowUp: query.isFollowUp, found: Array(ranking(found).prefix(3)),
            carried: query.carried)
    }

    private mutating func ask(_ text: String, after exchanges: [Exchange], _ knowledge: Knowledge) -> (found: SearchResult, query: FollowUp.Query) {
        let analyzed = TextAnalyzer.standard.analyze(text)
        let started = ContinuousClock.now
        let query = FollowUp.rewrite(analyzed, after: exchanges)
        let took = ContinuousClock.now - started
        times.append(Double(took.components.attoseconds) / 1e15 + Double(took.components.seconds) * 1000)
        let own = knowledge.index.search(analyzed, limit: FollowUp.depth)
        guard query.isFollowUp else { return (own, query) }
        let carried = knowledge.index.search(query.analyzed, limit: FollowUp.depth)
        return (FollowUp.merge(own: own, carried: carried, for: query, limit: FollowUp.depth), query)
    }
}
