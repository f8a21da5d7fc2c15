extension Validation {
    private static let mostOrigins = 100

    /// The sites of a widget key in the form in which they are compared, each once.
    mutating func origins(_ field: String, _ entries: [String]) -> [String] {
        guard entries.count <= Self.mostOrigins else {
            refuse(
                field, ar: "أقصى حاجة \(Self.mostOrigins) موقع للمفتاح الواحد.", en: "At most \(Self.mostOrigins) sites for one key.")
            return []
        }
        var rules: [String] = []
        for (index, entry) in entries.enumerated() {
            guard let rule = origin("\(field).\(index)", entry)?.text, !rules.contains(rule) else { continue }
            rules.append(rule)
        }
        return rules
    }

    /// Forgives what people paste: capital letters, a `/` at the end, the usual port, a missing `https://`.
    private mutating func origin(_ field: String, _ entry: String) -> OriginRule? {
        let text = entry.trimmed
        if text == "*" { return .any }
        guard text.unicodeScalars.allSatisfy(\.isASCII) else {
            refuse(
                field, ar: "اكتب اسم الموقع بالحروف الإنجليزية. لو الاسم عربي، اكتب صيغته اللي بتبدأ بـ xn-- (punycode).",
                en: "Write the site's name in ASCII. A name in another script must be given in its xn-- form (punycode).")
            return nil
        }
        let lowered = text.lowercased()
        guard let complete = Self.withScheme(lowered.hasSuffix("/") ? String(lowered.dropLast()) : lowered) else {
            refuse(
                field, ar: "عنوان الموقع لازم يبدأ بـ https:// (أو http://).", en: "The address of a site begins with https:// (or http://).")
            return nil
        }
        let address = complete.text.dropFirst(complete.scheme.count)
        if let end = address.firstIndex(where: { "/?#\\".contains($0) }) {
            let site = complete.scheme + address[..<end]
            refuse(
                field, ar: "اكتب عنوان الموقع بس، من غير الصفحة: \(site)", en: "Write only the site, without the page: \(site)")
            return nil
        }
        if let base = address.hasPrefix("*.") ? Origin(canonical(complete.scheme + address.dropFirst(2))) : nil {
            guard Self.canStandForAll(base.host) else {
                refuse(
                    field, ar: "النجمة دي بتسمح لمواقع مش بتاعتك. اكتبها قبل اسم موقعك، زي https://*.shop.example.",
                    en: "This star lets in sites that are not yours. Put it before your own name, like https://*.shop.example.")
                return nil
            }
            return .below(base)
        }
        if let origin = Origin(canonical(complete.text)) { return .exact(origin) }
        refuse(
            field, ar: "العنوان ده مش عنوان موقع، اكتبه زي https://shop.example أو https://*.shop.example.",
            en: "This is not the address of a site: write it like https://shop.example or https://*.shop.example.")
        return nil
    }

    private func canonical(_ text: String) -> String { Origin.split(text)?.text ?? text }

    /// `http` only where it was written, or for the own machine. Nil for another scheme.
    private static func withScheme(_ text: String) -> (scheme: String, text: String)? {
        for scheme in ["https://", "http://"] where text.hasPrefix(scheme) { return (scheme, text) }
        if text.contains("://") { return nil }
        let isOwnMachine = ["localhost", "127.0.0.1", "[::1]"].contains { text == $0 || text.hasPrefix($0 + ":") }
        // A bare word is no site, and `null` must not become one.
        guard isOwnMachine || text.contains(".") else { return nil }
        let scheme = isOwnMachine ? "http://" : "https://"
        return (scheme, scheme + text)
    }

    /// False where strangers can get a name below: `com`, `com.eg`, `github.io`. Not complete (that would be the
    /// Public Suffix List), but what people mistype or paste.
    private static func canStandForAll(_ host: String) -> Bool {
        let labels = host.split(separator: ".")
        guard labels.count >= 2, labels.contains(where: { $0.contains { $0.isLetter } }) else { return false }
        let isCountryDomain = labels.count == 2 && labels[1].count == 2 && ["com", "co", "net", "org", "edu", "gov", "ac", "sch"].contains(labels[0])
        return !isCountryDomain && !sharedHosts.contains(host)
    }

    private static let sharedHosts: Set<String> = [
        "github.io", "gitlab.io", "netlify.app", "vercel.app", "pages.dev", "workers.dev", "web.app", "firebaseapp.com", "herokuapp.com",
        "onrender.com", "fly.dev", "myshopify.com", "wixsite.com", "blogspot.com", "wordpress.com", "webflow.io", "ngrok.io", "ngrok-free.app",
    ]
}
