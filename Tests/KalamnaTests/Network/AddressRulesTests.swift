import Testing

@testable import Kalamna

@Suite struct AddressRulesTests {
    @Test(arguments: [
        "0.0.0.0", "0.1.2.3", "10.0.0.1", "100.64.0.1", "100.127.255.255", "127.0.0.1", "127.255.0.1", "169.254.169.254", "172.16.0.1",
        "172.31.255.255", "192.0.0.8", "192.0.2.1", "192.88.99.1", "192.168.1.1", "198.18.0.1", "198.19.255.255", "198.51.100.7", "203.0.113.9",
        "224.0.0.1", "240.0.0.1", "255.255.255.255", "::", "::1", "::7f00:1", "::ffff:127.0.0.1", "::ffff:8.8.8.8", "64:ff9b::7f00:1",
        "64:ff9b::808:808", "64:ff9b:1::1", "100::1", "2001::1", "2001:0:4136:e378:8000:63bf:3fff:fdd2", "2001:db8::1", "2002:7f00:1::",
        "2002:808:808::1", "3fff::1", "fc00::1", "fd12::1", "fe80::1", "fec0::1", "ff02::1", "2606:4700::5efe:127.0.0.1",
        "2606:4700::200:5efe:10.0.0.1",
    ])
    func ourOwnNetworkIsNotPublic(text: String) throws {
        #expect(!AddressRules.isPublic(try #require(IPAddress(text))))
    }

    @Test(arguments: [
        "1.1.1.1", "8.8.8.8", "100.63.255.255", "100.128.0.1", "172.15.0.1", "172.32.0.1", "192.0.1.1", "198.17.0.1", "198.20.0.1", "223.255.255.1",
        "2606:4700::1111", "2a00:1450:4001::200e", "2001:4860::8888", "2606:4700::5efe:8.8.8.8",
    ])
    func theInternetIs(text: String) throws {
        #expect(AddressRules.isPublic(try #require(IPAddress(text))))
    }

    @Test(arguments: [
        "0177.0.0.1", "2130706433", "127.1", "0x7f.1", "0x7f000001", "127.0.0.01", "1.2.3", "1.2.3.4.5", "1.2.3.256", "::1%lo", "[::1]", "", "a",
        "１.1.1.1", "1.1.1.1 ", ":::", "12345::",
    ])
    func readsOnlyPlainAddresses(text: String) {
        #expect(IPAddress(text) == nil)
    }

    @Test(arguments: [
        "ftp://llm.example/", "file:///etc/passwd", "gopher://llm.example", "llm.example", "https:llm.example", "https:///x", "https://",
        "https://:80",
        "https://a@llm.example", "https://llm.example@127.0.0.1", "https://llm.example:80@127.0.0.1/", "https://llm.example\\@127.0.0.1",
        "https://llm.example.", "https://127.0.0.1.", "https://.llm.example", "https://a..b", "https://0177.0.0.1", "https://2130706433",
        "https://127.1", "https://0x7f.1", "https://0x7f000001", "https://1.2.3.4.5", "https://llm.1", "https://[::ffff:7f00:1]",
        "https://[::ffff:127.0.0.1]", "https://[::ffff:8.8.8.8]", "https://[::1%25lo]", "https://[::1", "https://::1", "https://[1.1.1.1]",
        "https://１２７.0.0.1", "https://ⓛlm.example", "https://كلمنا.example", "https://llm.example:", "https://llm.example:0",
        "https://llm.example:65536",
        "https://llm.example:+80", "https://llm.example:080000", "https://llm%2eexample", "https://llm.example%00.x", "https://llm.example\n/",
        "https://llm .example", " https://llm.example", "https://127.0.0.1", "https://[::1]", "https://[fd00::1]", "http://169.254.169.254/latest",
        "https://\(String(repeating: "a", count: 64)).example", "https://llm.example/\(String(repeating: "a", count: 2048))",
    ])
    func refusesOddForms(url: String) {
        #expect(throws: AddressRefusal.self) { try AddressRules.publicOnly.target(of: url) }
    }

    @Test(arguments: [
        ("https://LLM.example", "https://llm.example/"), ("http://llm.example:80/a?b=//c@d#e", "http://llm.example/a?b=//c@d"),
        ("https://llm.example:8443/x", "https://llm.example:8443/x"), ("https://8.8.8.8/x", "https://8.8.8.8/x"),
        ("https://[2606:4700::1111]:443/x", "https://[2606:4700::1111]/x"), ("https://xn--mgb.example?a", "https://xn--mgb.example/?a"),
        ("HTTPS://a_b.example", "https://a_b.example/"),
    ])
    func bringsAddressesIntoOneForm(url: String, form: String) throws {
        #expect(try AddressRules.publicOnly.target(of: url).url == form)
    }

