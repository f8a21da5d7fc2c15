/// The kinds of file that are read.
package enum FileType: String, StoredName, CaseIterable {
    case pdf, docx, xlsx, csv, html, markdown, text

    var name: String {
        switch self {
        case .pdf: "PDF"
        case .docx: "Word (DOCX)"
        case .xlsx: "Excel (XLSX)"
        case .csv: "CSV"
        case .html: "HTML"
        case .markdown: "Markdown"
        case .text: "text"
        }
    }

    /// For handing the original out again. Never a type that a browser would run.
    package var mediaType: String {
        switch self {
        case .pdf: "application/pdf"
        case .docx: "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
        case .xlsx: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
        case .csv: "text/csv; charset=utf-8"
        case .html, .markdown, .text: "text/plain; charset=utf-8"
        }
    }

    /// By the file's name, confirmed by its first bytes: a file must be what its name says.
    package init(name: String, bytes: [UInt8]) throws(Failure) {
        let ending = name.split(separator: ".").last.map { $0.lowercased() } ?? ""
        guard name.contains("."), let type = Self.ofEnding[ending] else {
            throw ["doc", "xls"].contains(ending) ? Failure.OfFile.oldOffice : Failure.OfFile.unknownType
        }
        try type.confirm(bytes)
        self = type
    }

    private static let ofEnding: [String: FileType] = [
        "pdf": .pdf, "docx": .docx, "xlsx": .xlsx, "csv": .csv, "tsv": .csv, "html": .html, "htm": .html, "md": .markdown,
        "markdown": .markdown, "txt": .text,
    ]

    private static let zipStart: [UInt8] = [0x50, 0x4B, 0x03, 0x04]
    private static let oldOfficeStart: [UInt8] = [0xD0, 0xCF, 0x11, 0xE0]
    private static let pdfStart = Array("%PDF-".utf8)

    /// Throws when the bytes are plainly something else, or two things at once.
    func confirm(_ bytes: [UInt8]) throws(Failure) {
        guard !bytes.isEmpty else { throw Failure.OfFile.empty }
        guard bytes.count <= FileLimits.bytes else { throw Failure.OfFile.tooLarge }
        switch self {
        case .pdf:
            guard bytes.starts(with: Self.pdfStart) else { throw Failure.OfFile.otherType(self) }
            // A PDF that is an archive too means one thing here and another elsewhere.
            if ZipArchive.isArchive(bytes) { throw Failure.OfFile.dangerous }
        case .docx, .xlsx:
            if bytes.starts(with: Self.oldOfficeStart) { throw Failure.OfFile.oldOffice }
            guard bytes.starts(with: Self.zipStart) else { throw Failure.OfFile.otherType(self) }
            let archive = try ZipArchive(bytes)
            guard archive.contains("[Content_Types].xml"), archive.contains(self == .docx ? "word/document.xml" : "xl/workbook.xml") else {
                throw Failure.OfFile.otherType(self)
            }
        case .csv, .html, .markdown, .text:
            if bytes.starts(with: Self.oldOfficeStart) || bytes.starts(with: Self.zipStart) || bytes.starts(with: Self.pdfStart)
                || ZipArchive.isArchive(bytes)
            {
                throw Failure.OfFile.otherType(self)
            }
            let text = try FileText.decode(bytes)
            if text.unicodeScalars.contains("\0") { throw Failure.OfFile.otherType(self) }
            if self == .html, !Self.looksLikeHTML(text) { throw Failure.OfFile.otherType(self) }
        }
    }

    private static func looksLikeHTML(_ text: String) -> Bool {
        let start = String(String.UnicodeScalarView(text.unicodeScalars.prefix(4096))).lowercased()
        if start.contains("<svg") && !start.contains("<html") && !start.contains("<body") { return false }
        return ["<!doctype html", "<html", "<head", "<body", "<div", "<p", "<h1", "<h2", "<table", "<ul", "<article", "<section", "<main"].contains {
            start.contains($0)
        }
    }
}
