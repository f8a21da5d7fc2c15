import Foundation

/// What language models' servers write, as whole bodies of a stream. A test cuts or spoils them.
package enum ProviderAnswers {
    /// Events of one kind of line end, each a `data:` line.
    package static func events(_ data: [String], lineEnd: String = "\n", names: [String] = []) -> String {
        data.enumerated().map { number, data in
            (names.isEmpty ? "" : "event: \(names[number])\(lineEnd)") + "data: \(data)\(lineEnd)\(lineEnd)"
        }.joined()
    }

    /// - Parameters:
    ///   - finish: nil leaves the sign out.
    ///   - isDone: whether `[DONE]` comes.
    package static func openAI(_ pieces: [String], finish: String? = "stop", usage: (Int, Int)? = (41, 9), isDone: Bool = true) -> [String] {
        var data = [
            #"{"choices":[{"index":0,"delta":{"role":"assistant","content":null},"finish_reason":null}],"usage":null}"#
        ]
        data += pieces.map { #"{"choices":[{"index":0,"delta":{"content":\#(quoted($0))},"finish_reason":null}]}"# }
        if let finish { data.append(#"{"choices":[{"index":0,"delta":{},"finish_reason":"\#(finish)"}]}"#) }
        if let usage { data.append(#"{"choices":[],"usage":{"prompt_tokens":\#(usage.0),"completion_tokens":\#(usage.1)},"timings":{"x":1}}"#) }
        return isDone ? data + ["[DONE]"] : data
    }

    package static func gemini(_ pieces: [String], finish: String? = "STOP", usage: (Int, Int)? = (31, 6)) -> [String] {
        pieces.enumerated().map { number, piece in
            let isLast = number == pieces.count - 1
            let reason = isLast ? finish.map { #","finishReason":"\#($0)""# } ?? "" : ""
            let count = usage.map { #","usageMetadata":{"promptTokenCount":\#($0.0)\#(isLast ? ",\"candidatesTokenCount\":\($0.1)" : "")}"# } ?? ""
            return #"{"candidates":[{"content":{"role":"model","parts":[{"text":\#(quoted(piece))}]}\#(reason),"index":0}]\#(count)}"#
        }
    }

    package static func anthropic(_ pieces: [String], stop: String? = "end_turn", isStopped: Bool = true) -> [String] {
        var data = [
            #"{"type":"message_start","message":{"role":"assistant","content":[],"stop_reason":null,"usage":{"input_tokens":58,"output_tokens":1}}}"#,
            #"{"type":"content_block_start","index":0,"content_block":{"type":"text","text":""}}"#, #"{"type":"ping"}"#,
        ]
        data += pieces.map { #"{"type":"content_block_delta","index":0,"delta":{"type":"text_delta","text":\#(quoted($0))}}"# }
        data.append(#"{"type":"content_block_stop","index":0}"#)
        if let stop { data.append(#"{"type":"message_delta","delta":{"stop_reason":"\#(stop)"},"usage":{"output_tokens":8}}"#) }
        return isStopped ? data + [#"{"type":"message_stop"}"#] : data
    }

    private static func quoted(_ text: String) -> String {
        "\"" + text.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"").replacing("\n", with: "\\n") + "\""
    }
}
