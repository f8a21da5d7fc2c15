import CAssets
import Crypto
import Foundation
import NIOCore

/// The files of the pages, compiled into the binary. They are served under a path with the hash of all of them, so that
/// they can be cached for ever and a relative import inside a module stays within its version.
struct Assets: Sendable {
    struct File: Sendable {
        let type: String
        let body: ByteBuffer
    }

    let prefix: String
    private let files: [String: File]
    private let pages: [String: String]

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
        let hash = hasher.finalize().prefix(6).map { String(format: "%02x", $0) }.joined()
        self.prefix = "/assets/\(hash)"
        self.files = Dictionary(
            uniqueKeysWithValues: raw.filter { !$0.name.hasSuffix(".html") }.map {
                ($0.name, File(type: Self.type(of: $0.name), body: ByteBuffer(bytes: $0.data)))
            })
        self.pages = Dictionary(
            uniqueKeysWithValues: raw.filter { $0.name.hasSuffix(".html") }.map { ($0.name, String(decoding: $0.data, as: UTF8.self)) })
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
