/// Makes the files of a page small without a build step: several ES modules become one, and comments and indentation go.
///
/// It works line by line, and so on files written like ours: an import is one line, a comment begins its line or stands
/// behind two spaces, no string runs over a line's end with two slashes at its beginning, no two modules have a name in common.
enum ModuleBundle {
    /// One module that does what these do, in their order: each after those that it imports.
    static func join(_ modules: [String]) -> String {
        modules.flatMap(code).map { String($0.trimmingPrefix(/export (?=async |class |const |function |let )/)) + "\n" }.joined()
    }

    /// A style sheet without the spaces that mean nothing.
    static func condense(css: String) -> String {
        css.replacing(/\s*([{};,])\s*/) { $0.output.1 }.replacing(": ", with: ":")
    }

    /// Without the spaces at the beginnings of lines.
    static func condense(html: String) -> String {
        html.split(separator: "\n").map { $0.trimmingPrefix(/\s+/) }.joined(separator: "\n")
    }

    private static func code(of module: String) -> [Substring] {
        var isInComment = false
        return module.split(separator: "\n").compactMap { line in
            let text = line.trimmingPrefix(/\s+/)
            if isInComment || text.hasPrefix("/*") {
                isInComment = !text.contains("*/")
                return nil
            }
            if text.isEmpty || text.hasPrefix("//") || text.wholeMatch(of: /import .* from '\.\/[^']+';/) != nil { return nil }
            return text.firstMatch(of: /\s\s+\/\/ [^'"`]*$/).map { text[..<$0.range.lowerBound] } ?? text
        }
    }
}
