import Testing

@testable import Kalamna

@Suite struct EmbeddingTextTests {
    @Test func cutsBetweenCharacters() {
        #expect(EmbeddingText.cut("abc", toUTF8: 3) == "abc" && EmbeddingText.cut("abc", toUTF8: 2) == "ab")
        // Two bytes each; four for the face.
        #expect(EmbeddingText.cut("سلام", toUTF8: 5) == "سل" && EmbeddingText.cut("a😡", toUTF8: 4) == "a" && EmbeddingText.cut("😡", toUTF8: 3) == "")
    }

    @Test func batchesHoldAllTextsOnceInOrder() {
        let texts = [5, 5, 5, 50, 1, 1, 1, 1].map { String(repeating: "x", count: $0) }
        let batches = EmbeddingText.batches(of: texts, count: 3, bytes: 10)
        #expect(batches == [0..<2, 2..<3, 3..<4, 4..<7, 7..<8])
        #expect(EmbeddingText.batches(of: [], count: 3, bytes: 10).isEmpty)
        #expect(EmbeddingText.batches(of: ["long text"], count: 3, bytes: 1) == [0..<1])
    }

    @Test func unitVectorsHaveLengthOne() throws {
        #expect(EmbeddingText.unit([3, 0, -4]) == [0.6, 0, -0.8])
        #expect(EmbeddingText.unit([0, 0]) == nil && EmbeddingText.unit([.nan, 1]) == nil && EmbeddingText.unit([.infinity]) == nil)
        let huge = try #require(EmbeddingText.unit([.greatestFiniteMagnitude, .greatestFiniteMagnitude]))
        #expect(abs(huge[0] - 0.707_106_8) < 1e-6)
        let tiny = try #require(EmbeddingText.unit([1e-30, 0]))
        #expect(tiny == [1, 0])
    }

    @Test func modelsAreToldApart() {
        let model = EmbeddingModel(name: "m", version: "1", dimensions: 3)
        #expect(model.description == "m@1/3")
        let others = [("n", "1", 3), ("m", "2", 3), ("m", "1", 4)].map { EmbeddingModel(name: $0.0, version: $0.1, dimensions: $0.2) }
        #expect(others.allSatisfy { $0 != model && $0.description != model.description })
    }
}
