import ArabicText
import Testing

@testable import Kalamna

/// The classifiers as such: their weights, their bytes and their training.
@Suite struct LinearClassifierTests {
    private static let sentences: [(label: String, texts: [String])] = [
        ("happy", ["تحفة", "حلو اوي", "love it", "جميل جدا", "مبسوط", "تجنن"]), ("angry", ["زفت", "نصابين", "حرامية", "worst ever", "قرف", "زبالة"]),
        ("neutral", ["بكام", "فين الفرع", "الساعة كام", "where", "ممكن سؤال", "عندكم ايه"]),
    ]

    private static func corpus() throws -> TrainingSentences {
        var all = TrainingSentences()
        for (label, texts) in sentences { try all.add(texts.joined(separator: "\n"), folder: "emotion", name: label) }
        return all
    }

    private static var quick: ClassifierTraining.Options {
        var options = ClassifierTraining.Options()
        options.epochs = 6
        options.leastExamples = 1
        return options
    }

    private static func features(_ text: String) -> MessageFeatures { MessageFeatures(TextAnalyzer.standard.analyze(text)) }

    @Test func trainingIsTheSameEachTime() throws {
        let first = ClassifierTraining.run(.emotion, on: try Self.corpus(), folds: 2, options: Self.quick)
        let second = ClassifierTraining.run(.emotion, on: try Self.corpus(), folds: 2, options: Self.quick)
        #expect(first.classifier.bytes == second.classifier.bytes)
        #expect(first.validation.counts == second.validation.counts && first.validation.total == 18)
        var other = Self.quick
        other.seed = 1
        #expect(ClassifierTraining.run(.emotion, on: try Self.corpus(), folds: 0, options: other).classifier.bytes != first.classifier.bytes)
        // It has learnt what it was shown.
        for (label, texts) in Self.sentences {
            for text in texts { #expect(first.classifier.predict(Self.features(text)).label == label) }
        }
    }

    @Test func bytesComeBackAsTheyWere() throws {
        let bytes = Classifiers.emotion.bytes
        let again = try LinearClassifier(bytes: bytes)
        #expect(again.bytes == bytes && again.labels == Emotion.allCases.map(\.rawValue))
        let features = Self.features("انتو فين؟!")
        #expect(again.predict(features).probabilities == Classifiers.emotion.predict(features).probabilities)
    }

    @Test func theEmbeddedOnesFitAndAreSmall() {
        #expect(Set(Classifiers.intent.labels) == Set(Intent.allCases.map(\.rawValue)))
        #expect(Set(Classifiers.emotion.labels) == Set(Emotion.allCases.map(\.rawValue)))
        #expect(Classifiers.intent.bytes.count + Classifiers.emotion.bytes.count < 2_000_000)
        let prediction = Classifiers.intent.predict(Self.features("الشحن لطنطا بكام"))
        #expect(abs(prediction.probabilities.reduce(0, +) - 1) < 1e-4)
        #expect(prediction.confidence == prediction.probabilities.max())
    }

    @Test func damagedBytesAreRefused() throws {
        let bytes = Classifiers.emotion.bytes
        func problem(_ bytes: [UInt8]) -> LinearClassifier.Problem? {
            do {
                _ = try LinearClassifier(bytes: bytes)
                return nil
            } catch { return error }
        }
        #expect(problem([]) == .notAClassifier)
        #expect(problem(Array("KLMNCLS1".utf8)) == .truncated)
        #expect(problem(Array(bytes.dropFirst())) == .notAClassifier)
        for place in [40, 1000, bytes.count / 2, bytes.count - 1] {
            var damaged = bytes
            damaged[place] ^= 0x10
            #expect(problem(damaged) == .checksum)
        }
        #expect(problem(Array(bytes.dropLast(100))) == .checksum)
        var other = bytes
        // The version of the features stands behind the signature.
        other[8] &+= 1
        #expect(problem(other) == .otherFeatures)
    }

    @Test func featuresAreBoundedForAnyText() {
        let long = Self.features(String(repeating: "عايز ارجع الاوردر واخد فلوسي ", count: 400))
        #expect(long.features.count < 20_000)
        for feature in long.features { #expect(Int(feature.bucket) < MessageFeatures.bucketCount && feature.value.isFinite) }
        // Only what an empty message shares with all: no question mark, no words.
        #expect(Self.features("").features.count < 20)
    }

    @Test func arabiziSharesTheFeaturesOfArabic() {
        let arabic = Set(Self.features("عايز ارجع الاوردر").features.map(\.bucket))
        let arabizi = Set(Self.features("3ayez arga3 el order").features.map(\.bucket))
        #expect(arabic.intersection(arabizi).count > arabic.count / 4)
    }
}
