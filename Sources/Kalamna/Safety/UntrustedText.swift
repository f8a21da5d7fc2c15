/// Texts that others wrote (passages, names, history) on their way into a prompt: nothing invisible, nothing that a model's
/// template or our own fences could be mistaken for. Words stay as they are; what they ask for is data.
package enum UntrustedText {
    /// Idempotent. Keeps letters, marks, emoji, blanks and line ends.
    package static func cleaned(_ text: String) -> String {
        let visible = visible(text)
        // Most texts have nothing of this kind.
        guard visible.contains(where: { "<[|`~={}#-—–_*>".unicodeScalars.contains($0) || $0 == ":" }) else {
            return String(String.UnicodeScalarView(visible))
        }
        var scalars = visible
        // Removing one thing can join another: `<|im_<s>start|>`.
        for _ in 0..<8 {
            let next = withoutControlStrings(scalars)
            if next == scalars { return String(String.UnicodeScalarView(next)) }
            scalars = next
        }
        // Nobody writes this by accident.
        return String(String.UnicodeScalarView(scalars.filter { !"<>|[]`".unicodeScalars.contains($0) }))
    }

    /// A name as one short line without brackets.
    package static func cleanedName(_ name: String, atMost longest: Int = 60) -> String {
        let line = cleaned(name).unicodeScalars.map { "\n\t<>[]{}`|\"".unicodeScalars.contains($0) ? " " : $0 }
        let words = line.split(separator: " ").joined(separator: [" "])
        return String(String.UnicodeScalarView(words.prefix(longest))).trimmed
    }

    // MARK: Invisible characters

    private static func visible(_ text: String) -> [Unicode.Scalar] {
        var result: [Unicode.Scalar] = []
        result.reserveCapacity(text.utf8.count)
        let source = Array(text.unicodeScalars)
        for (index, scalar) in source.enumerated() {
            switch scalar.value {
            case 0x0D:
                if index + 1 == source.count || source[index + 1] != "\n" { result.append("\n") }
            case 0x2028, 0x2029, 0x0B, 0x0C, 0x85: result.append("\n")
            case 0x200C, 0x200D:
                guard let before = result.last, index + 1 < source.count, joins(before), joins(source[index + 1]) else { continue }
                result.append(scalar)
            case 0x09, 0x0A, 0x20...0x7E, 0x0620...0x064A, 0x0660...0x0669: result.append(scalar)
            default: if isVisible(scalar) { result.append(scalar) }
            }
            // Long gaps push what stands above out of sight.
            if result.last == "\n", result.count > 2, result.suffix(3).allSatisfy({ $0 == "\n" }) { result.removeLast() }
        }
        return result
    }

    private static func isVisible(_ scalar: Unicode.Scalar) -> Bool {
        if scalar.isControl || scalar.properties.isDefaultIgnorableCodePoint || scalar.properties.isNoncharacterCodePoint { return false }
        switch scalar.properties.generalCategory {
        // Variation selectors and the tag block are ignorable, and gone by now; U+FFFC stands for what is not there.
        case .format, .privateUse, .surrogate, .unassigned: return false
        default: return scalar.value != 0xFFFC
        }
    }

    private static func joins(_ scalar: Unicode.Scalar) -> Bool {
        scalar.properties.isAlphabetic || scalar.properties.isEmoji && scalar.value > 0x7F || scalar.properties.generalCategory == .nonspacingMark
    }

    // MARK: Control strings

    private static func withoutControlStrings(_ scalars: [Unicode.Scalar]) -> [Unicode.Scalar] {
        var result: [Unicode.Scalar] = []
        result.reserveCapacity(scalars.count)
        var index = 0
        while index < scalars.count {
            let scalar = scalars[index]
            if scalar == "<" || scalar == "[", let end = ControlString.end(in: scalars, from: index) {
                if let last = result.last, last != " ", last != "\n" { result.append(" ") }
                index = end
                continue
            }
            if index == 0 || scalars[index - 1] == "\n", let end = ControlString.roleEnd(in: scalars, from: index) {
                // `System:` at the start of a line: without the colon it is a word.
                result.append(contentsOf: scalars[index..<(end - 1)].filter { $0 != "#" && $0 != "*" && $0 != ":" })
                result.append(contentsOf: [" ", "-"])
                index = end
                continue
            }
            let isFence = "<>`~=#_*{}|-—–".unicodeScalars.contains(scalar)
            if isFence, result.count > 1, result[result.count - 1] == scalar, result[result.count - 2] == scalar {
                index += 1
                continue
            }
            result.append(scalar)
            index += 1
        }
        return result
    }
}

