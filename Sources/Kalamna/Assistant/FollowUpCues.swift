import ArabicText

extension FollowUpWords {
    /// What in a message shows that it goes on from the one before. Words are in the form of `Token.text`.
    struct Cues {
        private var joins = false
        private var pointsBack = false
        private var addressesBusiness = false
        private var words = 0
        /// The word that was read last is itself a cue, and no thing.
        private(set) var lastWasCue = false

        /// - Parameter reading: an Arabizi word in Arabic letters.
        mutating func read(_ text: String, reading: String?, isFirst: Bool) {
            words += 1
            let forms = reading.map { [text, $0] } ?? [text]
            lastWasCue = false
            if isFirst || joins && Self.joining.contains(text) {
                if forms.contains(where: Self.joining.contains) || forms.contains(where: Self.beginsWithAnd) { joins = true }
                lastWasCue = forms.contains(where: Self.joining.contains)
            }
            if forms.contains(where: Self.pointing.contains) { (pointsBack, lastWasCue) = (true, true) }
            if forms.contains(where: Self.addressing.contains) { (addressesBusiness, lastWasCue) = (true, true) }
        }

        func lean(things: Int, aspects: Int) -> Double {
            if things > 4 { return 0 }
            if things == 0 { return aspects > 0 || pointsBack ? 3 : 0 }
            // "Do you have …" begins something new.
            if addressesBusiness && !pointsBack { return 0 }
            var lean = 0.0
            if joins { lean += 0.6 }
            if pointsBack { lean += 0.6 }
            // A bare noun, or a verb and a question word.
            if things == 1 && aspects == 0 && (joins || words <= 2) { lean += 0.4 }
            if aspects > 0 && words <= 5 { lean += 0.3 }
            return things > 3 ? lean / 2 : lean
        }

        /// "وللصعيد", not "ورق": the stemmer knows which و is a word of its own.
        private static func beginsWithAnd(_ word: String) -> Bool {
            guard word.first == "و", word.count > 2 else { return false }
            let rest = String(word.dropFirst())
            return Stemmer.isFunctionWord(rest) || Stemmer.stem(word) == Stemmer.stem(rest)
        }

        /// "What about …?" asks nothing yet.
        static func asksNothing(_ word: String, before next: String?) -> Bool {
            ["ماذا", "وماذا", "what"].contains(word) && next.map(["عن", "about"].contains) ?? false
        }

        static func isAspect(_ key: String) -> Bool { aspectStems.contains(key) }

        /// Concepts of the lexicon that say what is asked, and about no thing.
        static let aspects: Set<String> = [
            "price", "price_range", "how_much_many", "how_long", "where", "when", "how", "which", "what", "is_there", "can_i", "address",
            "location_map", "details", "delivery_time",
        ]
        private static let aspectStems = stems(
            """
            كام بكام كم وقت يوم مده ياخد بياخد هياخد يستغرق يكلف يحتاج
            امتى متى فين اين ازاي كيف ليه لماذا مين هل ايه ماذا قد سعر عنوان
            when where how why much many long early price time take takes cost
            """)
        private static let joining = words(
            """
            طب طيب طيبب و يعني كمان وكمان ولو وهل وكم وماذا ماذا بالنسبه وبالنسبه ايضا وايضا واما اما برضه برضو
            tab tb tayeb tyb taib w we wa wel wl ya3ni kaman bardo law and also what about
            """)
        private static let pointing = words(
            """
            ده دا دي دى دول هو هي هما منه منها منهم فيه فيها فيهم عليه عليها عليهم بيه بيها معاه معاها معه معها معهم ليه ليها
            له لها به بها عنه عنها بتاعه بتاعها
            بتاعته نفسه نفسها ذلك هذا هذه تلك وده ودي وهو وهي وفيه وفيها وعليه وعليها ومنه ومنها
            dah da di dih deh dol howa heya hwa heyya meno menha 3aleh 3aleha feeha fiha ma3ah ma3aha beta3o beta3ha
            it its that this them they those these one ones
            """)
        private static let addressing = words("انتو انتوا انتم حضرتكم عندكم عندكو عندكوا لديكم بتوعكم 3andoko 3andokom 3andko 3ndko ento entu your")

        private static func words(_ text: String) -> Set<String> { Set(Tokenizer.tokenize(text).map(\.text)) }
        private static func stems(_ text: String) -> Set<String> { Set(words(text).map(Stemmer.stem)) }
    }
}
