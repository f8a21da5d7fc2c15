import ArabicText
import Testing

@testable import Kalamna

/// Questions that lean on the one before.
@Suite struct FollowUpTests {
    private static let now = Instant(milliseconds: 1_790_000_000_000)

    private static func chunk(_ title: String, _ content: String) -> KnowledgeChunk {
        KnowledgeChunk(
            id: KnowledgeChunkID(at: now), item: KnowledgeItemID(at: now), version: 1, position: 0, title: title, heading: "", content: content,
            answer: nil)
    }

    private static let cairo = chunk("سعر التوصيل للقاهرة", "التوصيل للقاهرة 50 جنيه.")
    private static let upperEgypt = chunk("سعر التوصيل للصعيد", "التوصيل للصعيد 90 جنيه.")
    private static let branch = chunk("فرع الصعيد", "فرعنا في أسيوط شارع الجمهورية.")
    private static let stay = chunk("مدة التوصيل للقاهرة", "التوصيل للقاهرة بيوصل خلال يومين.")
    private static let payment = chunk("طرق الدفع", "الدفع كاش أو فيزا أو محفظة.")
    static let index = SearchIndex(lexical: LexicalIndex([branch, cairo, upperEgypt, stay, payment], version: 1))

    static let delivery = Exchange(
        question: "التوصيل للقاهرة بكام؟", answer: cairo.content, sources: [.init(item: cairo.item, title: cairo.title)])

    private func first(_ message: String, after exchanges: [Exchange]) -> String? {
        let analyzed = TextAnalyzer.standard.analyze(message)
        let query = FollowUp.rewrite(analyzed, after: exchanges)
        let own = Self.index.search(analyzed, limit: FollowUp.depth)
        let carried = Self.index.search(query.analyzed, limit: FollowUp.depth)
        return FollowUp.merge(own: own, carried: carried, for: query, limit: 3).hits.first?.chunk.title
    }

    @Test(arguments: ["طب وللصعيد؟", "وللصعيد؟", "طيب الصعيد", "tab wel se3eed?", "وماذا عن الصعيد؟"])
    func anotherThingTakesOverWhatWasAsked(message: String) {
        let query = FollowUp.rewrite(message, after: [Self.delivery])
        #expect(query.isFollowUp && query.text.hasPrefix(message) && query.carried.contains("بكام"))
        #expect(first(message, after: [Self.delivery]) == Self.upperEgypt.title)
    }

    @Test(arguments: ["وبيوصل امتى؟", "بياخد وقت قد ايه؟", "w byewsal emta?", "وكم يستغرق من الوقت؟", "how long does it take?"])
    func anotherQuestionTakesOverTheThing(message: String) {
        let query = FollowUp.rewrite(message, after: [Self.delivery])
        #expect(query.isFollowUp && !query.carried.contains("بكام") && query.carried.contains { $0.contains("قاهر") })
    }

    @Test(arguments: ["عندكم فرع في اسكندرية؟", "عايز اعرف طرق الدفع المتاحة عندكم", "do you have a branch in Alexandria?", "شكرا", "تمام"])
    func aNewTopicTakesOverNothing(message: String) {
        let query = FollowUp.rewrite(message, after: [Self.delivery])
        #expect(!query.isFollowUp && query.text == message && query.carried.isEmpty)
    }

    @Test func aNewTopicIsFoundAllTheSame() {
        #expect(first("طب ممكن الدفع فيزا؟", after: [Self.delivery]) == Self.payment.title)
    }

    @Test func withoutAnythingBeforeAMessageStandsAlone() {
        for before in [[], [Exchange(question: "تمام شكرا")], [Exchange(question: "👍")]] {
            let query = FollowUp.rewrite("طب وللصعيد؟", after: before)
            #expect(!query.isFollowUp && query.text == "طب وللصعيد؟")
        }
    }

    @Test func thanksInBetweenChangeNothing() {
        let query = FollowUp.rewrite("طب وللصعيد؟", after: [Self.delivery, Exchange(question: "تمام شكرا")])
        #expect(query.isFollowUp && query.carried.contains("بكام"))
    }

    @Test func aChainKeepsTheQuestion() {
        let next = Exchange(
            question: "طب وللصعيد؟", answer: Self.upperEgypt.content, sources: [.init(item: Self.upperEgypt.item, title: Self.upperEgypt.title)])
        #expect(FollowUp.rewrite("والقاهرة؟", after: [Self.delivery, next]).carried.contains("بكام"))
    }

    @Test func aLongMessageIsNeverAFollowUp() {
        let long = "وده " + String(repeating: "كلام كتير عن حاجات مختلفة ", count: 20)
        #expect(!FollowUp.rewrite(long, after: [Self.delivery]).isFollowUp)
        // And a long one before costs nothing and is not carried.
        let before = Exchange(question: String(repeating: "كلام كتير عن حاجات مختلفة ", count: 2000))
        #expect(FollowUp.rewrite("طب وللصعيد؟", after: [before]).carried.isEmpty)
    }

    @Test func mergingWithoutAFollowUpIsTheOwnResult() {
        let own = Self.index.search(TextAnalyzer.standard.analyze("طرق الدفع"), limit: FollowUp.depth)
        let other = Self.index.search(TextAnalyzer.standard.analyze("فرع الصعيد"), limit: FollowUp.depth)
        let merged = FollowUp.merge(own: own, carried: other, for: .alone("طرق الدفع"), limit: 1)
        #expect(merged.hits.map(\.chunk.title) == [Self.payment.title] && merged.confidence == own.confidence)
    }

    @Test func mergedHitsAreDistinctInOrderAndInBounds() {
        let query = FollowUp.rewrite("طب وللصعيد؟", after: [Self.delivery])
        let own = Self.index.search(TextAnalyzer.standard.analyze("طب وللصعيد؟"), limit: FollowUp.depth)
        let carried = Self.index.search(query.analyzed, limit: FollowUp.depth)
        let merged = FollowUp.merge(own: own, carried: carried, for: query, limit: 10)
        #expect(Set(merged.hits.map(\.chunk.id)).count == merged.hits.count && !merged.hits.isEmpty)
        #expect(merged.hits.map(\.score) == merged.hits.map(\.score).sorted(by: >))
        #expect(merged.hits.allSatisfy { (0...1).contains($0.score) } && (0...1).contains(merged.confidence))
        #expect(FollowUp.merge(own: own, carried: carried, for: query, limit: 1).hits.count == 1)
    }
}
