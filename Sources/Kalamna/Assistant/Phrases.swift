import Foundation

/// What the bot says by itself, beside answers from the knowledge: in the business's tone and the customer's language.
/// Egyptian for `friendly`, a lighter Egyptian for `neutral`, MSA for `formal`.
package struct Phrases: Sendable {
    let settings: BusinessSettings
    let locale: Locale

    package init(settings: BusinessSettings, locale: Locale) {
        self.settings = settings
        self.locale = locale
    }

    /// - Parameter variant: any number; the same number gives the same wording.
    func greeting(variant: Int64) -> String {
        pick(
            variant,
            friendly: ["أهلًا بيك! أنا \(settings.botName)، أقدر أساعدك في إيه؟", "يا أهلًا وسهلًا! قولي محتاج إيه وأنا معاك."],
            neutral: ["أهلًا بحضرتك، أقدر أساعدك في إيه؟"],
            formal: ["أهلًا بكم، كيف يمكنني مساعدتكم؟"],
            english: ["Hello! I'm \(settings.botName). How can I help?"])
    }

    func welcome(variant: Int64) -> String {
        pick(
            variant,
            friendly: ["العفو! لو احتجت أي حاجة تانية أنا موجود.", "على الرحب والسعة، تحت أمرك في أي وقت."],
            neutral: ["العفو، تحت أمر حضرتك."],
            formal: ["العفو، نسعد بخدمتكم دائمًا."],
            english: ["You're welcome! I'm here if you need anything else."])
    }

    func farewell(variant: Int64) -> String {
        pick(
            variant,
            friendly: ["مع السلامة، نورتنا!", "في رعاية الله، مستنيينك تاني."],
            neutral: ["مع السلامة، يومك سعيد."],
            formal: ["مع السلامة، شكرًا لتواصلكم معنا."],
            english: ["Goodbye, and thank you for contacting us!"])
    }

    /// Honest: it does not know, the question is noted, and a human can be had.
    func doNotKnow(variant: Int64) -> String {
        pick(
            variant,
            friendly: [
                "بصراحة المعلومة دي مش عندي، ومش عايز أقولك حاجة غلط. سجلت سؤالك، وتحب أحولك لحد من زمايلي؟ اكتب «موظف».",
                "للأسف معنديش إجابة أكيدة على ده. سجلت سؤالك علشان نضيفه، ولو تحب تكلم حد من الفريق اكتب «موظف».",
            ],
            neutral: ["المعلومة دي مش متوفرة عندي دلوقتي. سجلت سؤال حضرتك، ولو تحب تكلم موظف اكتب «موظف»."],
            formal: ["عذرًا، لا تتوفر لديّ معلومة مؤكدة عن ذلك. سُجِّل سؤالكم، وللتحدث مع أحد موظفينا اكتبوا «موظف»."],
            english: ["I don't have a reliable answer to that. I've noted your question; to talk to a person, type “agent”."])
    }

    /// To a customer whom the bot could not help twice in a row, or who asks for a human.
    func handover(at now: Instant) -> String {
        guard settings.isOpen(at: now) else { return handoverOutsideHours }
        return pick(
            0,
            friendly: ["حاضر، حولتك لحد من زمايلي وهيرد عليك هنا في أقرب وقت."],
            neutral: ["تم تحويل حضرتك لموظف، وهيرد عليك هنا في أقرب وقت."],
            formal: ["تم تحويل محادثتكم إلى أحد موظفينا، وسيرد عليكم هنا في أقرب وقت."],
            english: ["I've passed you on to a colleague, who will answer here as soon as possible."])
    }

    func waiting() -> String {
        pick(
            0,
            friendly: ["رسالتك وصلت، وزميلي هيرد عليك أول ما يفضى."],
            neutral: ["رسالة حضرتك وصلت، والموظف هيرد في أقرب وقت."],
            formal: ["وصلت رسالتكم، وسيرد عليكم الموظف في أقرب وقت."],
            english: ["Your message has arrived; a colleague will answer as soon as possible."])
    }

    /// The business's own words, and when it opens again.
    func away(at now: Instant) -> String {
        guard let opening = settings.hours.nextOpening(after: now, in: settings.zone) else { return settings.awayMessage }
        var calendar = Calendar(identifier: .gregorian)
        calendar.timeZone = settings.zone
        let parts = calendar.dateComponents([.weekday, .hour, .minute], from: Date(timeIntervalSince1970: Double(opening.milliseconds) / 1000))
        let (weekday, hour, minute) = ((parts.weekday ?? 1) - 1, parts.hour ?? 0, parts.minute ?? 0)
        let clock = "\(hour % 12 == 0 ? 12 : hour % 12)" + (minute == 0 ? "" : ":\(minute < 10 ? "0" : "")\(minute)")
        let isToday =
            opening - now < .hours(24)
            && calendar.component(.weekday, from: Date(timeIntervalSince1970: Double(now.milliseconds) / 1000)) == parts.weekday
        if locale == .en {
            let days = ["Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"]
            return "\(settings.awayMessage)\nWe open \(isToday ? "today" : "on \(days[weekday])") at \(clock) \(hour < 12 ? "am" : "pm")."
        }
        let days = ["الأحد", "الاثنين", "الثلاثاء", "الأربعاء", "الخميس", "الجمعة", "السبت"]
        let day = isToday ? (settings.tone == .formal ? "اليوم" : "النهاردة") : "يوم \(days[weekday])"
        let half = settings.tone == .formal ? (hour < 12 ? "صباحًا" : "مساءً") : (hour < 12 ? "الصبح" : hour < 17 ? "الضهر" : "بالليل")
        return "\(settings.awayMessage)\n\(settings.tone == .formal ? "نعود" : "بنفتح") \(day) الساعة \(clock) \(half)."
    }

    func autoReplyOff() -> String {
        pick(
            0,
            friendly: ["رسالتك وصلت، وحد من فريقنا هيرد عليك قريب."],
            neutral: ["رسالة حضرتك وصلت، وهيرد عليك أحد الموظفين قريبًا."],
            formal: ["وصلت رسالتكم، وسيرد عليكم أحد موظفينا قريبًا."],
            english: ["Your message has arrived. Someone from our team will answer soon."])
    }

    func failed() -> String {
        pick(
            0,
            friendly: ["معلش، حصلت مشكلة عندنا وأنا بجهز الرد. حولتك لحد من زمايلي."],
            neutral: ["عذرًا، حصلت مشكلة أثناء الرد. تم تحويل حضرتك لموظف."],
            formal: ["نعتذر، حدثت مشكلة أثناء إعداد الرد، وتم تحويلكم إلى أحد موظفينا."],
            english: ["Sorry, something went wrong on our side. I've passed you on to a colleague."])
    }

    /// Around an answer that stands in Arabic in the knowledge.
    func framed(_ answer: String, variant: Int64) -> String {
        if locale == .en {
            let isArabic = answer.unicodeScalars.contains { (0x0600...0x06FF).contains($0.value) }
            return isArabic ? "Here is what our information says (in Arabic):\n\(answer)" : answer
        }
        return switch settings.tone {
        case .friendly: answer + choose(variant, ["\n\nلو محتاج أي حاجة تانية أنا معاك.", "", "\n\nأي سؤال تاني أنا موجود."])
        case .neutral: answer
        case .formal: answer + choose(variant, ["\n\nيسعدنا الرد على أي استفسار آخر.", ""])
        }
    }

    private var handoverOutsideHours: String {
        pick(
            0,
            friendly: ["حاضر. الفريق مش متاح دلوقتي، بس رسالتك وصلت وأول ما نفتح حد هيرد عليك هنا."],
            neutral: ["تم تحويل حضرتك لموظف. الفريق خارج مواعيد العمل حاليًا، والرد هيوصلك هنا أول ما نفتح."],
            formal: ["تم تحويل محادثتكم. فريقنا خارج أوقات العمل حاليًا، وسيصلكم الرد هنا عند بدء العمل."],
            english: ["I've passed you on to a colleague. We are closed at the moment; the answer will reach you here when we open."])
    }

    private func pick(_ variant: Int64, friendly: [String], neutral: [String], formal: [String], english: [String]) -> String {
        if locale == .en { return choose(variant, english) }
        return switch settings.tone {
        case .friendly: choose(variant, friendly)
        case .neutral: choose(variant, neutral)
        case .formal: choose(variant, formal)
        }
    }

    private func choose(_ variant: Int64, _ texts: [String]) -> String { texts[Int(variant.magnitude % UInt64(texts.count))] }
}
