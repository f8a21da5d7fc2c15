import Kalamna
import TestSupport

/// A little shop's knowledge, and questions that it can and can't answer.
enum Shop {
    static let shipping = "الشحن للقاهرة 50 جنيه وبيوصل خلال يومين."
    static let shippingQuestion = "الشحن للقاهرة بكام؟"
    static let returns = "تقدر ترجع المنتج خلال 14 يوم ومعاه الفاتورة."
    static let returnsQuestion = "ازاي ارجع المنتج؟"
    static let unknown = "عندكم فرع في اسوان؟"

    @discardableResult
    static func open(in kalamna: TestKalamna, for business: TestBusiness? = nil) async throws -> (shipping: KnowledgeItem, returns: KnowledgeItem) {
        (
            try await kalamna.learn("سعر الشحن للقاهرة كام؟", shipping, for: business),
            try await kalamna.learn("سياسة ارجاع المنتج: ارجع المنتج ازاي؟", returns, for: business)
        )
    }
}
