import CAssets
import Crypto
import Foundation
import NIOCore

/// The files of the pages, compiled into the binary. They are served under a path with the hash of all of them, so that
/// they can be cached for ever and a relative import inside a module stays within its version. What customers load is made
/// small here (`ModuleBundle`): the chat's modules are served as one file.
struct Assets: Sendable {
    struct File: Sendable {
        let type: String
        let body: ByteBuffer
    }

    /// Changes when any of the files does.
    let version: String
    var prefix: String { "/assets/\(version)" }
    private let files: [String: File]
    private let pages: [String: String]

    /// Each after those that it imports.
    private static let chatModules = [
        "texts.js", "api.js", "chat-frame.js", "page.js", "view.js", "stream.js", "outbox.js", "ended.js", "chat.js",
    ]

    init() {
        var raw: [(name: String, data: Data)] = []
        var index = 0
        while let name = asset_public_file(index).name {
            let file = asset_public_file(index)
            raw.append((String(cString: name), Data(bytes: file.bytes, count: file.length)))
            index += 1
        }
        var hasher = SHA256()
        for file in raw { hasher.update(data: file.data) }
        self.version = hasher.finalize().prefix(6).map { String(format: "%02x", $0) }.joined()
        var texts = Dictionary(uniqueKeysWithValues: raw.map { ($0.name, String(decoding: $0.data, as: UTF8.self)) })
        let chat = Self.chatModules.compactMap { texts.removeValue(forKey: $0) }
        texts["chat.js"] = ModuleBundle.join(chat)
        texts["widget.js"] = texts["widget.js"].map { ModuleBundle.join([$0]) }
        texts["chat.css"] = texts["chat.css"].map(ModuleBundle.condense(css:))
        texts["chat.html"] = texts["chat.html"].map(ModuleBundle.condense(html:))
        self.pages = texts.filter { $0.key.hasSuffix(".html") }
        self.files = Dictionary(
            uniqueKeysWithValues: texts.filter { !$0.key.hasSuffix(".html") }.map {
                ($0.key, File(type: Self.type(of: $0.key), body: ByteBuffer(string: $0.value)))
            })
    }

    func file(_ name: String) -> File? { files[name] }

    /// A page with its placeholders filled. Values are escaped here.
    func page(_ name: String, _ values: [String: String] = [:]) -> String? {
        guard var page = pages[name] else { return nil }
        for (key, value) in values.merging(["assets": prefix], uniquingKeysWith: { own, _ in own }) {
            page = page.replacingOccurrences(of: "{{\(key)}}", with: Self.escaped(value))
        }
        return page
    }

    private static func escaped(_ text: String) -> String {
        text.replacingOccurrences(of: "&", with: "&amp;").replacingOccurrences(of: "<", with: "&lt;")
            .replacingOccurrences(of: ">", with: "&gt;").replacingOccurrences(of: "\"", with: "&quot;")
    }

    private static func type(of name: String) -> String {
        name.hasSuffix(".css") ? "text/css; charset=utf-8" : "text/javascript; charset=utf-8"
    }
}
