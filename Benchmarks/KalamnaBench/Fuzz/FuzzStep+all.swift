import ArabicText
import Foundation
import Kalamna
import TextFuzzing

extension FuzzStep {
    /// Everything that reads what customers and owners send.
    static func all(sentences: [String]) throws -> [FuzzStep] {
        // As that of a business: its words in mind, Latin and Arabic.
        let business = TextAnalyzer(vocabulary: sentences.prefix(500).flatMap { Tokenizer.tokenize($0).map(\.text) })
        let searched = index(
            of: sentences.prefix(1000).enumerated().map { ChunkDraft(heading: $0.offset % 3 == 0 ? $0.element : "", content: $0.element) })
        return reading(.standard, "") + reading(business, " with a vocabulary") + [understanding, search(in: searched), indexing] + cutting
            + importing
    }

    private static func reading(_ analyzer: TextAnalyzer, _ suffix: String) -> [FuzzStep] {
        [
            FuzzStep("analyze" + suffix) {
                analyzer.analyze($0)
            } check: { text, analyzed in
                TextChecks.problems(of: analyzed) + (text.utf8.count < 2000 ? TextChecks.backwards(analyzed.normalized, source: text) : [])
                    + TextChecks.problems(of: analyzer.queryTerms(of: analyzed), positions: analyzed.tokens.count)
            },
            FuzzStep("index terms" + suffix) {
                analyzer.indexTerms(of: $0)
            } check: { text, terms in
                TextChecks.problems(of: terms, positions: Tokenizer.tokenize(text).count)
            },
        ]
    }

    private static var understanding: FuzzStep {
        FuzzStep("understand") { text in
            let found = Understanding(of: text)
            return [
                found.script, found.language, "\(found.replyLocale)", found.intent.rawValue, "\(found.intentConfidence)", found.emotion.rawValue,
                "\(found.emotionConfidence)",
            ]
        } check: { _, words in
            let confidences = [words[4], words[6]].compactMap(Double.init)
            return confidences.count == 2 && confidences.allSatisfy { (0...1).contains($0) } ? [] : ["a confidence is out of bounds"]
        }
    }

    private static func search(in index: SearchIndex) -> FuzzStep {
        // Understanding is a part of it; the rest ranks a thousand passages.
        FuzzStep("search", allowance: 2) { text in
            let result = index.search(TextAnalyzer.standard.analyze(text), limit: 5)
            return [result.confidence] + result.hits.flatMap { [$0.score, Double($0.chunk.position)] }
        } check: { _, figures in
            let scores = stride(from: 1, to: figures.count, by: 2).map { figures[$0] }
            var problems: [String] = []
            if !figures.allSatisfy(\.isFinite) || !(0...1).contains(figures[0]) { problems.append("a score or the confidence is out of bounds") }
            if zip(scores, scores.dropFirst()).contains(where: { $0 < $1 }) || scores.count > 5 { problems.append("the hits are not in order") }
            return problems
        }
    }

    private static var indexing: FuzzStep {
        FuzzStep("chunk, index and search") { text in
            let index = index(of: Chunker().chunks(of: .text(text), title: String(text.prefix(40))))
            let result = index.search(TextAnalyzer.standard.analyze(String(text.prefix(60))), limit: 5)
            return [result.confidence] + result.hits.map(\.score)
        } check: { _, figures in
            figures.allSatisfy(\.isFinite) ? [] : ["a score is not a number"]
        }
    }

