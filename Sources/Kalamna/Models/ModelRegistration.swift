import Store

/// What somebody enters to register a model.
package struct LLMModelDraft: Sendable {
    package var provider: LLMModel.Provider
    /// The rest; `label` and `model` must be there, `baseURL` may be left out for the provider's own.
    package var details: LLMModelChanges

    package init(_ provider: LLMModel.Provider, _ details: LLMModelChanges) {
        self.provider = provider
        self.details = details
    }

    /// The model that this makes. Refuses all wrong fields at once.
    func model(id: LLMModelID, isShared: Bool, source: ModelSource, now: Instant) throws(Failure) -> (model: LLMModel, key: ProviderKey?) {
        var details = details
        details.label = details.label ?? ""
        details.model = details.model ?? ""
        details.baseURL = details.baseURL ?? provider.standardAddress
        var validation = Validation()
        let checked = details.checked(&validation)
        try validation.check()
        guard let address = checked.address else { throw Failure.invalid(validation.problems) }
        let blank = LLMModel(
            id: id, label: "", provider: provider, model: "", version: "", address: address, parameters: LLMModel.Parameters(), inputPrice: 0,
            outputPrice: 0, trafficShare: 100, fallbackRank: 0, isActive: true, isShared: isShared, isLocal: false, createdAt: now)
        let model = checked.applied(to: blank)
        try source.checkAddress(of: model)
        return (model, checked.key)
    }
}

/// What somebody changes of a model; what is nil stays. The provider stays: another one is another model.
package struct LLMModelChanges: Sendable {
    package var label: String?
    package var model: String?
    package var version: String?
    package var baseURL: String?
    /// All of them: what is not in here goes back to its usual value.
    package var parameters: LLMModel.Parameters?
    /// Of a million tokens, in millionths of a US dollar.
    package var inputPrice: Int64?
    package var outputPrice: Int64?
    package var trafficShare: Int64?
    package var fallbackRank: Int64?
    package var isActive: Bool?
    package var isLocal: Bool?
    /// The provider's key; the old one goes.
    package var key: ProviderKeyInput?

    package init() {}

    /// The model with these changes. Refuses all wrong fields at once.
    func apply(to registered: RegisteredModel, source: ModelSource) throws(Failure) -> (model: LLMModel, key: ProviderKey?) {
        var validation = Validation()
        let checked = checked(&validation)
        try validation.check()
        let model = checked.applied(to: registered.model)
        // Otherwise whoever may change an address could have the key sent to a server of their own.
        if registered.hasKey, key == nil, !model.address.isSameServer(as: registered.model.address) {
            throw .invalid(
                "key", ar: "العنوان اتغير لسيرفر تاني: اكتب مفتاح السيرفر الجديد، أو اطلب مسح المفتاح القديم.",
                en: "The address leads to another server: enter that server's key, or have the old one removed.")
        }
        // A model that could not be saved today must still be possible to switch off.
        if baseURL != nil || isLocal != nil { try source.checkAddress(of: model) }
        return (model, checked.key)
    }

    fileprivate func checked(_ validation: inout Validation) -> CheckedModel {
        var checked = CheckedModel(changes: self)
        checked.label = label.map { validation.line("label", $0, atMost: 80) }
        checked.model = model.map { validation.modelName("model", $0) }
        checked.version = version.map { validation.line("version", $0, atLeast: 0, atMost: 80) }
        checked.address = baseURL.flatMap { validation.address($0) }
        if let parameters { validation.check(parameters) }
        validation.check("input_price", inputPrice, in: 0...1_000_000_000)
        validation.check("output_price", outputPrice, in: 0...1_000_000_000)
        validation.check("traffic_share", trafficShare, in: 0...1000)
        validation.check("fallback_rank", fallbackRank, in: 0...1000)
        if case .key(let text) = key { checked.key = validation.key("key", text) }
        return checked
    }
}

/// A key as somebody entered it. Printing it shows dots.
package enum ProviderKeyInput: Sendable, CustomStringConvertible, CustomReflectable {
    case key(String)
    case removed

    package var description: String { "•••" }
    package var customMirror: Mirror { Mirror(self, children: []) }
}

/// Fields that are known to be good.
private struct CheckedModel {
    let changes: LLMModelChanges
    var label: String?
    var model: String?
    var version: String?
    var address: ProviderAddress?
    var key: ProviderKey?

    init(changes: LLMModelChanges) { self.changes = changes }

