/// Digits as a customer typed them, to be told from order numbers, prices and dates.
struct NumberOfPerson {
    /// ASCII.
    let digits: [UInt8]
    let hasPlus: Bool
    /// Without blanks or dashes inside.
    let isSolid: Bool

    func kind(isNamedPhone: () -> Bool) -> PersonalData.Kind? {
        if !hasPlus, isNationalID { return .nationalID }
        if isEgyptianMobile || isLandline || isInternational { return .phone }
        if !hasPlus, isCard { return .card }
        // `موبايلي 1001234567`, `تليفون البيت 25551234`: without its first digits only a word before it shows what it is.
        if isSolid, !hasPlus, (7...10).contains(digits.count), isNamedPhone() { return .phone }
        return nil
    }

    func value(of kind: PersonalData.Kind) -> String {
        guard kind == .phone else { return String(decoding: digits, as: UTF8.self) }
        if isEgyptianMobile || isLandline { return "0" + String(decoding: subscriber, as: UTF8.self) }
        if starts("00") { return "+" + String(decoding: digits.dropFirst(2), as: UTF8.self) }
        return (hasPlus ? "+" : "") + String(decoding: digits, as: UTF8.self)
    }

    private func starts(_ prefix: StaticString) -> Bool {
        prefix.withUTF8Buffer { digits.starts(with: $0) }
    }

    private func number(_ range: Range<Int>) -> Int { digits[range].reduce(0) { $0 * 10 + Int($1 - 0x30) } }

    /// Without the country's code and the zero of calls at home: `1001234567`.
    private var subscriber: ArraySlice<UInt8> {
        var rest = digits[...]
        if starts("0020") { rest = rest.dropFirst(4) } else if starts("20") && (hasPlus || digits.count > 10) { rest = rest.dropFirst(2) }
        return rest.first == 0x30 ? rest.dropFirst() : rest
    }

    /// Whether a country's code or a zero stands before the subscriber: ten bare digits may be an order number.
    private var hasPrefix: Bool { starts("0") || hasPlus || (starts("20") && digits.count > 10) }

    private var isEgyptianMobile: Bool {
        let rest = Array(subscriber)
        return hasPrefix && rest.count == 10 && rest[0] == 0x31 && [0x30, 0x31, 0x32, 0x35].contains(rest[1])
    }

    private static let areas: Set<Int> = [
        13, 15, 40, 45, 46, 47, 48, 50, 55, 57, 62, 64, 65, 66, 68, 69, 82, 84, 86, 88, 92, 93, 95, 96, 97,
    ]

    private var isLandline: Bool {
        let rest = Array(subscriber)
        guard hasPrefix, rest.count == 8 || rest.count == 9 else { return false }
        if rest[0] == 0x32 { return rest.count == 9 }
        if rest[0] == 0x33 { return rest.count == 8 }
        return rest.count == 9 && Self.areas.contains(Int(rest[0] - 0x30) * 10 + Int(rest[1] - 0x30))
    }

    private var isInternational: Bool {
        if hasPlus { return (8...15).contains(digits.count) && digits[0] != 0x30 }
        return starts("00") && (10...17).contains(digits.count) && digits[2] != 0x30
    }

    private static let governorates: Set<Int> = Set([1, 2, 3, 4, 88] + Array(11...19) + Array(21...29) + Array(31...35))

    /// Century, date of birth and governorate as the registry gives them.
    private var isNationalID: Bool {
        guard digits.count == 14, digits[0] == 0x32 || digits[0] == 0x33 else { return false }
        return (1...12).contains(number(3..<5)) && (1...31).contains(number(5..<7)) && Self.governorates.contains(number(7..<9))
    }

    /// Luhn's checksum, and a first digit that cards have.
    private var isCard: Bool {
        guard (13...19).contains(digits.count), (0x32...0x36).contains(digits[0]) || starts("9792") || starts("81") else { return false }
        var sum = 0
        for (index, digit) in digits.reversed().enumerated() {
            let value = Int(digit - 0x30)
            sum += index % 2 == 0 ? value : (value * 2 > 9 ? value * 2 - 9 : value * 2)
        }
        return sum % 10 == 0
    }
}
