import Foundation
import Testing

@testable import Kalamna

/// What is read from each kind of file is what a person would copy from it.
@Suite struct DocumentReaderTests {
    private func html(_ body: String) throws -> String { try DocumentReader.read(Array("<!doctype html><html>\(body)</html>".utf8), as: .html).text }

    @Test func aPageIsReadWithoutWhatIsAroundIt() throws {
        let text = try html(
            """
            <head><title>دكان | الشحن</title><style>p{}</style><script>alert("سر")</script></head><body>
            <header><nav><a href=/>الرئيسية</a></nav></header><div class="cookie-banner">كوكيز</div>
            <h1>الشحن</h1><p>جوه القاهرة <b>40</b> جنيه&nbsp;بس<br>وبره 60<p hidden>مخفي<p>يومين
            <ul><li>كاش<li>فيزا</ul><p style="display: none">مستخبي</p><footer>حقوق</footer></body>
            """)
        #expect(text == "# الشحن\n\nجوه القاهرة 40 جنيه بس\nوبره 60\n\nيومين\n\n- كاش\n- فيزا")
        for hidden in ["سر", "الرئيسية", "كوكيز", "مخفي", "مستخبي", "حقوق"] { #expect(!text.contains(hidden)) }
    }

    @Test func tablesOfPagesKeepTheirRows() throws {
        let text = try html("<body><table><tr><th>صنف<th>سعر<tr><td>قميص<td>350<tr><td>جاكيت<td></table>")
        #expect(text == "| صنف | سعر |\n| --- | --- |\n| قميص | 350 |\n| جاكيت |  |")
    }

    @Test func aPageThatIsAllMenuIsReadAnyway() throws {
        #expect(try html("<body><nav>القائمة فيها كل حاجة</nav></body>").contains("القائمة"))
    }

    @Test func wordKeepsHeadingsListsAndTables() throws {
        let p = TestArchive.paragraph
        let row = { (cells: [String]) in "<w:tr>" + cells.map { "<w:tc>\(p($0, ""))</w:tc>" }.joined() + "</w:tr>" }
        let file = TestArchive.docx(
            p("الشحن", #"<w:pStyle w:val="1"/>"#) + p("بـ 40 جنيه &amp; أسرع", "") + p("كاش", #"<w:numPr><w:numId w:val="2"/></w:numPr>"#)
                + "<w:tbl>\(row(["صنف", "سعر"]))\(row(["قميص", "350"]))</w:tbl>" + "<w:del><w:r><w:t>ملغي</w:t></w:r></w:del>",
            styles: #"<w:style w:styleId="1"><w:name w:val="heading 2"/></w:style>"#)
        let text = try DocumentReader.read(file, as: try FileType(name: "a.docx", bytes: file)).text
        #expect(text == "## الشحن\n\nبـ 40 جنيه & أسرع\n\n- كاش\n\n| صنف | سعر |\n| --- | --- |\n| قميص | 350 |")
    }

    @Test func eachRowOfAPriceListSaysItsColumns() throws {
        let file = TestArchive.xlsx(
            """
            <row><c r="A1" t="s"><v>0</v></c></row><row><c r="A2" t="s"><v>1</v></c><c r="B2" t="s"><v>2</v></c><c r="C2" t="inlineStr"><is><t>خصم</t></is></c></row>
            <row><c r="A3" t="s"><v>3</v></c><c r="B3"><v>19.989999999999998</v></c><c r="C3" s="2"><v>0.15</v></c></row>
            <row hidden="1"><c r="A4" t="s"><v>3</v></c><c r="B4"><v>1</v></c></row><row><c r="B5" s="1"><v>46000</v></c></row>
            """, strings: ["قائمة الأسعار", "الصنف", "السعر", "قميص"])
        let text = try DocumentReader.read(file, as: .xlsx).text
        #expect(text == "قائمة الأسعار\n\n- الصنف: قميص | السعر: 19.99 | خصم: 15%\n- السعر: 2025-12-09")
    }

    @Test func csvIsReadLikeASheet() throws {
        let text = try DocumentReader.read(Array("الصنف;السعر\nقميص;350\nجاكيت;1250\n".utf8), as: .csv).text
        #expect(text == "- الصنف: قميص | السعر: 350\n- الصنف: جاكيت | السعر: 1250")
    }

    @Test func linesThatEveryPageRepeatsAreLeftOut() {
        let pages = (1...4).map { "دكان للملابس\n\nالمحتوى رقم \(["أ", "ب", "ج", "د"][$0 - 1])\n\nصفحة \($0) من 4" }
        #expect(PDFReader.text(ofPages: pages) == ["أ", "ب", "ج", "د"].map { "المحتوى رقم \($0)" }.joined(separator: "\n\n"))
    }

    @Test func textLongerThanAnItemIsRefused() {
        let failure = #expect(throws: Failure.self) { try DocumentReader.read([UInt8](repeating: 0x61, count: 200_001), as: .text) }
        #expect(failure?.code == "too_much_text")
    }

    @Test(.enabled(if: PDFReader.program != nil, "poppler-utils is not installed")) func pdfIsReadAndItsPagesCounted() throws {
        let two = try DocumentReader.read(Self.pdf(pages: 2), as: .pdf)
        #expect(two.pages == 2)
        #expect(two.text.contains("Page of a book"))
        let many = #expect(throws: Failure.self) { try DocumentReader.read(Self.pdf(pages: 501), as: .pdf) }
        #expect(many?.code == "too_many_pages")
        let broken = #expect(throws: Failure.self) { try DocumentReader.read(Array("%PDF-1.7\nnothing".utf8), as: .pdf) }
        #expect(broken?.code == "broken_file")
    }

    /// By hand, all pages with the same text.
    static func pdf(pages: Int) -> [UInt8] {
        let text = "BT /F1 12 Tf 72 720 Td (Page of a book) Tj ET"
        let kids = (0..<pages).map { "\($0 + 5) 0 R" }.joined(separator: " ")
        let page = "<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Resources<</Font<</F1 3 0 R>>>>/Contents 4 0 R>>"
        let objects =
            [
                "<</Type/Catalog/Pages 2 0 R>>", "<</Type/Pages/Count \(pages)/Kids[\(kids)]>>",
                "<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>", "<</Length \(text.count)>>stream\n\(text)\nendstream",
            ] + [String](repeating: page, count: pages)
        var file = "%PDF-1.4\n"
        var places: [Int] = []
        for (index, object) in objects.enumerated() {
            places.append(file.utf8.count)
            file += "\(index + 1) 0 obj\n\(object)\nendobj\n"
        }
        let start = file.utf8.count
        file += "xref\n0 \(objects.count + 1)\n0000000000 65535 f \n" + places.map { String(format: "%010d 00000 n \n", $0) }.joined()
        return Array((file + "trailer<</Size \(objects.count + 1)/Root 1 0 R>>\nstartxref\n\(start)\n%%EOF").utf8)
    }
}
