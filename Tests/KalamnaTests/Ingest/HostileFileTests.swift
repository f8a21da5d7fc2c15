import Testing

@testable import Kalamna

/// Files that want something else than to be read.
@Suite struct HostileFileTests {
    private func refusal(_ name: String, _ bytes: [UInt8]) -> String? {
        do {
            _ = try DocumentReader.read(bytes, as: try FileType(name: name, bytes: bytes))
            return nil
        } catch {
            return (error as? Failure)?.code ?? "\(error)"
        }
    }

    private static let body = TestArchive.paragraph("نص")

    @Test(arguments: ["../../etc/cron.d/x", "/etc/passwd", "word\\..\\x", "C:x", "word/\u{202E}x", "word/document.xml"])
    func archivesWithSuchNamesAreRefused(name: String) {
        #expect(refusal("a.docx", TestArchive.docx(Self.body, more: [(name, "x")])) == "dangerous_file")
    }

    @Test func linksLocksAndCrowdsAreRefused() {
        let entries = TestArchive.wordEntries(Self.body)
        #expect(refusal("a.docx", TestArchive.zip(entries)) == nil)
        #expect(refusal("a.docx", TestArchive.zip(entries, mode: 0o120777)) == "dangerous_file")
        #expect(refusal("a.docx", TestArchive.zip(entries, flags: 1)) == "locked_file")
        #expect(refusal("a.docx", TestArchive.zip(entries, claimed: 90 << 20)) == "file_expands_too_far")
        #expect(refusal("a.docx", TestArchive.zip(entries, claimed: 1)) == "broken_file")
        #expect(refusal("a.docx", TestArchive.zip(entries + (0..<1000).map { ("word/media/\($0)", "x") })) == "file_expands_too_far")
        #expect(refusal("a.docx", Array(TestArchive.zip(entries).dropLast(10))) == "broken_file")
    }

    @Test func xmlWithADoctypeIsRefused() {
        let xml = #"<!DOCTYPE d [<!ENTITY x SYSTEM "file:///etc/passwd">]><w:document><w:p><w:t>&x;</w:t></w:p></w:document>"#
        #expect(refusal("a.docx", TestArchive.zip([("[Content_Types].xml", ""), ("word/document.xml", xml)])) == "dangerous_file")
    }

    /// 1 MB of DEFLATE blocks that repeat one byte for ever.
    @Test func whatUnpacksTooFarIsStopped() throws {
        // A fixed block: the letter A, then "copy 258 bytes from 1 back" again and again, by the bits.
        var bits: [UInt8] = [1, 1, 0]
        bits += [0, 1, 1, 1, 0, 0, 0, 1]
        for _ in 0..<50_000 { bits += [1, 1, 0, 0, 0, 1, 0, 1, 0, 0, 0, 0, 0] }
        let packed = stride(from: 0, to: bits.count - 7, by: 8).map { start in (0..<8).reduce(UInt8(0)) { $0 | bits[start + $1] << UInt8($1) } }
        let failure = #expect(throws: Failure.self) { try Inflate.unpack(packed[...], most: 1 << 20) }
        #expect(failure?.code == "file_expands_too_far")
    }

    @Test func anyDamageToPackedBytesIsNoticedOrHarmless() {
        var seed: UInt64 = 7
        for _ in 0..<2000 {
            let bytes = (0..<64).map { _ -> UInt8 in
                seed = seed &* 6_364_136_223_846_793_005 &+ 1
                return UInt8(truncatingIfNeeded: seed >> 33)
            }
            // It ends, and within its bound.
            if let unpacked = try? Inflate.unpack(bytes[...], most: 100_000) { #expect(unpacked.count <= 100_000) }
        }
    }

    @Test(arguments: [
        ("a.pdf", "PK\u{03}\u{04}", "file_type_mismatch"), ("a.docx", "%PDF-1.7", "file_type_mismatch"), ("a.svg", "<svg/>", "unknown_file_type"),
        ("a.html", "<svg><script>alert(1)</script></svg>", "file_type_mismatch"), ("a.exe", "MZ", "unknown_file_type"),
        ("a.txt", "ab\u{0}c", "file_type_mismatch"), ("pdf", "%PDF-1.7", "unknown_file_type"), ("a.txt", "  \n", "no_text_in_file"),
        ("a.doc", "x", "old_office_file"), ("a.txt", "", "no_text_in_file"),
    ])
    func filesThatAreNotWhatTheySayAreRefused(name: String, content: String, code: String) {
        #expect(refusal(name, Array(content.utf8)) == code)
    }

    @Test func aFileThatIsTwoThingsIsRefused() {
        #expect(refusal("a.pdf", DocumentReaderTests.pdf(pages: 1) + TestArchive.docx(Self.body)) == "dangerous_file")
        #expect(refusal("a.html", Array("<html><body>نص".utf8) + TestArchive.docx(Self.body)) != nil)
        #expect(refusal("a.xlsx", [0xD0, 0xCF, 0x11, 0xE0, 0xA1]) == "old_office_file")
    }

    @Test(.timeLimit(.minutes(10)), arguments: ["<", "&", "<div>", "<a b=", "<!--", "<table><tr><td>", "</p>"])
    func pagesOfOneThingEndSoon(piece: String) {
        // Refused or read, but soon.
        _ = refusal("a.html", Array(("<html><body>" + String(repeating: piece, count: 100_000)).utf8))
    }

    @Test func namesOfFilesAreCleaned() throws {
        let upload = try FileUpload(name: "../../etc/\u{202E}أسعار_المحل.txt", bytes: Array("قميص".utf8))
        #expect(upload.name == "أسعار_المحل.txt")
        #expect(upload.title == "أسعار المحل")
        #expect(throws: Failure.self) { try FileUpload(name: "", bytes: [1]) }
    }
}
