/// Numbers in words: `خمسمية وخمسين`, `تلت تلاف`, `ألف ونص`, `one hundred and fifty`.
enum NumberWords {
    enum Part: Equatable {
        /// Below 100.
        case small(Double)
        case hundreds(Double)
        case scale(Double)
        case fraction(Double)
    }

    static func part(_ word: String) -> Part? { table[word] }

    /// The number that starts at `start`, and how many words it has. Digits count as words here: `5 آلاف`, `2 ونص`.
    static func number(in words: [String], from start: Int) -> (value: Double, count: Int)? {
        var total = 0.0
        /// Below the last scale.
        var current = 0.0
        var lastScale = 1.0
        var index = start
        var last: Part?
        while index < words.count {
            var next = index
            var isJoined = false
            if last != nil, words[next] == "و" || words[next] == "and", next + 1 < words.count {
                next += 1
                isJoined = true
            }
            var word = words[next]
            var part = self.part(word) ?? digits(word)
            if part == nil, last != nil, word.hasPrefix("و") {
                word.removeFirst()
                part = self.part(word) ?? digits(word)
                isJoined = part != nil
            }
            // `تلاتة الا ربع`
            if part == nil, last != nil, word == "الا", next + 1 < words.count, case .fraction(let fraction)? = self.part(words[next + 1]) {
                current -= fraction
                index = next + 2
                break
            }
            guard let part, follows(part, last, isJoined: isJoined) else { break }
            switch part {
            case .small(let value): current += value
            case .hundreds(let value):
                if value == 100, case .small(let count)? = last, count >= 1, count < 10, !isJoined {
                    current += count * 99
                } else {
                    current += value
                }
            case .scale(let value):
                if isJoined {
                    total += value
                } else {
                    total += (current == 0 ? 1 : current) * value
                    current = 0
                }
                lastScale = value
            case .fraction(let value): current += last == nil || lastScale < 1000 ? value : value * lastScale
            }
            last = part
            index = next + 1
        }
        return last == nil ? nil : (total + current, index - start)
    }

    private static func follows(_ part: Part, _ last: Part?, isJoined: Bool) -> Bool {
        guard let last else { return true }
        switch (last, part) {
        case (.fraction, .scale): return !isJoined
        case (_, .scale), (.scale, .fraction): return isJoined || part != last
        case (.small(let tens), .small(let unit)):
            return isJoined ? (tens < 10 || unit < 10) && tens + unit < 100 : tens >= 20 && unit < 10 && !isArabicOrder(tens)
        case (.small(let count), .hundreds(let value)): return value == 100 && count < 10 && !isJoined
        case (.hundreds, .small), (.scale, .small), (.scale, .hundreds): return true
        case (.small, .fraction), (.hundreds, .fraction): return isJoined
        default: return false
        }
    }

    /// `twenty five` needs no "and"; `25 5` are two numbers.
    private static func isArabicOrder(_ tens: Double) -> Bool { Int(tens) % 10 != 0 }

    private static func digits(_ word: String) -> Part? {
        // The bound keeps the value one that has an integer.
        guard word.utf8.count < 16, word.utf8.allSatisfy({ (0x30...0x39).contains($0) || $0 == 0x2E }), let value = Double(word) else { return nil }
        return .small(value)
    }

    private static let table: [String: Part] = {
        var table: [String: Part] = [:]
        func add(_ words: String, _ part: (Double) -> Part) {
            for group in words.split(separator: ";") {
                let forms = group.split(separator: " ")
                guard let value = Double(forms[0]) else { continue }
                for form in forms.dropFirst() { table[String(form).normalizedWord] = part(value) }
            }
        }
        add(
            """
            0 صفر زيرو zero;1 واحد واحدة one;2 اتنين اثنين اثنان اثنتين اثنتان تنتين two;3 تلاتة تلات ثلاثة ثلاث three;4 أربعة أربع اربعه four;5 خمسة خمس five;\
            6 ستة six;7 سبعة سبع seven;8 تمانية تمن تمان ثمانية ثماني ثمان eight;9 تسعة تسع nine;10 عشرة عشر ten;11 حداشر احداشر eleven;12 اتناشر اتناشير twelve;\
            13 تلتاشر تلاتاشر thirteen;14 أربعتاشر fourteen;15 خمستاشر fifteen;16 ستاشر sixteen;17 سبعتاشر seventeen;18 تمنتاشر تمانتاشر eighteen;19 تسعتاشر nineteen;\
            20 عشرين عشرون twenty;30 تلاتين ثلاثين ثلاثون thirty;40 أربعين أربعون forty fourty;50 خمسين خمسون fifty;60 ستين ستون sixty;70 سبعين سبعون seventy;\
            80 تمانين ثمانين ثمانون eighty;90 تسعين تسعون ninety
            """
        ) { .small($0) }
        add(
            """
            100 مية ميه ميت مائة مئة hundred hundreds;200 ميتين متين مئتين مائتين مئتان مائتان;300 تلتمية تلتميت تلاتمية ثلاثمائة ثلاثمئة;400 ربعمية ربعميت أربعمية أربعمائة أربعمئة;\
            500 خمسمية خمسميت خمسمائة خمسمئة;600 ستمية ستميت ستمائة ستمئة;700 سبعمية سبعميت سبعمائة سبعمئة;800 تمنمية تمنميت تمانمية ثمانمائة ثمانمئة;900 تسعمية تسعميت تسعمائة تسعمئة
            """
        ) { .hundreds($0) }
        add("1000 ألف آلاف الاف تلاف ألفا thousand thousands k;1000000 مليون ملايين million millions;1000000000 مليار بليون billion") { .scale($0) }
        add("0.5 نص نصف half;0.25 ربع quarter;0.3333333333 تلت ثلث") { .fraction($0) }
        table["الفين"] = .scale(2000)
        table["مليونين"] = .scale(2_000_000)
        return table
    }()
}
