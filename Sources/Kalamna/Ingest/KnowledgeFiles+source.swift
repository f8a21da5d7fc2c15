/// What an item was made from, and how far its reading is.
package struct KnowledgeSource: Sendable {
    package let item: KnowledgeItem
    package let file: KnowledgeFile?
    /// `processing` also while a new file is being read and the earlier one still answers; `failed` also when such a file was refused.
    package let state: KnowledgeItem.Status
}

/// A file to be handed out.
package struct KnowledgeOriginal: Sendable {
    package let name: String
    package let mediaType: String
    package let bytes: [UInt8]
}

extension KnowledgeFiles {
    package func source(of id: KnowledgeItemID) throws -> KnowledgeSource {
        let item = try KnowledgeItems(db).find(id)
        let isWaiting = try IngestJobs(db).isWaiting(id)
        let state: KnowledgeItem.Status = isWaiting ? .processing : item.failureReason != nil ? .failed : item.status
        return KnowledgeSource(item: item, file: try find(id), state: state)
    }

    /// The item's file; of an item that was written by hand, its text.
    package func original(of id: KnowledgeItemID) throws -> KnowledgeOriginal {
        if let file = try find(id) { return KnowledgeOriginal(name: file.name, mediaType: file.type.mediaType, bytes: try bytes(of: file)) }
        let item = try KnowledgeItems(db).find(id)
        let text = try KnowledgeItems(db).content(of: id).plainText
        return KnowledgeOriginal(name: item.title + ".txt", mediaType: FileType.text.mediaType, bytes: Array(text.utf8))
    }
}
