/// Messages that are all different and that the bot goes on answering: thanks in between keep it from calling a human.
enum Wording {
    private static let questions = [
        "شكرا جدا", "التوصيل للقاهرة بكام؟", "متشكر اوي", "فاتحين الساعة كام؟", "شكرا ليك", "الاسترجاع خلال كام يوم؟",
    ]

    static func text(_ number: Int) -> String { "\(questions[number % questions.count]) \(number)" }

    /// What a business must know to answer them.
    static let knowledge = """
        {"business": "دكان التجارب", "entries": [
         {"id": "k1", "title": "رسوم التوصيل", "language": "ar", "kind": "faq",
          "question": "التوصيل للقاهرة بكام؟", "answer": "التوصيل للقاهرة بـ 50 جنيه."},
         {"id": "k2", "title": "مواعيد العمل", "language": "ar", "kind": "faq",
          "question": "فاتحين الساعة كام؟", "answer": "فاتحين كل يوم من 10 الصبح لحد 10 بالليل."},
         {"id": "k3", "title": "الاسترجاع", "language": "ar", "kind": "faq",
          "question": "الاسترجاع خلال كام يوم؟", "answer": "الاسترجاع خلال 14 يوم من الاستلام."}
        ]}
        """
}
