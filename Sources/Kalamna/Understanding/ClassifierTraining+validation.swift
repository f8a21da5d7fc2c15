import ArabicText

extension ClassifierTraining {
    package struct Outcome: Sendable {
        package let classifier: LinearClassifier
        /// From classifiers that had not seen the sentence.
        package let validation: ClassifierReport
    }

    /// Trains the classifier of a task and measures it by cross-validation: each sentence is labelled by a classifier that has not seen it.
    /// - Parameter folds: how many parts the sentences are cut into; each is left out once. Under 2: not measured, and not calibrated.
    package static func run(_ task: TrainingSentences.Task, on sentences: TrainingSentences, folds: Int, options: Options = Options()) -> Outcome {
        let labels = task.labels
        let corpus = Corpus(sentences.of(task), smallTalk: Set(labels.indices.filter { Self.smallTalk.contains(labels[$0]) }), options)
        var report = ClassifierReport(labels: labels)
        var scored: [(scores: [Float], label: Int)] = []
        if folds > 1 {
            for fold in 0..<folds {
                let trained = train(corpus.examples { $0 % folds != fold }, classCount: labels.count, options: options)
                let classifier = LinearClassifier(labels: labels, weights: trained.weights, bias: trained.bias, temperature: 1)
                for place in corpus.order.indices where place % folds == fold {
                    let index = corpus.order[place]
                    let scores = classifier.scores(corpus.own[index])
                    scored.append((scores, corpus.labels[index]))
                    report.add(
                        given: labels[corpus.labels[index]], found: labels[scores.indices.max { scores[$0] < scores[$1] } ?? 0])
                }
            }
        }
        let trained = train(corpus.examples { _ in true }, classCount: labels.count, options: options)
        let classifier = LinearClassifier(
            labels: labels, weights: trained.weights, bias: trained.bias, temperature: Calibration.temperature(for: scored))
        return Outcome(classifier: classifier, validation: report)
    }

    /// What stops being itself behind a greeting.
    private static let smallTalk = [Intent.greeting, .thanks, .goodbye].map(\.rawValue)

    /// All sentences with their features, in a random order of their own.
    private struct Corpus {
        let own: [MessageFeatures]
        let labels: [Int]
        let order: [Int]
        private let variants: [[MessageFeatures]]
        private let variantWeight: Float

        init(_ sentences: [TrainingSentences.Sentence], smallTalk: Set<Int>, _ options: Options) {
            var random = SeededRandom(seed: options.seed)
            own = sentences.map { MessageFeatures(TextAnalyzer.standard.analyze($0.text)) }
            labels = sentences.map(\.label)
            variants = sentences.map { sentence in
                Augmentation.variants(
                    of: sentence.text, count: options.variants, keepsCourtesy: !smallTalk.contains(sentence.label), &random
                ).map { MessageFeatures(TextAnalyzer.standard.analyze($0)) }
            }
            order = random.shuffled(sentences.count)
            variantWeight = options.variantWeight
        }

        /// Those at the chosen places of `order`, each with its variants.
        func examples(_ isChosen: (Int) -> Bool) -> [Example] {
            order.indices.filter(isChosen).flatMap { place in
                let index = order[place]
                return [Example(features: own[index].features, label: labels[index])]
                    + variants[index].map { Example(features: $0.features, label: labels[index], weight: variantWeight) }
            }
        }
    }
}

enum Calibration {
    /// The temperature under which the labels that were given are most probable.
    static func temperature(for scored: [(scores: [Float], label: Int)]) -> Float {
        guard !scored.isEmpty else { return 1 }
        let candidates = (10...120).map { Float($0) / 40 }
        let losses = candidates.map { temperature in
            scored.reduce(Float(0)) { sum, one in
                let probability = Softmax.of(one.scores.map { $0 / temperature })[one.label]
                return sum - Powers.logarithm(max(probability, 1e-9))
            }
        }
        let best = losses.indices.min { losses[$0] < losses[$1] } ?? 0
        return candidates[best]
    }
}