/// What the templates of chat models are made of.
enum ControlString {
    private static let longest = 60

    /// Tags that open or close turns, tools or documents in some model's template, or in prompts like ours.
    private static let tags: Set<String> = [
        "s", "bos", "eos", "pad", "unk", "mask", "sep", "cls", "start_of_turn", "end_of_turn", "start_of_image", "end_of_image", "think", "thinking",
        "sys", "inst", "system", "user", "assistant", "model", "human", "tool", "tool_call", "tool_calls", "tool_response", "tool_result",
        "function", "function_call", "function_calls", "function_results", "invoke", "parameter", "document", "documents", "passage", "passages",
        "context", "source", "sources", "data", "knowledge", "history", "customer", "message", "instruction", "instructions", "prompt",
        "system_prompt", "available_tools", "tool_results", "admin", "developer", "rules", "reminder", "system-reminder",
        "مقطع", "مقاطع", "معلومات", "تعليمات", "نظام", "النظام",
    ]
    private static let roles: Set<String> = [
        "system", "assistant", "user", "human", "developer", "instruction", "instructions", "tool", "system prompt", "النظام", "نظام", "المساعد",
    ]

    /// The end of a control string that starts with `<` or `[` here.
    static func end(in scalars: [Unicode.Scalar], from start: Int) -> Int? {
        let next = start + 1 < scalars.count ? scalars[start + 1] : " "
        if scalars[start] == "<", next == "|" || next == "｜" {
            let end = scalars[(start + 2)...].prefix(longest).firstIndex(of: ">")
            guard let end, scalars[end - 1] == "|" || scalars[end - 1] == "｜", end - 1 > start + 1 else { return nil }
            return end + 1
        }
        let close: Unicode.Scalar = scalars[start] == "<" ? ">" : "]"
        guard let end = scalars[(start + 1)...].prefix(longest).firstIndex(of: close) else { return nil }
        let inside = scalars[(start + 1)..<end].drop { $0 == "<" || $0 == "/" || $0 == " " }
        // The name, without attributes.
        let name = String(String.UnicodeScalarView(inside.prefix { $0 != " " && $0 != "/" && $0 != "=" && $0 != ":" })).lowercased()
        guard !name.isEmpty else { return nil }
        if close == "]" {
            // `[INST]`, but not `[1]` nor `[مقطع من الفيديو]`.
            return tags.contains(name) && name.utf8.count > 2 && inside.count == name.unicodeScalars.count ? end + 1 : nil
        }
        guard tags.contains(name) || name.hasPrefix("unused") || name.hasPrefix("extra_id_") || name.hasPrefix("reserved_") else { return nil }
        return end + 1 < scalars.count && scalars[end + 1] == ">" ? end + 2 : end + 1
    }

    /// The end of a `System:` or `### Instruction:` that starts a line here, the colon included.
    static func roleEnd(in scalars: [Unicode.Scalar], from start: Int) -> Int? {
        guard let colon = scalars[start...].prefix(28).firstIndex(where: { $0 == ":" || $0 == "\n" }), scalars[colon] == ":" else { return nil }
        let name = scalars[start..<colon].filter { $0 != "#" && $0 != "*" }
        return roles.contains(String(String.UnicodeScalarView(name)).trimmed.lowercased()) ? colon + 1 : nil
    }
}
