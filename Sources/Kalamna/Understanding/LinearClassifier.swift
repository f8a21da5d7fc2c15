/// A trained classifier: one weight for each feature and label, in 8 bits, and how sure its scores are.
package struct LinearClassifier: Sendable {
    package struct Prediction: Sendable {
        package let label: String
        /// 0…1: of all messages that are given 0.8, about 80 % are rightly labelled.
        package let confidence: Double
        /// Of all labels, in the order of `labels`; their sum is 1.
        package let probabilities: [Double]
    }

    package let labels: [String]
    /// By bucket, the labels of one bucket side by side.
    let weights: [Int8]
    /// By label: what a weight of 127 stands for.
    let scales: [Float]
    let bias: [Float]
    /// Scores are divided by it before they become probabilities.
    let temperature: Float

    /// - Parameter weights: by bucket, the labels of one bucket side by side.
    init(labels: [String], weights: [Float], bias: [Float], temperature: Float) {
        self.labels = labels
        self.bias = bias
        self.temperature = temperature
        let count = labels.count
        var highest = [Float](repeating: 1e-9, count: count)
        for index in weights.indices { highest[index % count] = max(highest[index % count], weights[index].magnitude) }
        scales = highest
        self.weights = weights.indices.map { Self.narrowed(weights[$0] / highest[$0 % count]) }
    }

    init(labels: [String], weights: [Int8], scales: [Float], bias: [Float], temperature: Float) {
        self.labels = labels
        self.weights = weights
        self.scales = scales
        self.bias = bias
        self.temperature = temperature
    }

    /// Square roots: most weights are far smaller than the largest, and keep their differences this way.
    private static func narrowed(_ share: Float) -> Int8 {
        let root = (share.magnitude.squareRoot() * 127).rounded()
        return Int8(share < 0 ? -root : root)
    }

    private static let widened: [Float] = (-128...127).map { value in
        let share = Float(value) / 127
        return share * share.magnitude
    }

    package func predict(_ features: MessageFeatures) -> Prediction {
        let probabilities = Softmax.of(scores(features).map { $0 / temperature })
        let best = probabilities.indices.max { probabilities[$0] < probabilities[$1] } ?? 0
        return Prediction(label: labels[best], confidence: Double(probabilities[best]), probabilities: probabilities.map(Double.init))
    }

    /// Before they become probabilities; in the order of `labels`.
    func scores(_ features: MessageFeatures) -> [Float] {
        let count = labels.count
        var sums = [Float](repeating: 0, count: count)
        weights.withUnsafeBufferPointer { weights in
            Self.widened.withUnsafeBufferPointer { widened in
                sums.withUnsafeMutableBufferPointer { sums in
                    for feature in features.features {
                        let row = Int(feature.bucket) * count
                        for label in 0..<count { sums[label] += widened[Int(weights[row + label]) + 128] * feature.value }
                    }
                }
            }
        }
        return sums.indices.map { sums[$0] * scales[$0] + bias[$0] }
    }
}
