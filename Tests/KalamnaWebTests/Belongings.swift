import HTTPTypes
import Kalamna
import KalamnaWeb
import TestSupport
import Testing

/// One of each thing that a business can have, made over HTTP, and everybody who may ask for it.
struct Belongings: Sendable {
    let owner: String
    let staff: String
    let widgetKey: String
    let serverKey: String
    let customer: TestCustomer
    /// By the names of path parameters.
    let ids: [String: String]

    init(of business: TestBusiness, on server: TestServer) async throws {
        let domain = business.business.name.lowercased() + ".example"
        self.owner = business.ownerToken
        self.widgetKey = business.widgetKey
        self.serverKey = try await server.makeKey("server", by: owner).secret
        let spareKey = try await server.makeKey("widget", origins: ["https://shop.\(domain)"], by: owner)
        let staff = try await server.hire("staff@\(domain)", by: owner)
        self.staff = staff.token
        let invitation = try await server.call("POST", "/v1/invitations", auth: owner, json: ["email": "next@\(domain)"])
        let item = try await server.call("POST", "/v1/knowledge", auth: owner, json: Self.item("40 جنيه"))
        let itemID = try item.string("id")
        let changed = try await server.call("PUT", "/v1/knowledge/\(itemID)", auth: owner, json: Self.item("50 جنيه"))
        try #require(changed["version"] as? Int == 2)
        self.customer = try await server.customer(of: business)
        let answer = try await customer.ask("الشحن بكام؟")
        let session = try await server.call("GET", "/v1/sessions/\(customer.session)", auth: owner)
        _ = try await server.call("PUT", "/v1/widget/session/feedback", auth: customer.token, json: ["rating": 5])
        _ = try await customer.ask("عندكم فرع في اسوان؟")
        let gaps = try await server.call("GET", "/v1/content-gaps", auth: owner).array
        var models: [String] = []
        for name in ["gpt-5-mini", "gpt-5-nano"] {
            let model = try await server.call(
                "POST", "/v1/models", auth: owner, json: ["provider": "openai", "label": "\(name) of \(domain)", "model": name])
            models.append(try model.string("id"))
        }
        let experiment = try await server.call(
            "POST", "/v1/experiments", auth: owner,
            json: ["name": "x", "measure": "rating", "arms": models.map { ["model_id": $0, "share": 50] as [String: Any] }])
        let reply = try await server.call(
            "POST", "/v1/canned-replies", auth: owner, json: ["title": "ترحيب", "text": "أهلا {{name}}", "shortcut": "hi"])
        let note = try await server.call("POST", "/v1/sessions/\(customer.session)/notes", auth: owner, json: ["text": "عميل مهم"])
        try #require(note.status == 201)
        // Its first use is noted.
        _ = try await server.call("GET", "/v1/sessions", auth: serverKey)
        self.ids = [
            "session_id": customer.session, "message_id": try #require(answer["id"] as? String), "item_id": itemID, "version": "1",
            "key_id": spareKey.id, "invitation_id": try invitation.string("id"), "admin_id": staff.id,
            "end_user_id": try session.string("end_user_id"), "model_id": try #require(models.first),
            "canned_reply_id": try reply.string("id"), "experiment_id": try experiment.string("id"),
            "gap_id": try #require(gaps.first?["id"] as? String),
        ]
    }

    static func item(_ price: String) -> [String: Any] {
        ["title": "الشحن", "content": ["kind": "faq", "pairs": [["question": "الشحن بكام؟", "answer": "الشحن بـ \(price)."]]]]
    }

    /// The endpoint's address with these ids in it; `/-/` where an id is not known.
    func path(of endpoint: Endpoint) -> String {
        endpoint.parameterNames.reduce(endpoint.path) { $0.replacing("{\($1)}", with: ids[$1] ?? "-") }
    }

    /// Whoever of this business may use the endpoint.
    func callers(of endpoint: Endpoint) -> [String] {
        switch endpoint.access {
        case .anyone: []
        case .widget: [widgetKey]
        case .session: [customer.token]
        case .admin: [owner, staff]
        case .owner: [owner]
        case .business: [owner, staff, serverKey]
        }
    }

    /// Everything that the business and its customer can read of themselves, by address.
    func everything(on server: TestServer) async throws -> [String: String] {
        var texts: [String: String] = [:]
        for endpoint in server.server.endpoints where endpoint.method.rawValue == "GET" {
            let isStream = endpoint.query.contains { $0.name == "wait" }
            let path = path(of: endpoint) + (isStream ? "?wait=0" : "")
            let answer = try await server.call("GET", path, auth: callers(of: endpoint).first)
            #expect(answer.status == 200, "\(path): \(answer.text)")
            texts[path] = answer.canonical
        }
        return texts
    }
}

/// - Parameters: what a business could read of itself, by address.
func expectUnchanged(_ before: [String: String], _ after: [String: String], sourceLocation: SourceLocation = #_sourceLocation) {
    let changed = before.filter { after[$0.key] != $0.value }.keys.sorted()
    for path in changed.prefix(1) {
        Issue.record(
            "\(changed) changed; \(before[path]?.prefix(600) ?? "") became \(after[path]?.prefix(600) ?? "")", sourceLocation: sourceLocation)
    }
}
