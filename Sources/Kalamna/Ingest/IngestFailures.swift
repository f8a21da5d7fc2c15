extension Failure {
    /// What can be wrong with a file that somebody wants to be read, each with what to do about it.
    enum OfFile {
        static let unknownType = Failure(
            .invalid, code: "unknown_file_type",
            ar: "نوع الملف ده مش مدعوم. ارفع PDF أو Word (DOCX) أو Excel (XLSX) أو CSV أو HTML أو Markdown أو نص عادي.",
            en: "This kind of file can't be read. Upload PDF, Word (DOCX), Excel (XLSX), CSV, HTML, Markdown or plain text.")

        static let oldOffice = Failure(
            .invalid, code: "old_office_file",
            ar: "الملف محفوظ بصيغة Office القديمة أو عليه كلمة سر. افتحه واحفظه DOCX أو XLSX من غير كلمة سر وارفعه تاني.",
            en: "The file is in an old Office format or has a password. Open it, save it as DOCX or XLSX without a password, and upload it again.")

        static func otherType(_ type: FileType) -> Failure {
            Failure(
                .invalid, code: "file_type_mismatch",
                ar: "محتوى الملف مش \(type.name) زي ما اسمه بيقول. احفظه من برنامجه الأصلي بالنوع الصح وارفعه تاني.",
                en:
                    "What is in the file is not \(type.name), as its name says. Save it again from its own program in the right format and upload that."
            )
        }

        static let empty = Failure(
            .invalid, code: "no_text_in_file",
            ar: "مفيش نص نقدر نقراه في الملف. لو ده سكان (صور)، شغل عليه OCR أو اكتب النص بإيدك.",
            en: "There is no text in the file that can be read. If it is a scan (pictures), run OCR over it first or type the text.")

        static let broken = Failure(
            .invalid, code: "broken_file",
            ar: "الملف بايظ أو ناقص. افتحه واحفظه من جديد وارفعه تاني.",
            en: "The file is damaged or incomplete. Open it, save it again, and upload that.")

        static let locked = Failure(
            .invalid, code: "locked_file",
            ar: "الملف عليه كلمة سر. احفظ نسخة من غير كلمة سر وارفعها.",
            en: "The file has a password. Save a copy without one and upload that.")

        static let dangerous = Failure(
            .invalid, code: "dangerous_file",
            ar: "الملف فيه حاجات ملفات عادية مش بتحتاجها، فمش هنفتحه. احفظه من جديد من Word أو Excel وارفعه تاني.",
            en: "The file holds what no ordinary document needs, so it was not opened. Save it again from Word or Excel and upload that.")

        static let expands = Failure(
            .tooLarge, code: "file_expands_too_far",
            ar: "الملف بيكبر جداً لما بيتفك. قسمه على أكتر من ملف.",
            en: "The file becomes far too large when it is unpacked. Split it into several.")

        static let tooManyPages = Failure(
            .tooLarge, code: "too_many_pages",
            ar: "الملف أكتر من \(FileLimits.pages) صفحة. قسمه على أكتر من ملف.",
            en: "The file has more than \(FileLimits.pages) pages. Split it into several.")

        static let tooMuchText = Failure(
            .tooLarge, code: "too_much_text",
            ar: "نص الملف أطول من \(KnowledgeDraft.longestText) حرف. قسمه على أكتر من ملف، كل موضوع في ملف.",
            en: "The file's text is longer than \(KnowledgeDraft.longestText) characters. Split it into several, one for each subject.")

        static let tooLarge = Failure(
            .tooLarge, code: "file_too_large",
            ar: "الملف أكبر من 20 ميجا: قسمه على أكتر من ملف.",
            en: "The file is larger than 20 MB: split it into several.")

        static let tooSlow = Failure(
            .tooLarge, code: "file_too_slow",
            ar: "الملف خد وقت أو ذاكرة أكتر من اللازم. قسمه على أكتر من ملف أو احفظه من جديد بصيغة أبسط.",
            en: "Reading the file took too much time or memory. Split it, or save it again in a simpler form.")

        static let noPDFReader = Failure(
            .unavailable, code: "pdf_reader_missing",
            ar: "قراءة PDF محتاجة برنامج pdftotext على السيرفر (الحزمة poppler-utils). كلم مسؤول السيرفر، أو ارفع الملف DOCX.",
            en: "Reading PDF needs pdftotext on the server (package poppler-utils). Ask whoever runs the server, or upload DOCX instead.")

        static let reader = Failure(
            .fault, code: "file_reader_failed",
            ar: "حصلت مشكلة عندنا وإحنا بنقرا الملف. ارفعه تاني، ولو اتكررت كلم مسؤول السيرفر.",
            en: "Something went wrong on our side while reading the file. Upload it again; if it happens again, tell whoever runs the server.")
    }
}

/// What one file may cost.
package enum FileLimits {
    /// Of the file as it was uploaded.
    package static let bytes = 20 << 20
    static let pages = 500
    static let zipEntries = 1000
    /// Of everything that is unpacked from one file, counted while unpacking.
    static let inflatedBytes = 100 << 20
    static let inflationRatio = 100
    /// Of what the reading process writes.
    static let outputBytes = 10 << 20
    static let processorSeconds = 20
    static let addressSpace = 512 << 20
    static let wait = Duration.seconds(30)
    static let cells = 500_000
}
