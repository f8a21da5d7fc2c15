package import ArabicText
import Synchronization

/// A passage that may answer, with what speaks for it.
package struct Hit: Sendable {
    package let chunk: KnowledgeChunk
    /// 0…1, of the best possible for this question.
    package let score: Double
    /// The words of the question that met the passage: why it was found.
    package let why: [String]
}

package struct SearchResult: Sendable {
    package let hits: [Hit]
    /// How likely the first hit answers the question, 0…1.
    package let confidence: Double
}

/// Search in a business's knowledge: the one function for the bot, the API and the evaluation.
///
/// The index of a business is built from its chunks on first use, kept in memory within a bound, and built anew when the
/// knowledge's version has moved on; the version is read from the database, so that it is right with several processes too.
package final class Retriever: Sendable {
    private let database: Database
    private let cache: IndexCache

    /// - Parameter cacheBytes: about how much memory all indexes may take together.
    package init(database: Database, cacheBytes: Int = 256 << 20) {
        self.database = database
        self.cache = IndexCache(limit: cacheBytes)
    }

    /// - Parameter version: the knowledge's version when the caller has just read it; otherwise it is read here.
    package func search(_ question: AnalyzedText, in business: BusinessID, version: Int64? = nil, limit: Int = 5) async throws -> SearchResult {
        let wanted: Int64
        if let version { wanted = version } else { wanted = try await database.read(of: business) { try KnowledgeChunks($0).version() } }
        let index = try await index(of: business, version: wanted)
        return Self.search(question, in: index, limit: limit)
    }

    package func search(_ question: String, in business: BusinessID, limit: Int = 5) async throws -> SearchResult {
        try await search(TextAnalyzer.standard.analyze(question), in: business, limit: limit)
    }

    /// The same search on an index at hand.
    package static func search(_ question: AnalyzedText, in index: LexicalIndex, limit: Int) -> SearchResult {
        let features = QueryFeatures(question)
        let result = index.search(features, limit: max(limit, 2))
        guard let first = result.hits.first, result.possible > 0 else { return SearchResult(hits: [], confidence: 0) }
        let hits = result.hits.prefix(limit).map { hit in
            Hit(
                chunk: hit.chunk, score: min(1, hit.score / result.possible),
                why: zip(features.words, hit.matched).filter(\.1).map(\.0.original))
        }
        return SearchResult(hits: hits, confidence: confidence(first, second: result.hits.dropFirst().first, of: features, possible: result.possible))
    }

    /// First form: how much of the question's weight the passage covers, and how clearly it leads.
    private static func confidence(_ first: LexicalHit, second: LexicalHit?, of question: QueryFeatures, possible: Double) -> Double {
        let coverage = min(1, first.score / possible)
        let lead = first.score > 0 ? (first.score - (second?.score ?? 0)) / first.score : 0
        return min(1, coverage * (0.85 + 0.3 * lead))
    }

    private func index(of business: BusinessID, version: Int64) async throws -> LexicalIndex {
        try await cache.index(of: business, version: version) { [database] in
            let (chunks, version) = try await database.read(of: business) { db in
                (try KnowledgeChunks(db).all(), try KnowledgeChunks(db).version())
            }
            return LexicalIndex(chunks, version: version)
        }
    }
}

/// Indexes in memory: one build at a time for each business, the least recently used dropped first.
private final class IndexCache: Sendable {
    private struct Entry {
        var version: Int64
        var build: Task<LexicalIndex, any Error>
        var cost = 0
        var used: UInt64
    }

    private struct State {
        var entries: [BusinessID: Entry] = [:]
        var clock: UInt64 = 0
    }

    private let limit: Int
    private let state = Mutex(State())

    init(limit: Int) { self.limit = limit }

    func index(
        of business: BusinessID, version: Int64, build: @escaping @Sendable () async throws -> LexicalIndex
    ) async throws -> LexicalIndex {
        let task = state.withLock { state -> Task<LexicalIndex, any Error> in
            state.clock += 1
            if let entry = state.entries[business], entry.version >= version {
                state.entries[business]?.used = state.clock
                return entry.build
            }
            // Not the caller's task: a caller that goes away must not take the index from the others.
            let task = Task.detached { try await build() }
            state.entries[business] = Entry(version: version, build: task, used: state.clock)
            return task
        }
        do {
            let index = try await task.value
            settle(business, index, built: task)
            return index
        } catch {
            state.withLock { state in
                if state.entries[business]?.build == task { state.entries[business] = nil }
            }
            throw error
        }
    }

    private func settle(_ business: BusinessID, _ index: LexicalIndex, built task: Task<LexicalIndex, any Error>) {
        state.withLock { state in
            guard let entry = state.entries[business], entry.build == task, entry.cost == 0 else { return }
            state.entries[business]?.cost = index.cost
            state.entries[business]?.version = max(entry.version, index.version)
            var total = state.entries.values.reduce(0) { $0 + $1.cost }
            while total > limit, let oldest = state.entries.filter({ $0.key != business }).min(by: { $0.value.used < $1.value.used }) {
                total -= oldest.value.cost
                state.entries[oldest.key] = nil
            }
        }
    }
}
