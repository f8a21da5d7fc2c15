import Foundation
import Testing

@testable import Kalamna

/// The files that classifiers learn from and are measured by.
@Suite struct TrainingSentencesTests {
    @Test func bothFormsAreRead() throws {
        var all = TrainingSentences()
        try all.add("# heading\n\nبكام\n  السعر كام  \r\nبكام\n", folder: "intent", name: "price")
        try all.add("= price angry\nغالي اوي\n= - sad\nزعلان\n= cancel -\nالغي\n", folder: "messages", name: "one")
        #expect(all.of(.intent).map(\.text) == ["بكام", "السعر كام", "غالي اوي", "الغي"])
        #expect(all.of(.emotion).map(\.text) == ["غالي اوي", "زعلان"])
        let labels = TrainingSentences.Task.intent.labels
        #expect(all.of(.intent).map { labels[$0.label] } == ["price", "price", "price", "cancel"])
    }

    @Test(arguments: [("= pricey angry\nx", "line 1"), ("\n= price\nx", "line 2"), ("= price angry sad\nx", "line 1")])
    func anUnknownLabelIsNamed(text: String, place: String) {
        var all = TrainingSentences()
        #expect { try all.add(text, folder: "messages", name: "two") } throws: { error in
            (error as? Failure)?.message.en.hasPrefix("messages/two.txt, \(place):") == true
        }
        #expect(throws: Failure.self) { try all.add("x", folder: "emotion", name: "bored") }
    }

    @Test func greetingsAndSlipsKeepTheSentence() {
        var random = SeededRandom(seed: 1)
        let sentence = "الشحن للمنصورة بكام"
        let variants = (0..<50).flatMap { _ in Augmentation.variants(of: sentence, count: 2, keepsCourtesy: true, &random) }
        #expect(!variants.isEmpty && !variants.contains(sentence))
        let bare = (0..<50).flatMap { _ in Augmentation.variants(of: "شكرا", count: 2, keepsCourtesy: false, &random) }
        #expect(bare.allSatisfy { !$0.contains(" ") })
    }

    @Test func aReportCountsRight() {
        var report = ClassifierReport(labels: ["a", "b", "c"])
        for (given, found) in [("a", "a"), ("a", "a"), ("a", "b"), ("b", "b"), ("x", "a")] { report.add(given: given, found: found) }
        #expect(report.total == 4 && report.accuracy == 0.75)
        // F1 of a is 4/5, of b 2/3; c was neither given nor found.
        #expect(abs(report.macroF1 - (0.8 + 2.0 / 3) / 2) < 1e-9 && report.f1(of: 2) == nil)
        #expect(report.table.split(separator: "\n").count == 4)
    }

    @Test func messagesAreReadLineByLine() throws {
        let file = """
            {"id": "a", "text": "بكام", "intent": "price", "emotion": "neutral", "extra": [1]}
            {"id": 12, "message": "شكرا"}

            {"question": "where?"}\r
            """
        let lines = try MessageLine.all(in: Data(("\u{FEFF}" + file).utf8))
        #expect(lines.map(\.id) == ["a", "12", "4"] && lines.map(\.text) == ["بكام", "شكرا", "where?"])
        #expect(lines[0].intent == .price && lines[0].emotion == .neutral && lines[1].intent == nil)
    }

    @Test(arguments: [#"{"text": "x""#, #"{"id": "1"}"#, "[]", #"{"text": 5}"#, #"{"text": "x", "intent": "pricey"}"#, "{\"text\": \"\u{1}\"}"])
    func aBrokenLineIsNamed(line: String) {
        #expect { try MessageLine.all(in: Data("{\"text\": \"ok\"}\n\(line)\n".utf8)) } throws: { error in
            (error as? Failure)?.message.en.hasPrefix("Line 2:") == true
        }
    }
}
