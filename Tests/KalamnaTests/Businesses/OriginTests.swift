import Kalamna
import Testing

@Suite struct OriginTests {
    private func key(_ origins: [String], _ kind: APIKey.Kind = .widget) throws(Failure) -> APIKey {
        let key = APIKey(
            id: APIKeyID(at: Instant(milliseconds: 0)), kind: kind, name: "Website", hint: "", createdAt: Instant(milliseconds: 0))
        return try APIKeyChanges(allowedOrigins: origins).apply(to: key)
    }

    @Test(arguments: [
        ("https://shop.example", "https://shop.example"),
        ("  HTTPS://Shop.Example/ ", "https://shop.example"),
        ("shop.example", "https://shop.example"),
        ("https://shop.example:443", "https://shop.example"),
        ("https://shop.example:8443", "https://shop.example:8443"),
        ("http://shop.example", "http://shop.example"),
        ("http://shop.example:80", "http://shop.example"),
        ("localhost:3000", "http://localhost:3000"),
        ("http://127.0.0.1:8080", "http://127.0.0.1:8080"),
        ("[::1]:8080", "http://[::1]:8080"),
        ("https://*.shop.example", "https://*.shop.example"),
        ("*.Shop.example:8443", "https://*.shop.example:8443"),
        ("https://xn--mgbh0fb.example", "https://xn--mgbh0fb.example"),
        ("*", "*"),
    ])
    func keepsOneFormOfASite(given: String, stored: String) throws {
        #expect(try key([given]).allowedOrigins == [stored])
    }

    @Test(arguments: [
        "", "https://", "https://shop.example/chat", "https://shop.example?x=1", "https://shop.example#top", "https://user@shop.example",
        "https://user:pw@shop.example", "ftp://shop.example", "javascript:alert(1)", "null", "https://*", "https://*.com", "https://*.com.eg",
        "https://*.github.io", "https://*.1.2.3.4", "https://shop.*.example", "https://*shop.example", "https://*.*.shop.example",
        "https://shop..example", "https://.shop.example", "https://shop.example.", "https://-shop.example", "https://shop.example:0",
        "https://shop.example:65536", "https://shop.example:", "https://shop.example:12a", "https://محل.مصر", "https://shop.exаmple",
        "https://shop.example https://evil.example", "https://shop.example;script-src", "https://shop.example\\@evil.example",
        "https://[::1", "shop",
    ])
    func refusesWhatIsNoSite(given: String) {
        #expect(throws: Failure.self) { try key([given]) }
    }

    @Test func saysWhatToDo() throws {
        let failure = try #require(throws: Failure.self) { try key(["https://محل.مصر", "https://shop.example/chat?x=1", "gopher://shop.example"]) }
        #expect(failure.fields.map(\.field) == ["allowed_origins.0", "allowed_origins.1", "allowed_origins.2"])
        #expect(failure.fields[0].message.en.contains("punycode") && failure.fields[0].message.ar.contains("punycode"))
        #expect(failure.fields[1].message.en.hasSuffix("https://shop.example"))
    }

    @Test(arguments: [
        "https://shop.example", "https://shop.example:8443", "http://localhost:3000", "https://a.deep.example", "https://b.a.deep.example",
    ])
    func letsItsSitesIn(origin: String) throws {
        let key = try key(["https://shop.example", "https://shop.example:8443", "localhost:3000", "https://*.deep.example"])
        #expect(key.allows(origin: origin))
    }

    @Test(arguments: [
        "null", "", "*", "https://evil.example", "http://shop.example", "https://shop.example:444", "https://shop.example.evil.example",
        "https://evilshop.example", "https://www.shop.example", "https://shop.example@evil.example", "https://shop.example/",
        "https://shop.example/.evil.example", "https://SHOP.example", "https://shop.example.", "https://shop.example\u{0}.evil.example",
        "https://evil.example#https://shop.example", "https://shop.example:443", "https://shop.example ", "http://localhost:3001",
        "http://localhost", "https://deep.example", "https://evildeep.example", "http://a.deep.example", "https://a.deep.example:8443",
        "https://a.deep.example.evil.example", "https://.deep.example", "https://*.deep.example", "https://evil.example/.deep.example",
        "https://evil.example\\.deep.example", "file://", "chrome-extension://shop.example",
    ])
    func keepsOthersOut(origin: String) throws {
        let key = try key(["https://shop.example", "https://shop.example:8443", "localhost:3000", "https://*.deep.example"])
        #expect(!key.allows(origin: origin))
    }

    @Test func emptyListIsNobodyAndStarIsAnySite() throws {
        let nobody = try key([])
        let any = try key(["*"])
        #expect(!nobody.allows(origin: "https://shop.example"))
        #expect(any.allows(origin: "https://shop.example"))
        #expect(any.allows(origin: "http://localhost:3000"))
        for origin in ["null", "", "file://", "https://shop.example/page"] { #expect(!any.allows(origin: origin)) }
    }

    @Test func serverKeyIsNotForBrowsers() throws {
        #expect(throws: Failure.self) { try key(["https://shop.example"], .server) }
        #expect(!(try key([], .server).allows(origin: "https://shop.example")))
    }
}