    @Test func allAddressesOfAHostMustBeAllowed() async throws {
        let rules = AddressRules.publicOnly
        let target = try rules.target(of: "https://llm.example")
        #expect(try await rules.addresses(of: target) { _ in try Self.addresses("8.8.8.8", "2606:4700::1") }.count == 2)
        for list in [["8.8.8.8", "10.0.0.1"], ["::1"], ["2606:4700::1", "169.254.169.254"], []] {
            await #expect(throws: AddressRefusal.address) {
                try await rules.addresses(of: target) { _ in try list.map { try #require(IPAddress($0)) } }
            }
        }
        #expect(throws: AddressRefusal.port) { try rules.target(of: "https://llm.example:22") }
    }

    private static func addresses(_ texts: String...) throws -> [IPAddress] { try texts.map { try #require(IPAddress($0)) } }

    @Test func theOperatorAllowsMore() throws {
        let rules = try #require(AddressRules(allowing: " localhost:11434, OLLAMA ,10.1.0.0/16,[fd00::5]:8000,192.168.7.9, "))
        func isAllowed(_ url: String, _ addresses: String...) throws -> Bool {
            guard let target = try? rules.target(of: url) else { return false }
            return rules.allows(try addresses.map { try #require(IPAddress($0)) }, of: target)
        }
        #expect(try isAllowed("http://localhost:11434", "127.0.0.1", "::1"))
        #expect(try !isAllowed("http://localhost:11435", "127.0.0.1"))
        #expect(try !isAllowed("http://localhost", "127.0.0.1"))
        #expect(try isAllowed("http://ollama:9999/v1", "172.18.0.3"))
        #expect(try !isAllowed("http://ollama2:9999/v1", "172.18.0.3"))
        #expect(try isAllowed("http://gpu.example:8000", "10.1.2.3"))
        #expect(try !isAllowed("http://gpu.example:8000", "10.2.2.3"))
        #expect(try !isAllowed("http://gpu.example:8000", "8.8.8.8"))
        #expect(try !isAllowed("http://gpu.example", "10.1.2.3", "10.2.2.3"))
        #expect(try isAllowed("http://[fd00::5]:8000", "fd00::5"))
        #expect(try !isAllowed("http://[fd00::5]:8001", "fd00::5"))
        #expect(try isAllowed("http://192.168.7.9:1234", "192.168.7.9"))
        #expect(try isAllowed("https://llm.example", "8.8.8.8"))
        #expect(try !isAllowed("https://llm.example", "127.0.0.1"))
        // No exception reaches the clouds' own addresses, and one for IPv6 none of IPv4 in its clothes.
        let wide = try #require(AddressRules(allowing: "0.0.0.0/0,::/0"))
        let target = try wide.target(of: "http://meta.example")
        #expect(try wide.allows(Self.addresses("127.0.0.1", "::1"), of: target))
        #expect(try !wide.allows(Self.addresses("169.254.169.254"), of: target))
        #expect(try !wide.allows(Self.addresses("::ffff:169.254.169.254"), of: target))
        let six = try #require(AddressRules(allowing: "64:ff9b::/96"))
        #expect(try six.allows(Self.addresses("64:ff9b::808:808"), of: target))
        #expect(try !six.allows(Self.addresses("64:ff9b::7f00:1"), of: target))
    }

    @Test(arguments: ["10.0.0.0/33", "10.0.0.0/", "10.0.0/8", "a b", "http://x", "x:99999", "::/129", "10.0.0.0/8/8", "localhost:"])
    func saysWhenAnExceptionIsNotUnderstood(text: String) {
        #expect(AddressRules(allowing: "ollama, \(text)") == nil)
    }

    @Test(.timeLimit(.minutes(10))) func looksNamesUp() async throws {
        #expect(try await HostLookup.addresses(of: "localhost").contains { $0.bytes == [127, 0, 0, 1] || !AddressRules.isPublic($0) })
        await #expect(throws: HostLookup.NotFound.self) { try await HostLookup.addresses(of: "no-such-host.invalid") }
        let task = Task { try await HostLookup.addresses(of: "localhost") }
        task.cancel()
        let result = await task.result
        if case .failure(let error) = result { #expect(error is CancellationError) }
    }
}
