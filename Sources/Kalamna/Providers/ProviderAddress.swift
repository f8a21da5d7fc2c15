import Foundation

/// The address that a provider's paths are put behind, such as `https://api.openai.com/v1`.
///
/// Only its form is checked here. Whether it leads into the operator's own network is checked by `AddressRules` where the
/// connection is made.
package struct ProviderAddress: Sendable, Hashable, CustomStringConvertible {
    /// Without a slash at its end.
    package let description: String
    /// Host and, unless it is the scheme's own, port: part of the name of its models.
    package let host: String

    package init(_ text: String) throws(Failure) {
        let text = text.trimmed
        guard let parts = URLComponents(string: text), let scheme = parts.scheme?.lowercased(), ["http", "https"].contains(scheme),
            let host = parts.host?.lowercased(), !host.isEmpty, parts.user == nil, parts.password == nil, parts.query == nil,
            parts.fragment == nil, text.unicodeScalars.allSatisfy({ $0.value > 0x20 && $0.value < 0x7F })
        else {
            throw .invalid(
                "base_url", ar: "اكتب عنوان كامل زي https://api.openai.com/v1 من غير مفتاح أو علامة استفهام.",
                en: "Write a whole address such as https://api.openai.com/v1, without a key or a question mark.")
        }
        let standardPort = scheme == "https" ? 443 : 80
        self.description = String(text.reversed().drop { $0 == "/" }.reversed())
        self.host = parts.port.map { $0 == standardPort ? host : "\(host):\($0)" } ?? host
    }
}
