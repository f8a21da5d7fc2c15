/// Reads a file of any kind. Only for the bounded process (`kalamna extract`) and for tests: what strangers upload is not
/// read in the process that serves customers.
package enum DocumentReader {
    package static func read(_ bytes: [UInt8], as type: FileType) throws -> ExtractedDocument {
        try type.confirm(bytes)
        var document: ExtractedDocument
        switch type {
        case .pdf: document = try PDFReader.read(bytes)
        case .docx: document = try WordReader.read(bytes)
        case .xlsx: document = try SheetReader.read(bytes)
        case .csv: document = try SheetReader.read(csv: try FileText.decode(bytes))
        case .html: document = try HTMLReader.read(try FileText.decode(bytes))
        case .markdown, .text: document = ExtractedDocument(text: try FileText.decode(bytes))
        }
        document.text = document.text.trimmed
        guard document.text.unicodeScalars.contains(where: { $0.properties.isAlphabetic || $0.properties.numericType != nil }) else {
            throw Failure.OfFile.empty
        }
        guard document.text.unicodeScalars.count <= KnowledgeDraft.longestText else { throw Failure.OfFile.tooMuchText }
        return document
    }
}
