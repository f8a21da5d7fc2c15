import Foundation

extension Validation {
    /// The address of a business's own site: http or https, `https://` when no scheme was written; nil when it is empty.
    package mutating func siteURL(_ field: String, _ value: String) -> String? {
        let text = value.trimmed
        guard !text.isEmpty else { return nil }
        let complete = text.contains("://") ? text : "https://" + text
        let parts = URLComponents(string: complete)
        let scheme = parts?.scheme?.lowercased() ?? ""
        let visible = complete.unicodeScalars.allSatisfy { !$0.isControl && !$0.isBidiControl && !$0.properties.isWhitespace }
        guard visible, complete.utf8.count <= 500, ["http", "https"].contains(scheme), let host = parts?.host, host.contains("."),
            parts?.user == nil, parts?.password == nil
        else {
            refuse(
                field, ar: "عنوان الموقع مش مظبوط، اكتبه زي https://shop.example.",
                en: "This is not the address of a site: write it like https://shop.example.")
            return nil
        }
        return complete
    }
}
