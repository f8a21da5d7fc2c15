import Foundation
import Kalamna
import KalamnaWeb
import Store
import TestSupport
import Testing

/// What the operator's tools ask: is it alive, does it take work, what has it done.
@Suite struct HealthTests {
    @Test(arguments: Engine.all) func aliveAndReady(engine: Engine) async throws {
        let server = try await TestServer(engine)
        for (path, text) in [("/livez", "ok\n"), ("/readyz", "ready\n")] {
            let answer = try await server.call("GET", path)
            #expect(answer.status == 200)
            #expect(answer.text == text)
            #expect(answer.headers["content-type"] == "text/plain; charset=utf-8")
            #expect(answer.headers["cache-control"] == "no-store")
        }
        // On the way out: no new work, but what runs is still served.
        server.server.readiness.stop()
        #expect(try await server.call("GET", "/readyz").status == 503)
        #expect(try await server.call("GET", "/livez").status == 200)
        #expect(try await server.call("GET", "/v1/me", auth: server.kalamna.acme.ownerToken).status == 200)
    }

    @Test(arguments: Engine.all) func notReadyWithoutItsDatabase(engine: Engine) async throws {
        let server = try await TestServer(engine)
        try await server.kalamna.store.close()
        let ready = try await server.call("GET", "/readyz")
        #expect(ready.status == 503)
        #expect(!ready.text.lowercased().contains("sql"), "no details for strangers: \(ready.text)")
        #expect(try await server.call("GET", "/livez").status == 200, "a restart would not help")
        let answer = try await server.call("GET", "/v1/sessions", auth: Secrets.key(prefix: "ksk_live_"))
        #expect([500, 503].contains(answer.status))
        #expect(answer["detail"] is String)
        for word in ["sql", "SQL", "libpq", "GRDB", "closed", "/tmp"] { #expect(!answer.text.contains(word), "\(answer.text)") }
    }

    /// A program beside a database of another version takes no work: half of its statements would fail.
    @Test(arguments: Engine.all) func notReadyWithAnotherSchema(engine: Engine) async throws {
        let server = try await TestServer(engine)
        let newest = try #require(Schema.migrations.last?.id)
        func change(_ query: Query) async throws -> TestAnswer {
            try await server.kalamna.database.writeAcrossBusinesses { try $0.execute(query) }
            return try await server.call("GET", "/readyz")
        }
        let older = try await change("DELETE FROM schema_migrations WHERE id = \(newest)")
        #expect(older.status == 503)
        #expect(older.text == "the database lacks migrations of this program\n")
        #expect(try await change("INSERT INTO schema_migrations (id) VALUES (\(newest))").status == 200)
        let newer = try await change("INSERT INTO schema_migrations (id) VALUES ('9999-from-the-future')")
        #expect(newer.status == 503)
        #expect(newer.text == "the database was migrated by a newer program\n")
    }

    @Test(arguments: Engine.all) func figures(engine: Engine) async throws {
        let server = try await TestServer(engine)
        let acme = server.kalamna.acme
        let customer = try await server.customer(of: acme)
        _ = try await customer.ask("هاي")
        for _ in 0..<3 { _ = try await server.call("GET", "/v1/me", auth: acme.ownerToken) }
        for _ in 0..<2 { _ = try await server.call("GET", "/v1/me") }
        _ = try await server.call("GET", "/v1/sessions/\(customer.session)", auth: acme.ownerToken)
        let stream = try await customer.stream()
        _ = try await stream.wait { $0.contains { $0.id == 1 } }

        let answer = try await server.call("GET", "/metrics")
        #expect(answer.status == 200)
        #expect(answer.headers["content-type"] == "text/plain; version=0.0.4; charset=utf-8")
        let figures = try Exposition(answer.text)
        #expect(figures.samples["http_server_requests_total{route=\"getMe\",status=\"200\"}"] == 3)
        #expect(figures.samples["http_server_requests_total{route=\"getMe\",status=\"401\"}"] == 2)
        #expect(figures.samples["http_server_request_duration_seconds_count{route=\"getMe\"}"] == 5)
        #expect(figures.samples["bot_turns_total{outcome=\"small_talk\"}"] == 1)
        #expect(figures.samples["bot_turns_pending"] == 0)
        #expect(figures.samples["sse_connections"] == 1)
        for secret in [customer.session, acme.business.id.description, "Acme", "acme"] { #expect(!answer.text.contains(secret)) }
    }

    @Test func whoMayReadTheFigures() async throws {
        let proxied = try await TestServer(.sqlite) { $0.trustsProxy = true }
        for (forwarded, status) in [
            ("203.0.113.9", 403), ("127.0.0.1, 203.0.113.9", 403), ("::1, 2001:db8::1", 403), ("127.0.0.1", 200), ("203.0.113.9, 127.0.0.1", 200),
            ("::1", 200), ("128.0.0.1", 403), ("garbage", 403),
        ] {
            let answer = try await proxied.call("GET", "/metrics", headers: ["X-Forwarded-For": forwarded])
            #expect(answer.status == status, "“\(forwarded)”")
            if status == 403 { expectProblem(answer, 403, "forbidden", forwarded) }
        }
        #expect(try await proxied.call("GET", "/metrics").status == 200, "asked on this machine, past the proxy")
        expectProblem(try await proxied.call("GET", "/metrics", headers: ["Forwarded": "for=203.0.113.9"]), 403, "forbidden")
        // A proxy on this machine that nobody told us of: its requests come from here, and are not from here.
        let plain = try await TestServer(.sqlite)
        #expect(try await plain.call("GET", "/metrics").status == 200)
        for (name, value) in [
            ("X-Forwarded-For", "203.0.113.9"), ("X-Forwarded-For", "127.0.0.1"), ("Forwarded", "for=127.0.0.1"), ("X-Real-IP", "203.0.113.9"),
            ("X-Forwarded-Proto", "https"), ("Via", "1.1 proxy"),
        ] {
            expectProblem(try await plain.call("GET", "/metrics", headers: [name: value]), 403, "forbidden", name)
        }
        let secret = String(repeating: "t", count: 32)
        let tokened = try await TestServer(.sqlite) {
            $0.trustsProxy = true
            $0.metricsToken = secret
        }
        for (token, status) in [(nil, 401), ("wrong", 401), (String(secret.dropLast()), 401), (secret + "t", 401), (secret, 200)] {
            let answer = try await tokened.call("GET", "/metrics", auth: token, headers: ["X-Forwarded-For": "203.0.113.9"])
            #expect(answer.status == status, "\(token ?? "none")")
        }
        #expect(try await tokened.call("GET", "/metrics").status == 401, "with a token, this machine needs it too")
    }
}

/// Prometheus' text format 0.0.4, as strictly as its documentation says it.
private struct Exposition {
    struct Wrong: Error { let line: Substring }

    var samples: [String: Double] = [:]

    init(_ text: String) throws {
        #expect(text.hasSuffix("\n"))
        var types: [String: String] = [:]
        var helped: Set<String> = []
        var family = ""
        var finished: Set<String> = []
        for line in text.split(separator: "\n", omittingEmptySubsequences: false).dropLast() {
            if let help = line.wholeMatch(of: /# HELP ([a-z_]+) .+/) {
                #expect(helped.insert(String(help.1)).inserted, "HELP once: \(line)")
                finished.insert(family)
                family = String(help.1)
                #expect(!finished.contains(family), "the lines of one family stand together")
            } else if let type = line.wholeMatch(of: /# TYPE ([a-z_]+) (counter|gauge|histogram)/) {
                #expect(types.updateValue(String(type.2), forKey: String(type.1)) == nil, "TYPE once: \(line)")
                #expect(type.1 == family)
            } else {
                guard let sample = line.wholeMatch(of: /([a-z_]+)(\{(?:[a-z_]+="[^"\\\n]*",?)+\})? (\d+(?:\.\d+)?(?:e-?\d+)?)/) else {
                    throw Wrong(line: line)
                }
                let name = String(sample.1)
                let isHistogram = types[family] == "histogram"
                let names = isHistogram ? ["_bucket", "_sum", "_count"].map { family + $0 } : [family]
                #expect(names.contains(name), "\(line) in \(family)")
                #expect(samples.updateValue(Double(sample.3) ?? -1, forKey: name + (sample.2 ?? "")) == nil, "each series once: \(line)")
            }
        }
        #expect(Set(types.keys) == helped)
        try checkHistograms()
    }

    private func checkHistograms() throws {
        var buckets: [Substring: [(bound: Double, count: Double)]] = [:]
        for (series, count) in samples {
            guard let bucket = series.wholeMatch(of: /(.*)_bucket\{route="([a-zA-Z]+)",le="([^"]+)"\}/) else { continue }
            buckets[bucket.2, default: []].append((bucket.3 == "+Inf" ? .infinity : try #require(Double(bucket.3)), count))
        }
        #expect(!buckets.isEmpty)
        for (route, unsorted) in buckets {
            let sorted = unsorted.sorted { $0.bound < $1.bound }
            #expect(sorted.last?.bound == .infinity, "\(route)")
            #expect(sorted.last?.count == samples["http_server_request_duration_seconds_count{route=\"\(route)\"}"], "\(route)")
            #expect(samples["http_server_request_duration_seconds_sum{route=\"\(route)\"}"] != nil, "\(route)")
            let counts = sorted.map(\.count)
            #expect(counts == counts.sorted(), "\(route): buckets are cumulative")
        }
    }
}
