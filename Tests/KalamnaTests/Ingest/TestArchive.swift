@testable import Kalamna

/// Files as Word and Excel write them, made by hand so that a test can spoil them.
enum TestArchive {
    /// Entries as they are, without compression.
    static func zip(_ entries: [(name: String, text: String)], mode: Int = 0, flags: Int = 0, claimed: Int? = nil) -> [UInt8] {
        var data: [UInt8] = []
        var directory: [UInt8] = []
        for (name, text) in entries {
            let body = Array(text.utf8)
            let common =
                bytes(20, 2) + bytes(flags, 2) + bytes(0, 2) + bytes(0, 4) + bytes(Int(Checksum.crc32(body)), 4) + bytes(body.count, 4)
                + bytes(claimed ?? body.count, 4) + bytes(name.utf8.count, 2) + bytes(0, 2)
            directory += bytes(0x0201_4B50, 4) + bytes(20, 2) + common + bytes(0, 6) + bytes(mode << 16, 4) + bytes(data.count, 4) + Array(name.utf8)
            data += bytes(0x0403_4B50, 4) + common + Array(name.utf8) + body
        }
        return data + directory + bytes(0x0605_4B50, 4) + bytes(0, 4) + bytes(entries.count, 2) + bytes(entries.count, 2) + bytes(directory.count, 4)
            + bytes(data.count, 4) + bytes(0, 2)
    }

    static func docx(_ body: String, styles: String = "", more: [(name: String, text: String)] = []) -> [UInt8] {
        zip(wordEntries(body, styles: styles) + more)
    }

    static func wordEntries(_ body: String, styles: String = "") -> [(name: String, text: String)] {
        [
            ("[Content_Types].xml", "<Types/>"), ("word/document.xml", "<w:document><w:body>\(body)</w:body></w:document>"),
            ("word/styles.xml", "<w:styles>\(styles)</w:styles>"),
        ]
    }

    static func xlsx(_ rows: String, strings: [String] = []) -> [UInt8] {
        zip([
            ("[Content_Types].xml", "<Types/>"), ("xl/workbook.xml", #"<workbook><sheets><sheet name="أسعار" r:id="r1"/></sheets></workbook>"#),
            ("xl/_rels/workbook.xml.rels", #"<Relationships><Relationship Id="r1" Target="worksheets/s.xml"/></Relationships>"#),
            ("xl/sharedStrings.xml", "<sst>" + strings.map { "<si><t>\($0)</t></si>" }.joined() + "</sst>"),
            ("xl/styles.xml", #"<styleSheet><cellXfs><xf numFmtId="0"/><xf numFmtId="14"/><xf numFmtId="9"/></cellXfs></styleSheet>"#),
            ("xl/worksheets/s.xml", "<worksheet><sheetData>\(rows)</sheetData></worksheet>"),
        ])
    }

    static func paragraph(_ text: String, _ properties: String = "") -> String {
        "<w:p><w:pPr>\(properties)</w:pPr><w:r><w:t>\(text)</w:t></w:r></w:p>"
    }

    /// Little-endian.
    private static func bytes(_ number: Int, _ count: Int) -> [UInt8] { (0..<count).map { UInt8(truncatingIfNeeded: number >> (8 * $0)) } }
}
