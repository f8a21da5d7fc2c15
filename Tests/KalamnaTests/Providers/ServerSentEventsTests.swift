import Testing

@testable import Kalamna

@Suite struct ServerSentEventsTests {
    private func events(_ bytes: [UInt8], size: Int, most: Int = 1 << 20) throws -> [ServerSentEvents.Event] {
        var parser = ServerSentEvents(mostBytes: most)
        var events: [ServerSentEvents.Event] = []
        for start in stride(from: 0, to: bytes.count, by: size) { events += try parser.take(bytes[start..<min(start + size, bytes.count)]) }
        return events + (try parser.finish())
    }

    @Test(arguments: ["\n", "\r\n", "\r"], [1, 2, 3, 7, 1000]) func readsEveryLineEndHoweverItIsCut(end: String, size: Int) throws {
        let lines = [
            ": OPENROUTER PROCESSING", "data: أهلا", "", "event: ping", "data:{\"a\": 1}", "id: 7", "data: second", "retry: 10", "", "", ":", "data",
            "",
            "data:  two spaces", "unknown: x", "", "event: nothing", "", "data: last",
        ]
        let text = "\u{FEFF}" + lines.joined(separator: end)
        #expect(
            try events(Array(text.utf8), size: size) == [
                .init(data: "أهلا"), .init(name: "ping", data: "{\"a\": 1}\nsecond"), .init(data: ""), .init(data: " two spaces"),
                .init(data: "last"),
            ])
    }

    @Test func aByteOrderMarkCountsOnlyAtTheBeginning() throws {
        #expect(try events(Array("data: a\n\n\u{FEFF}data: b\n\n".utf8), size: 1) == [.init(data: "a")])
    }

    @Test func showsErrorsThatAreNoEvents() throws {
        #expect(try events(Array("{\"error\": \"x\"}\n".utf8), size: 4) == [.init(name: ServerSentEvents.bareJSON, data: "{\"error\": \"x\"}")])
    }

    @Test func boundsLinesAndEvents() throws {
        let line = [UInt8](repeating: 0x61, count: 11)
        #expect(throws: ServerSentEvents.TooLong.self) { try self.events(line, size: 3, most: 10) }
        #expect(throws: ServerSentEvents.TooLong.self) { try self.events(Array("data: ab\ndata: ab\ndata: ab\ndata: ab\n".utf8), size: 3, most: 10) }
        #expect(try events(Array("data: ab\n\ndata: ab\n\ndata: ab\n\ndata: ab\n\n".utf8), size: 3, most: 10).count == 4)
    }
}