    private static var cutting: [FuzzStep] {
        [
            FuzzStep("chunk") {
                Chunker().chunks(of: .text($0), title: String($0.prefix(40)))
            } check: { text, chunks in
                var problems: [String] = []
                let limit = Chunker().limit
                if chunks.contains(where: { $0.content.unicodeScalars.count > limit }) { problems.append("a passage is too long") }
                if chunks.contains(where: \.content.isEmpty) { problems.append("a passage is empty") }
                if chunks.isEmpty, text.unicodeScalars.contains(where: { $0.properties.isAlphabetic }) { problems.append("the text is gone") }
                return problems
            },
            FuzzStep("sentences") {
                Chunker.sentences(of: $0)
            } check: { _, sentences in
                sentences.contains("") ? ["a sentence is empty"] : []
            },
            FuzzStep("numbers") {
                Numbers.extract($0)
            } check: { text, quantities in
                let end = text.utf8.count
                return quantities.allSatisfy { !$0.value.isNaN && !$0.range.isEmpty && $0.range.upperBound <= end }
                    ? [] : ["a quantity is not a number or nowhere"]
            },
            FuzzStep("transliterate") { TextAnalyzer.standard.transliterator.transliterate($0) },
            FuzzStep("safe for display") {
                [Bidi.safe($0), Bidi.removingControls($0)]
            } check: { _, texts in
                Bidi.hasControls(texts[1]) ? ["a control is left"] : []
            },
            FuzzStep("message") { text in
                do throws(Failure) { return try MessageText.clean(text) } catch { return error.code }
            },
        ]
    }

    // MARK: Files

    /// Files are longer than messages.
    private static let fileLength = 400_000

    private static var importing: [FuzzStep] {
        [
            FuzzStep("file", growthLength: fileLength) { text in try imported(Array(text.utf8)) },
            FuzzStep("file of broken bytes", growthLength: fileLength) { text in
                try imported(text.utf8.enumerated().filter { $0.offset % 11 != 7 }.map(\.element))
            },
            FuzzStep("CSV rows", growthLength: fileLength) { text in try imported(Array(("title,content\n" + text).utf8)) },
            FuzzStep("CSV cells", growthLength: fileLength) { text in
                try imported(
                    Array("title;content\r\n".utf8) + slices(of: text).flatMap { Array("\"r\";\"".utf8) + quoted($0) + Array("\"\r\n".utf8) })
            } check: { text, rows in
                // A row may be refused, but none may be lost.
                rows.last == "\(slices(of: text).count)" || rows.count == 1
                    ? [] : ["of \(slices(of: text).count) rows \(rows.last ?? "none") came in"]
            },
            FuzzStep("JSON entries", growthLength: fileLength) { text in
                let entries = slices(of: text).map { ["title": "r", "content": $0] }
                return try imported(Array(JSONEncoder().encode(["entries": entries])))
            } check: { text, rows in
                rows.last == "\(slices(of: text).count)" || rows.count == 1
                    ? [] : ["of \(slices(of: text).count) entries \(rows.last ?? "none") came in"]
            },
        ]
    }

    /// The titles and lengths of a file's rows, those refused, and how many both are; alone the refusal of the whole.
    private static func imported(_ bytes: [UInt8]) throws -> [String] {
        do {
            let file = try KnowledgeImport(file: bytes)
            return file.rows.map { "\($0.number) \($0.draft.title) \($0.draft.content.plainText.utf8.count)" }
                + file.rejected.map { "\($0.row) \($0.field)" } + ["\(file.rows.count + Set(file.rejected.map(\.row)).count)"]
        } catch let failure as Failure {
            return [failure.code]
        }
    }

    /// By byte: a quote under a combining mark is another `Character`.
    private static func quoted(_ cell: String) -> [UInt8] { cell.utf8.flatMap { $0 == UInt8(ascii: "\"") ? [$0, $0] : [$0] } }

    /// A row for each 500 characters.
    private static func slices(of text: String) -> [String] {
        let scalars = Array(text.unicodeScalars)
        return stride(from: 0, to: scalars.count, by: 500).map { start in
            var view = String.UnicodeScalarView()
            view.append(contentsOf: scalars[start..<min(start + 500, scalars.count)])
            return String(view)
        }
    }

    private static func index(of drafts: [ChunkDraft]) -> SearchIndex {
        let now = Instant(milliseconds: 0)
        let item = KnowledgeItemID(at: now)
        let chunks = drafts.enumerated().map { position, draft in
            KnowledgeChunk(
                id: KnowledgeChunkID(at: now), item: item, version: 1, position: position, title: "دكان التجارب", heading: draft.heading,
                content: draft.content, answer: draft.answer)
        }
        return SearchIndex(lexical: LexicalIndex(chunks, version: 1))
    }
}
