internal import CModels

/// The classifiers that `kalamna train` made, compiled into the program.
enum Classifiers {
    static let intent = embedded(kalamna_intent_classifier(), "intent.bin")
    static let emotion = embedded(kalamna_emotion_classifier(), "emotion.bin")

    private static func embedded(_ file: KalamnaModelFile, _ name: String) -> LinearClassifier {
        do {
            return try LinearClassifier(bytes: Array(UnsafeBufferPointer(start: file.bytes, count: Int(file.length))))
        } catch {
            // Only a program that was put together wrongly gets here, and its first test fails.
            preconditionFailure("\(name) does not fit this program (\(error)): run `kalamna train` and build again.")
        }
    }
}
