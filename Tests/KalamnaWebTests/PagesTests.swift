import Foundation
import Kalamna
import KalamnaWeb
import TestSupport
import Testing

/// The first page, the chat page, the page of an invitation, the dashboard, the widget's loader, and their files.
@Suite struct PagesTests {
    private static func policy(_ answer: TestAnswer) -> [String: String] {
        let directives = (answer.headers["content-security-policy"] ?? "").split(separator: ";").map { $0.trimmingPrefix(" ") }
        return Dictionary(directives.map { ($0.prefix { $0 != " " }, $0.drop { $0 != " " }.dropFirst()) }.map { (String($0), String($1)) }) { $1 }
    }

    @Test func pagesRunOnlyOurFiles() async throws {
        let server = try await TestServer(.sqlite)
        for path in ["/", "/chat", "/invitation", "/app", "/app/", "/app/inbox", "/app/knowledge/some-id"] {
            let answer = try await server.call("GET", path)
            #expect(answer.status == 200)
            #expect(answer.headers["content-type"] == "text/html; charset=utf-8")
            #expect(answer.headers["cache-control"] == "no-cache")
            #expect(answer.headers["x-content-type-options"] == "nosniff")
            let policy = Self.policy(answer)
            #expect(policy["default-src"] == "'none'")
            #expect(policy["script-src"] == "'self'")
            #expect(policy["style-src"] == "'self'")
            #expect(policy["connect-src"] == "'self'")
            #expect(policy["base-uri"] == "'none'")
            #expect(policy["require-trusted-types-for"] == "'script'")
            #expect(policy["frame-ancestors"] == "'none'")
            let html = answer.text
            for forbidden in [
                /<script(?![^>]*\ssrc=)/, /<style/, /\sstyle\s*=/, /\son[a-z]+\s*=/, /javascript:/, /\{\{/, /https?:\/\/(?!www\.w3\.org)/,
            ] {
                #expect(html.firstMatch(of: forbidden.ignoresCase()) == nil, "\(path)")
            }
            #expect(html.contains("<html lang=\"ar\" dir=\"rtl\">"))
        }
    }

    @Test func filesAreThereForEverAndOthersAreNot() async throws {
        let server = try await TestServer(.sqlite)
        var files: Set<String> = []
        for path in ["/", "/chat", "/invitation", "/app"] {
            let html = try await server.call("GET", path).text
            files.formUnion(html.matches(of: /(?:src|href)="(\/assets\/[^"]+)"/).map { String($0.1) })
        }
        var left = files
        while let file = left.popFirst() {
            let answer = try await server.call("GET", file)
            #expect(answer.status == 200, "\(file)")
            #expect(answer.headers["cache-control"] == "public, max-age=31536000, immutable")
            #expect(answer.headers["content-type"] == (file.hasSuffix(".css") ? "text/css; charset=utf-8" : "text/javascript; charset=utf-8"))
            #expect(answer.headers["x-content-type-options"] == "nosniff")
            #expect(!answer.data.isEmpty)
            let folder = file.prefix(upTo: try #require(file.lastIndex(of: "/")))
            for name in answer.text.matches(of: /(?:from\s+|import\()'\.\/([^']+)'/).map(\.1) {
                if files.insert("\(folder)/\(name)").inserted { left.insert("\(folder)/\(name)") }
            }
        }
        #expect(files.count >= 50)
        let folder = try #require(files.first?.split(separator: "/").prefix(2).joined(separator: "/"))
        for path in [
            "/\(folder)/nope.js", "/\(folder)/chat.html", "/\(folder)/index.html", "/\(folder)/", "/\(folder)", "/assets", "/assets/x/chat.js",
            "/assets/x/..%2f..%2fetc/passwd", "/assets/x/..%2f..%2fetc%2fpasswd", "/\(folder)/..%2fchat.js", "/\(folder)/%2e%2e/chat.js",
            "/\(folder)/chat.js%00", "/\(folder)/CHAT.js", "/\(folder)/./chat.js", "/\(folder)//etc/passwd", "/chat.js", "/\(folder)/..%5cchat.js",
        ] {
            expectProblem(try await server.call("GET", path), 404, "not_found", path)
        }
    }

    /// What customers load is small, and the chat's modules are one file.
    @Test func theChatIsOneScript() async throws {
        let server = try await TestServer(.sqlite)
        let html = try await server.call("GET", "/chat").text
        let file = try #require(html.firstMatch(of: /src="(\/assets\/[^"]+\/chat\.js)"/)).1
        let script = try await server.call("GET", String(file))
        #expect(script.status == 200)
        #expect(script.text.contains("class Outbox"))
        #expect(script.text.firstMatch(of: /(?m)^(import|export|\/\/|\s)/) == nil)
        expectProblem(try await server.call("GET", String(file).replacing("chat.js", with: "outbox.js")), 404, "not_found")
    }

    /// The loader has one address for ever, and other sites may load it.
    @Test func theLoader() async throws {
        let server = try await TestServer(.sqlite)
        let answer = try await server.call("GET", "/widget.js")
        #expect(answer.status == 200)
        #expect(answer.headers["content-type"] == "text/javascript; charset=utf-8")
        #expect(answer.headers["cache-control"]?.hasPrefix("public, max-age=600") == true)
        #expect(answer.headers["access-control-allow-origin"] == "*")
        #expect(answer.headers["cross-origin-resource-policy"] == "cross-origin")
        #expect(answer.headers["x-content-type-options"] == "nosniff")
        #expect(answer.data.count < 9_000)
        for forbidden in [/innerHTML/, /eval\(/, /setAttribute\('style/, /localStorage/] { #expect(answer.text.firstMatch(of: forbidden) == nil) }
        let tag = try #require(answer.headers["etag"])
        let again = try await server.call("GET", "/widget.js", headers: ["If-None-Match": tag])
        #expect(again.status == 304)
        #expect(again.data.isEmpty)
        #expect(try await server.call("POST", "/widget.js").status == 405)
        #expect(try await server.call("POST", "/app/inbox").status == 405)
    }

    /// A chat page may be framed by the sites of its key.
    @Test(arguments: Engine.all) func framing(engine: Engine) async throws {
        let server = try await TestServer(engine)
        let owner = server.kalamna.acme.ownerToken
        let key = try await server.makeKey("widget", origins: ["https://shop.example", "https://*.many.example"], by: owner)
        let empty = try await server.makeKey("widget", by: owner).secret
        let any = try await server.makeKey("widget", origins: ["*"], by: owner).secret
        let serverKey = try await server.makeKey("server", by: owner).secret
        func ancestors(_ query: String) async throws -> String? {
            let answer = try await server.call("GET", "/chat?\(query)")
            #expect(answer.status == 200, "\(query)")
            #expect(answer.headers["x-frame-options"] == nil, "it knows no list of sites, and would win")
            return Self.policy(answer)["frame-ancestors"]
        }
        #expect(try await ancestors("key=\(key.secret)") == "'self' https://shop.example https://*.many.example")
        #expect(try await ancestors("key=\(any)") == "'self' *")
        for query in ["key=\(empty)", "key=\(serverKey)", "key=nonsense", "key=", "key=x;script-src%20*", "key=x%0d%0aSet-Cookie:a=b", "key=%00"] {
            #expect(try await ancestors(query) == "'self'", "\(query)")
        }
        #expect(try await ancestors("other=1") == "'none'")
        _ = try await server.call("DELETE", "/v1/keys/\(key.id)", auth: owner)
        #expect(try await ancestors("key=\(key.secret)") == "'self'")
    }

    @Test func theFirstPagesLinks() async throws {
        let plain = try await TestServer(.sqlite)
        let server = try await TestServer(.sqlite) { $0.demoKey = "kwk_live_demo\"><script>alert(1)</script>" }
        let html = try await server.call("GET", "/").text
        #expect(html.contains("/chat?key=kwk_live_demo&quot;&gt;&lt;script&gt;"))
        #expect(!html.contains("<script>"))
        let links = Set(try await plain.call("GET", "/").text.matches(of: /<a [^>]*href="(\/[^"]*)"/).map { String($0.1) })
        #expect(links.count > 1)
        for link in links { #expect(try await plain.call("GET", link).status == 200, "\(link)") }
    }
}
