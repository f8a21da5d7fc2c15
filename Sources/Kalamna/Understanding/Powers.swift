import Foundation

/// The functions of the C library that the classifiers need.
enum Powers {
    static func exponential(_ value: Float) -> Float { exp(value) }
    static func logarithm(_ value: Float) -> Float { log(value) }
    static func power(_ base: Float, _ exponent: Float) -> Float { pow(base, exponent) }
}
