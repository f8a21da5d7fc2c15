import ArabicText

/// Trains a classifier from labelled sentences: multinomial logistic regression by AdaGrad.
/// The same sentences in the same order give the same weights on every run.
package struct ClassifierTraining: Sendable {
    package struct Options: Sendable {
        package var epochs = 20
        package var rate: Float = 0.1
        /// L2 on the weights that an example touches.
        package var decay: Float = 3e-3
        /// Share of the features of an example that an epoch does not see, so that no single one carries an answer alone.
        package var dropout: Float = 0.2
        /// 0: rare labels count as often as they stand in the data; 1: all labels count alike.
        package var balance: Float = 1
        /// How often each sentence is seen in a damaged form beside its own.
        package var variants = 2
        /// What such a form counts, beside 1 of the sentence itself.
        package var variantWeight: Float = 0.5
        /// Features that fewer sentences have are not learnt.
        package var leastExamples = 3
        package var seed: UInt64 = 20_26

        package init() {}
    }

    struct Example: Sendable {
        let features: [MessageFeatures.Feature]
        let label: Int
        var weight: Float = 1
    }

    let options: Options
    private let classCount: Int
    private var weights: [Float]
    private var gradients: [Float]
    private var bias: [Float]
    private var biasGradients: [Float]

    init(classCount: Int, options: Options) {
        self.options = options
        self.classCount = classCount
        weights = Array(repeating: 0, count: classCount * MessageFeatures.bucketCount)
        gradients = Array(repeating: 1e-6, count: weights.count)
        bias = Array(repeating: 0, count: classCount)
        biasGradients = Array(repeating: 1e-6, count: classCount)
    }

    /// Weights by bucket, the labels of one bucket side by side, and the bias of each label.
    static func train(_ examples: [Example], classCount: Int, options: Options) -> (weights: [Float], bias: [Float]) {
        var training = ClassifierTraining(classCount: classCount, options: options)
        var random = SeededRandom(seed: options.seed)
        let balanced = balance(withoutRare(examples, least: options.leastExamples), classCount, by: options.balance)
        for epoch in 0..<options.epochs {
            // Slower towards the end, so that the order of the last sentences leaves no trace.
            let rate = options.rate * (1 - 0.9 * Float(epoch) / Float(options.epochs))
            for index in random.shuffled(balanced.count) { training.learn(balanced[index], rate, &random) }
        }
        return (training.weights, training.bias)
    }

    /// What a single sentence has would learn that sentence by heart, and keep the rest from learning what it has in common with others.
    private static func withoutRare(_ examples: [Example], least: Int) -> [Example] {
        guard least > 1 else { return examples }
        var counts = [Int](repeating: 0, count: MessageFeatures.bucketCount)
        for example in examples where example.weight == 1 {
            for bucket in Set(example.features.map(\.bucket)) { counts[Int(bucket)] += 1 }
        }
        return examples.map { example in
            Example(features: example.features.filter { counts[Int($0.bucket)] >= least }, label: example.label, weight: example.weight)
        }
    }

    private static func balance(_ examples: [Example], _ classCount: Int, by power: Float) -> [Example] {
        var counts = [Float](repeating: 0, count: classCount)
        for example in examples { counts[example.label] += example.weight }
        let mean = counts.reduce(0, +) / Float(classCount)
        let factors = counts.map { $0 > 0 ? Powers.power(mean / $0, power) : 0 }
        return examples.map {
            var example = $0
            example.weight *= factors[example.label]
            return example
        }
    }

    private mutating func learn(_ example: Example, _ rate: Float, _ random: inout SeededRandom) {
        let kept = options.dropout > 0 ? example.features.filter { _ in random.unit() >= options.dropout } : example.features
        let lift = 1 / (1 - options.dropout)
        var scores = bias
        weights.withUnsafeMutableBufferPointer { weights in
            gradients.withUnsafeMutableBufferPointer { gradients in
                for feature in kept {
                    let row = Int(feature.bucket) * classCount
                    for label in 0..<classCount { scores[label] += weights[row + label] * feature.value * lift }
                }
                var errors = Softmax.of(scores)
                errors[example.label] -= 1
                for label in 0..<classCount { errors[label] *= example.weight }
                for feature in kept {
                    let row = Int(feature.bucket) * classCount
                    let value = feature.value * lift
                    for label in 0..<classCount {
                        let slope = errors[label] * value + options.decay * weights[row + label]
                        gradients[row + label] += slope * slope
                        weights[row + label] -= rate * slope / gradients[row + label].squareRoot()
                    }
                }
                for label in 0..<classCount {
                    biasGradients[label] += errors[label] * errors[label]
                    bias[label] -= rate * 0.1 * errors[label] / biasGradients[label].squareRoot()
                }
            }
        }
    }
}

enum Softmax {
    static func of(_ scores: [Float]) -> [Float] {
        let highest = scores.max() ?? 0
        var powers = scores.map { Powers.exponential($0 - highest) }
        let sum = powers.reduce(0, +)
        for index in powers.indices { powers[index] /= sum }
        return powers
    }
}

/// SplitMix64: the same numbers everywhere.
struct SeededRandom: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }

    /// 0..<1.
    mutating func unit() -> Float { Float(next() >> 40) / Float(1 << 24) }

    mutating func below(_ count: Int) -> Int { Int(truncatingIfNeeded: next() >> 1) % count }

    /// 0..<count in a random order.
    mutating func shuffled(_ count: Int) -> [Int] {
        var order = Array(0..<count)
        for index in order.indices.reversed() { order.swapAt(index, below(index + 1)) }
        return order
    }
}