    func applied(to old: LLMModel) -> LLMModel {
        var new = old
        new.label = label ?? old.label
        new.model = model ?? old.model
        new.version = version ?? old.version
        new.address = address ?? old.address
        new.parameters = changes.parameters ?? old.parameters
        new.inputPrice = changes.inputPrice ?? old.inputPrice
        new.outputPrice = changes.outputPrice ?? old.outputPrice
        new.trafficShare = changes.trafficShare ?? old.trafficShare
        new.fallbackRank = changes.fallbackRank ?? old.fallbackRank
        new.isActive = changes.isActive ?? old.isActive
        new.isLocal = changes.isLocal ?? old.isLocal
        return new
    }
}

extension ModelSource {
    /// Customers' words leave in plain text, and count as staying here, only on the way to the operator's own machines.
    fileprivate func checkAddress(of model: LLMModel) throws(Failure) {
        guard !isAllowedLocal(model.address) else { return }
        var validation = Validation()
        if model.isLocal {
            validation.refuse(
                "is_local", ar: "العنوان ده مش من أجهزة السيرفر المسموحة: مسؤول السيرفر يضيفه في KALAMNA_ALLOWED_PRIVATE_HOSTS الأول.",
                en: "This address is not one of this installation's own machines: the operator adds it to KALAMNA_ALLOWED_PRIVATE_HOSTS first.")
        }
        if !model.address.isEncrypted {
            validation.refuse(
                "base_url", ar: "العنوان لازم يبدأ بـ https عشان كلام العملاء يفضل سري. من غير تشفير مسموح بس لأجهزة السيرفر نفسه.",
                en: "The address must begin with https, so that customers' words stay private. Only the installation's own machines may do without.")
        }
        try validation.check()
    }
}

extension ProviderAddress {
    fileprivate var isEncrypted: Bool { description.lowercased().hasPrefix("https:") }
    fileprivate func isSameServer(as other: ProviderAddress) -> Bool { host == other.host && isEncrypted == other.isEncrypted }
}

extension Validation {
    fileprivate mutating func address(_ text: String) -> ProviderAddress? {
        do {
            if text.utf8.count > 300 {
                refuse("base_url", ar: "العنوان أطول من 300 حرف.", en: "The address is longer than 300 characters.")
            }
            return try ProviderAddress(text)
        } catch {
            for problem in error.fields { refuse(problem.field, ar: problem.message.ar, en: problem.message.en) }
            return nil
        }
    }

    /// It may become part of an address: letters, digits and `. _ : / @ + -`, and no way up.
    fileprivate mutating func modelName(_ field: String, _ text: String) -> String {
        let name = text.trimmed
        let isGood = name.utf8.allSatisfy { byte in
            (0x61...0x7A).contains(byte | 0x20) || (0x30...0x39).contains(byte) || Array("._:/@+-".utf8).contains(byte)
        }
        if !(1...200).contains(name.utf8.count) || !isGood || name.contains("..") {
            refuse(
                field, ar: "اكتب اسم الموديل زي ما هو عند المزود، زي gpt-5-mini: حروف إنجليزي وأرقام و . _ : / @ + - بس.",
                en: "Write the model's name as its provider does, such as gpt-5-mini: letters, digits and . _ : / @ + - only.")
        }
        return name
    }

    fileprivate mutating func key(_ field: String, _ text: String) -> ProviderKey? {
        let key = text.utf8.count <= 500 ? ProviderKey(text) : nil
        if key == nil {
            refuse(
                field, ar: "المفتاح مش شكله صح: انسخه كامل من صفحة المزود، من غير مسافات.",
                en: "This does not look like a key: copy it whole from the provider's page, without spaces.")
        }
        return key
    }

    fileprivate mutating func check(_ parameters: LLMModel.Parameters) {
        check("parameters.temperature", parameters.temperature, in: 0...2)
        check("parameters.top_p", parameters.topP, in: 0...1)
        check("parameters.most_tokens", parameters.mostTokens, in: 16...8192)
    }

    mutating func check<Number: Comparable>(_ field: String, _ value: Number?, in range: ClosedRange<Number>) {
        guard let value, !range.contains(value) else { return }
        refuse(
            field, ar: "\(field) لازم يكون من \(range.lowerBound) لحد \(range.upperBound).",
            en: "\(field) must be from \(range.lowerBound) to \(range.upperBound).")
    }
}
