import ArabicText

/// The numbers, prices, days and times of an answer that its sources don't have.
struct AnswerAmounts {
    typealias Finding = GroundingCheck.Finding

    let check: GroundingCheck
    let text: ReadText

    func findings() -> [Finding] {
        let amounts = Amount.all(in: text)
        var findings = amounts.compactMap { amount in
            isGrounded(amount) ? nil : Finding(kind: kind(of: amount), text: text.source(amount.quantity.range))
        }
        findings += spans(amounts) + weekdays() + openingTimes(amounts)
        return findings
    }

    private func kind(of amount: Amount) -> Finding.Kind {
        switch amount.kind {
        case .money: .price
        case .number: amount.isPrice ? .price : .number
        case .percent: .percentage
        case .duration: .duration
        case .measure: .number
        case .time: .time
        case .date, .day: .date
        case .weekday: .weekday
        }
    }

    private func isGrounded(_ amount: Amount) -> Bool {
        switch amount.kind {
        case .weekday: return true  // looked at with their spans
        case .day where amount.value == 0: return true
        case .day where amount.value == 1:
            // `تاني يوم`, `اليوم التالي`.
            if check.business.has(anyOf: ["التالي", "next"]) || check.business.texts.contains(where: saysNextDay) { return true }
        case .number where amount.isNumbering: return true
        // Small counts: `حاجة من اتنين`, `خطوة 1`.
        case .number where !amount.isPrice && amount.value <= 2 && !amount.isPlace: return true
        case .measure where amount.value <= 2 && ["time", "person", "piece"].contains(amount.quantity.unit): return true
        case .duration where amount.isRate: return true
        case .time where Int(amount.value) % 720 == 0 && check.business.has(word: "الليل"): return true
        default: break
        }
        if check.business.contains(amount) { return true }
        // Counted in the answer itself: `الفروع 3: …`.
        guard check.customer.contains(amount) else { return false }
        return mayComeFromCustomer(amount)
    }

    private func saysNextDay(_ source: ReadText) -> Bool {
        source.tokens.indices.contains { source.word($0) == "يوم" && source.word($0 - 1) == "تاني" }
    }

    private func mayComeFromCustomer(_ amount: Amount) -> Bool {
        if text.isDenied(amount.token) { return true }
        switch amount.kind {
        case .money: return text.hasSentence(of: amount.token, GroundingWords.ownMoney)
        case .percent: return false
        case .number where amount.isPrice: return text.hasSentence(of: amount.token, GroundingWords.ownMoney)
        case .number:
            // A hot line is a number too: nobody dictates ours.
            return (amount.raw ?? 0) < 1000 || !text.hasSentence(of: amount.token, GroundingWords.phone)
                || text.hasSentence(of: amount.token, GroundingWords.own)
        case .date, .day: return true
        case .measure, .duration, .time, .weekday: return text.hasSentence(of: amount.token, GroundingWords.own)
        }
    }

    /// `ضمان سنة`, `خلال أسبوع`: one of a unit, without a number.
    private func spans(_ amounts: [Amount]) -> [Finding] {
        text.tokens.indices.compactMap { index in
            guard index > 0, text.tokens[index].kind == .word, let minutes = minutes(at: index), !text.isDenied(index),
                !amounts.contains(where: { $0.quantity.range.overlaps(text.tokens[index].range) })
            else { return nil }
            if check.business.spans.contains(minutes) { return nil }
            let quantity = Quantity(kind: .duration, value: minutes, range: text.tokens[index].range)
            let amount = Amount(
                quantity: quantity, raw: nil, counted: nil, isPrice: false, isPlace: false, isNumbering: false, isRate: false, token: index)
            return check.business.contains(amount) ? nil : Finding(kind: .duration, text: text.source(quantity.range))
        }
    }

    /// Behind خلال and the like, or `قبلها بأسبوع`.
    private func minutes(at index: Int) -> Double? {
        let word = text.word(index)
        if let minutes = GroundingWords.singleUnits[word] { return GroundingWords.spanWords.contains(text.word(index - 1)) ? minutes : nil }
        return word.hasPrefix("ب") ? GroundingWords.singleUnits[String(word.dropFirst())] : nil
    }

    private func weekdays() -> [Finding] {
        text.tokens.indices.compactMap { index in
            // `كل يوم` of sources without days is no claim about one of them.
            guard let days = OpeningTimes.days(at: index, in: text), days.count < 7 else { return nil }
            if days.isSubset(of: check.business.opening.weekdays) || text.isDenied(index) { return nil }
            if days.isSubset(of: check.customer.opening.weekdays),
                check.business.opening.weekdays.isEmpty || text.hasSentence(of: index, GroundingWords.own)
            {
                return nil
            }
            // `الجمعة إجازة` of sources that name the other six days.
            if text.hasSentence(of: index, OpeningTimes.closed), !check.business.opening.weekdays.isEmpty { return nil }
            return Finding(kind: .weekday, text: text.source(text.tokens[index].range))
        }
    }

    /// A time that the sources have, but on another day.
    private func openingTimes(_ amounts: [Amount]) -> [Finding] {
        OpeningTimes.pairs(in: text, amounts).compactMap { days, time, token in
            let known = check.business.opening.times
            let isOther = days.contains { day in known[day].map { !$0.contains(time) } ?? false }
            guard isOther, !text.isDenied(token), amounts.contains(where: { $0.token == token && isGrounded($0) }) else { return nil }
            return Finding(kind: .time, text: text.source(text.tokens[token].range))
        }
    }
}

/// The phone numbers, links, e-mail addresses and codes of an answer that its sources don't have.
struct AnswerAddresses {
    typealias Finding = GroundingCheck.Finding

    let check: GroundingCheck
    let text: ReadText
    let answer: String

    func findings() -> [Finding] {
        var findings: [Finding] = []
        for (index, token) in text.tokens.enumerated() where !check.business.marks.contains(token.text) {
            let isCustomers = check.customer.marks.contains(token.text)
            let written = text.source(token.range)
            switch token.kind {
            case .phone:
                // `هنكلمك على 010…` names the customer's own.
                if !isCustomers || !text.hasSentence(of: index, GroundingWords.own) { findings.append(Finding(kind: .phone, text: written)) }
            case .email:
                if !isCustomers || !text.hasSentence(of: index, GroundingWords.own) { findings.append(Finding(kind: .email, text: written)) }
            case .code:
                let isPart = check.business.marks.contains { $0.hasPrefix(token.text) || $0.hasSuffix(token.text) }
                let isCoupon = text.hasSentence(of: index, GroundingWords.coupon)
                if !isPart, !isCustomers || isCoupon { findings.append(Finding(kind: .code, text: written)) }
            case .date where token.text == "24/7":
                if !text.isDenied(index), !saysAlways { findings.append(Finding(kind: .time, text: written)) }
            default: break
            }
        }
        if answer.utf8.contains(where: { $0 == 0x2E || $0 == 0x3A }) {
            let scalars = Array(answer.unicodeScalars)
            for link in Link.all(in: scalars) where !check.links.contains(link) {
                findings.append(Finding(kind: .link, text: String(String.UnicodeScalarView(scalars[link.range]))))
            }
        }
        return findings
    }

    private var saysAlways: Bool {
        check.business.amounts.contains { $0.kind == .duration && $0.raw == 24 }
    }
}
