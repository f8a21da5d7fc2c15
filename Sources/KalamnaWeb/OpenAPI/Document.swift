import HTTPTypes
import Kalamna

/// The OpenAPI 3.1 description, made from the list of routes: what is served and what is described can't differ.
enum OpenAPIDocument {
    /// - Parameter cookie: the name of the session cookie, as the operator's settings make it.
    static func make(of endpoints: [Endpoint], version: String, cookie: String) -> JSONValue {
        var paths: [String: JSONValue] = [:]
        for endpoint in endpoints {
            let operations = (paths[endpoint.path] ?? [:]).adding([endpoint.method.rawValue.lowercased(): operation(endpoint)])
            paths[endpoint.path] = operations
        }
        return [
            "openapi": "3.1.0",
            "info": [
                "title": "Kalamna", "version": .string(version), "license": ["name": "Apache-2.0", "identifier": "Apache-2.0"],
                "description": "Customer support in Egyptian Arabic. Texts of errors follow Accept-Language (ar, en).",
            ],
            "paths": .object(paths),
            "components": ["schemas": .object(schemas.mapValues(\.json)), "securitySchemes": securitySchemes(cookie: cookie)],
        ]
    }

    private static let schemas: [String: Schema] = [
        "Problem": .object([
            "type": .string(), "title": .string(), "status": .integer(), "detail": .string(), "code": .string(), "request_id": .string(),
            "errors": .array(of: .object(["field": .string(), "message": .string()])),
        ]),
        "Admin": AdminBody.schema, "Business": BusinessBody.schema, "Invitation": InvitationBody.schema, "Key": KeyBody.schema,
        "Settings": SettingsBody.schema, "Model": ModelBody.schema, "ModelTest": ModelTestBody.schema,
        "KnowledgeItem": ItemBody.schema, "KnowledgeVersion": VersionBody.schema, "Chunk": ChunkBody.schema,
        "Hit": HitBody.schema, "Session": SessionBody.schema, "Message": MessageBody.schema, "InboxSession": InboxSessionBody.schema,
        "InboxMessage": InboxMessageBody.schema, "Note": NoteBody.schema, "CannedReply": CannedReplyBody.schema, "EndUser": EndUserBody.schema,
        "Feedback": FeedbackBody.schema, "ContentGap": GapBody.schema, "AuditEntry": AuditBody.schema,
    ]

    private static func securitySchemes(cookie: String) -> JSONValue {
        [
            "widgetKey": ["type": "http", "scheme": "bearer", "description": "Publishable key of a site: kwk_live_…"],
            "serverKey": ["type": "http", "scheme": "bearer", "description": "Secret key of a server: ksk_live_…"],
            "sessionToken": ["type": "http", "scheme": "bearer", "description": "A customer's token of one conversation: kst_…"],
            "adminSession": [
                "type": "apiKey", "in": "cookie", "name": .string(cookie),
                "description": "A person's login: __Host-kalamna_session over HTTPS, kalamna_session over plain HTTP",
            ],
        ]
    }

    private static func operation(_ endpoint: Endpoint) -> JSONValue {
        var operation: JSONValue = [
            "operationId": .string(endpoint.name), "summary": .string(endpoint.summary), "responses": responses(endpoint),
            "security": security(endpoint.access),
        ]
        var parameters = endpoint.parameterNames.map { name -> JSONValue in
            [
                "name": .string(name), "in": "path", "required": true,
                "schema": name == "version" ? Schema.integer(0...Int(Int32.max)).json : Schema.id.json,
            ]
        }
        parameters += endpoint.query.map { parameter in
            [
                "name": .string(parameter.name), "in": "query", "required": false, "schema": parameter.schema.json,
                "description": .string(parameter.description),
            ]
        }
        if endpoint.idempotent {
            parameters.append([
                "name": "Idempotency-Key", "in": "header", "required": false, "schema": Schema.string(1...255).json,
                "description": "A repeat with the same key and body returns the first answer (kept two days)",
            ])
        }
        if !parameters.isEmpty { operation = operation.adding(["parameters": .array(parameters)]) }
        if let body = endpoint.body {
            operation = operation.adding(["requestBody": ["required": true, "content": ["application/json": ["schema": body.json]]]])
        }
        return operation
    }

    private static func responses(_ endpoint: Endpoint) -> JSONValue {
        var responses: [String: JSONValue] = [:]
        let success = success(endpoint)
        responses[String(endpoint.status.code)] = success
        var refusals: Set<Int> = [400, 401, 403, 413, 422, 429, 503]
        if !endpoint.parameterNames.isEmpty || endpoint.access == .session { refusals.insert(404) }
        if endpoint.body != nil { refusals.insert(415) }
        if endpoint.idempotent { refusals.formUnion([409]) }
        for status in endpoint.otherStatuses {
            if status < 300 { responses[String(status)] = success } else { refusals.insert(status) }
        }
        for status in refusals where responses[String(status)] == nil {
            responses[String(status)] = [
                "description": .string(meanings[status] ?? "Refused"),
                "content": ["application/problem+json": ["schema": Schema.named("Problem").json]],
            ]
        }
        return .object(responses)
    }

    private static let meanings = [
        400: "The body is not JSON", 401: "No valid key, token or login", 403: "Not allowed for this caller, or from this site",
        404: "It does not exist, or it is not yours", 409: "It conflicts with what is there", 410: "It has ended",
        413: "The body is too large", 415: "The body is not declared as JSON", 422: "Some fields need correcting",
        429: "Too many requests: Retry-After says when", 503: "Busy: try again shortly",
    ]

    private static func success(_ endpoint: Endpoint) -> JSONValue {
        guard let schema = endpoint.response else { return ["description": "Done"] }
        var content: [String: JSONValue] = [:]
        for type in endpoint.mediaTypes {
            content[type] = ["schema": type == "application/json" ? schema.json : Schema.string().json]
        }
        return ["description": "Done", "content": .object(content)]
    }

    private static func security(_ access: AccessKind) -> JSONValue {
        switch access {
        case .anyone: []
        case .widget: [["widgetKey": []]]
        case .session: [["sessionToken": []]]
        case .admin, .owner: [["adminSession": []]]
        case .business: [["adminSession": []], ["serverKey": []]]
        }
    }
}
