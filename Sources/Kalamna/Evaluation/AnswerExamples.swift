import ArabicText
import Foundation

/// What customers would read: questions of a set with the answers of the built-in assistant, in all three tones.
package struct AnswerExamples: Sendable {
    package struct Example: Sendable {
        package let style: String
        package let tone: Tone
        package let question: String
        package let answer: String
        /// The title of the item that is cited; nil when the assistant says that it does not know.
        package let source: String?
    }

    private let index: SearchIndex
    private let businessName: String

    package init(knowledge: [UInt8], businessName: String, now: Instant) async throws {
        self.index = try await RetrievalEvaluation(knowledge: knowledge, now: now).index
        self.businessName = businessName
    }

    /// Every question once; the tones take turns.
    package func answers(to questions: [RetrievalEvaluation.Question]) -> [Example] {
        questions.enumerated().map { number, question in
            let tone = Tone.allCases[number % Tone.allCases.count]
            var settings = BusinessSettings.defaults(businessName: businessName, locale: .ar)
            settings.tone = tone
            let understanding = Understanding(of: question.question)
            let phrases = Phrases(settings: settings, locale: understanding.replyLocale)
            let found = index.search(understanding.analyzed, limit: 1)
            guard let hit = found.hits.first, found.confidence >= settings.confidenceThreshold else {
                return Example(
                    style: question.style, tone: tone, question: question.question, answer: phrases.doNotKnow(variant: Int64(number)), source: nil)
            }
            let text = Extractive.answer(to: understanding.analyzed, from: hit.chunk)
            return Example(
                style: question.style, tone: tone, question: question.question, answer: phrases.framed(text, variant: Int64(number)),
                source: hit.chunk.title)
        }
    }
}
