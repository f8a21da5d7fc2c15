import Foundation

extension ExperimentVerdict {
    /// For the owner, who is no statistician: what was found, how much, how sure, and what was done.
    package var words: LocalizedText {
        let sample = arms.reduce(0) { $0 + $1.sample }
        switch finding {
        case .tooFew:
            let (least, lacking) = (experiment.minimumSample, arms.filter { $0.sample < experiment.minimumSample })
            let ar = lacking.map { "«\($0.arm.label)» (\($0.sample))" }.joined(separator: "، ")
            let en = lacking.map { "“\($0.arm.label)” (\($0.sample))" }.joined(separator: ", ")
            return LocalizedText(
                ar: "لسه بدري على الحكم: محتاجين \(least) محادثة على الأقل لكل موديل، والناقص \(ar).",
                en: "Too early to tell: each model needs at least \(least) conversations; lacking: \(en).")
        case .noDifference:
            guard let leading else { return LocalizedText(ar: "لسه مفيش فرق واضح.", en: "No difference yet.") }
            let most = max(abs(leading.interval.lowerBound), abs(leading.interval.upperBound))
            return LocalizedText(
                ar: "لسه مفيش فرق واضح بعد \(sample) محادثة. لو فيه فرق فهو مش أكتر من \(amount(most).ar) في \(subject.ar).",
                en: "No difference yet after \(sample) conversations. If there is one, it is at most \(amount(most).en) in \(subject.en).")
        case .someWorse, .decided:
            guard let leading, let best = label(leading.first), let worst = label(leading.second) else {
                return LocalizedText(ar: "الموديل اللي فضل هو الأحسن.", en: "The model that is left is the better one.")
            }
            let (low, high) = (max(leading.interval.lowerBound, 0), max(leading.interval.upperBound, 0))
            let stopped = arms.filter { $0.arm.stoppedAt != nil }.map(\.arm.label)
            let ar =
                "«\(best)» أحسن من «\(worst)» في \(subject.ar) بحوالي \(amount(leading.difference).ar) "
                + "(بين \(amount(low).ar) و\(amount(high).ar))، بعد \(sample) محادثة."
            let en =
                "“\(best)” is better than “\(worst)” in \(subject.en) by about \(amount(leading.difference).en) "
                + "(between \(amount(low).en) and \(amount(high).en)), after \(sample) conversations."
            if stopped.isEmpty { return LocalizedText(ar: ar, en: en) }
            return LocalizedText(
                ar: ar + " وقفنا \(stopped.map { "«\($0)»" }.joined(separator: "، ")) لأنه أقل بوضوح: المحادثات الجديدة مش هتروح له.",
                en: en + " Clearly worse and stopped: \(stopped.map { "“\($0)”" }.joined(separator: ", ")). It gets no new conversations.")
        }
    }

    private func label(_ model: LLMModelID) -> String? { experiment.arms.first { $0.model == model }?.label }

    private var subject: LocalizedText {
        switch experiment.measure {
        case .rating: LocalizedText(ar: "رضا العملاء", en: "satisfied customers")
        case .grounded: LocalizedText(ar: "الردود المعتمدة على معلوماتك", en: "answers that stand in your knowledge")
        case .handedOver: LocalizedText(ar: "المحادثات اللي ما احتاجتش موظف", en: "conversations without a human")
        case .firstToken: LocalizedText(ar: "سرعة أول كلام", en: "the time to the first words")
        case .cost: LocalizedText(ar: "تكلفة المحادثة", en: "the cost of a conversation")
        }
    }

    /// A difference of scores in the units of the measure.
    private func amount(_ score: Double) -> LocalizedText {
        let size = abs(score)
        switch experiment.measure {
        case .rating, .grounded, .handedOver:
            let points = Self.rounded(size * 100, digits: 1)
            return LocalizedText(ar: "\(points) نقطة مئوية", en: "\(points) percentage points")
        case .firstToken:
            let milliseconds = Int((size * Double(experiment.ceiling)).rounded())
            return LocalizedText(ar: "\(milliseconds) مللي ثانية", en: "\(milliseconds) ms")
        case .cost:
            let dollars = Self.rounded(size * Double(experiment.ceiling) / 1_000_000, digits: 5)
            return LocalizedText(ar: "\(dollars) دولار", en: "\(dollars) US dollars")
        }
    }

    private static func rounded(_ number: Double, digits: Int) -> String { String(format: "%.\(digits)f", number) }
}
