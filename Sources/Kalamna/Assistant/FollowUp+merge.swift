extension FollowUp {
    /// So many hits both searches must bring to `merge`: what one ranks low the other may rank high.
    package static let depth = 20
    /// Off the score of what the customer has just read: he asks for more.
    private static let repetition = 0.1
    /// What is left of a passage's score that the message's own words do not meet at all.
    private static let floor = 0.5
    /// Off a score for each place.
    private static let step = 0.01

    /// One result from the search of the message alone and that of the message with what was carried.
    ///
    /// The message's own words are in both, so they weigh more. The confidence is that of the search whose first hit won; when neither's
    /// did, the lower one.
    package static func merge(own: SearchResult, carried: SearchResult, for query: Query, limit: Int) -> SearchResult {
        guard query.isFollowUp else { return SearchResult(hits: Array(own.hits.prefix(limit)), confidence: own.confidence, signals: own.signals) }
        var candidates: [Candidate] = []
        var places: [KnowledgeChunkID: Int] = [:]
        // First the search with more words: its reasons are shown, and it decides between equals.
        for (result, weight) in [(carried, query.weight), (own, 1)] {
            for (rank, hit) in result.hits.enumerated() {
                // Scores end at 1; beyond that only the order tells.
                let share = weight * max(0, hit.score - Double(rank) * step) / (1 + query.weight)
                if let place = places[hit.chunk.id] {
                    candidates[place].score += share
                } else {
                    places[hit.chunk.id] = candidates.count
                    let penalty = query.given.contains(hit.chunk.item) ? repetition : 0
                    candidates.append(Candidate(hit: hit, place: candidates.count, score: share - penalty))
                }
            }
        }
        let met = Dictionary(own.hits.map { ($0.chunk.id, $0.score) }) { first, _ in first }
        let best = max(own.hits.first?.score ?? 0, .leastNormalMagnitude)
        for place in candidates.indices {
            candidates[place].score *= floor + (1 - floor) * (met[candidates[place].hit.chunk.id] ?? 0) / best
        }
        candidates.sort { $0.score == $1.score ? $0.place < $1.place : $0.score > $1.score }
        let hits = candidates.prefix(limit).map { Hit(chunk: $0.hit.chunk, score: min(1, max(0, $0.score)), why: $0.hit.why) }
        let surer = carried.confidence >= own.confidence ? carried : own
        guard let first = hits.first?.chunk.id else { return surer }
        let winners = [carried, own].filter { $0.hits.first?.chunk.id == first }
        let decided = winners.count == 1 ? winners[0] : winners.isEmpty ? (surer.confidence == own.confidence ? carried : own) : surer
        return SearchResult(hits: hits, confidence: decided.confidence, signals: decided.signals)
    }

    private struct Candidate {
        let hit: Hit
        let place: Int
        var score: Double
    }
}
