import Testing

@testable import Kalamna

@Suite struct RouterPlanTests {
    private static let business = BusinessID(at: Instant(milliseconds: 0))
    /// The same in each run of the tests.
    private static let sessions: [ChatSessionID] = {
        var state: UInt64 = 1
        func next() -> UInt64 {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return state ^ state >> 29
        }
        func hex(_ number: UInt64, _ digits: Int) -> String {
            let text = String(number, radix: 16)
            return String(String(repeating: "0", count: 16) + text).suffix(digits).description
        }
        return (0..<10_000).compactMap { index in
            ChatSessionID("019a0000-\(hex(UInt64(index) / 50, 4))-7\(hex(next(), 3))-8\(hex(next(), 3))-\(hex(next(), 12))")
        }
    }()

    private let router = ModelRouter()
    private let fixed = BusinessID("019a0000-0000-7000-8000-00000000000b")

    private func models(_ shares: (String, Int64)...) throws -> [LLMModel] {
        try shares.map { name, share in
            try routerModel(name, id: try #require(LLMModelID("019a0000-0000-7000-8000-0000000000\(name)")), share: share)
        }
    }

    private func firsts(_ models: [LLMModel], _ experiment: ModelArms? = nil) throws -> [String] {
        let business = try #require(fixed)
        return try Self.sessions.map { session in
            try #require(router.plan(for: session, of: business, models: models, settings: ModelSettings(), experiment: experiment).first).model
        }
    }

    private func share(of name: String, _ firsts: [String]) -> Double { Double(firsts.count { $0 == name }) / Double(firsts.count) * 100 }

    @Test func sharesHoldAndEachSessionKeepsItsModel() throws {
        let models = try models(("aa", 60), ("bb", 30), ("cc", 10), ("dd", 0))
        let first = try firsts(models)
        #expect(Self.sessions.count == 10_000 && Set(Self.sessions).count == 10_000)
        for (name, wanted) in [("aa", 60.0), ("bb", 30), ("cc", 10), ("dd", 0)] {
            #expect(abs(share(of: name, first) - wanted) < 2, "\(name): \(share(of: name, first)) %")
        }
        #expect(try firsts(models.reversed()) == first)
    }

    @Test func aModelThatGoesGivesAwayOnlyItsOwnSessions() throws {
        let all = try models(("aa", 50), ("bb", 30), ("cc", 20))
        let before = try firsts(all)
        let after = try firsts(Array(all.dropLast()))
        for (old, new) in zip(before, after) where old != "cc" { #expect(old == new) }
        // Those of the one that went are spread as the others' shares say.
        #expect(abs(share(of: "aa", after) - 62.5) < 2)
    }

    @Test func aModelThatComesOrGrowsTakesOnlyForItself() throws {
        let before = try firsts(try models(("aa", 50), ("bb", 50)))
        let after = try firsts(try models(("aa", 50), ("bb", 100), ("cc", 50)))
        for (old, new) in zip(before, after) where old != new { #expect(new == "cc" || old == "aa" && new == "bb") }
        #expect(abs(share(of: "bb", after) - 50) < 2)
    }

    /// A new version of the program must not move the conversations that go on.
    @Test func theChoiceIsTheSameInEveryVersion() throws {
        let firsts = try firsts(try models(("aa", 1), ("bb", 1), ("cc", 1)))
        #expect(firsts.prefix(12).joined(separator: " ") == "bb aa aa bb bb aa cc bb cc aa bb bb")
    }

    @Test func theOthersFollowByTheirRank() throws {
        var all = try models(("aa", 0), ("bb", 1), ("cc", 0), ("dd", 0), ("ee", 0))
        all[0].fallbackRank = 3
        all[2].fallbackRank = 2
        all[3].fallbackRank = 2
        all[4].isActive = false
        let business = try #require(fixed)
        func plan(_ models: [LLMModel], _ settings: ModelSettings = ModelSettings()) -> [String] {
            router.plan(for: Self.sessions[0], of: business, models: models, settings: settings).map(\.model)
        }
        #expect(plan(all) == ["bb", "cc", "dd", "aa"])
        // Without any share the fallbacks are all there is.
        all[1].trafficShare = 0
        #expect(plan(all) == ["bb", "cc", "dd", "aa"])
        all[1].fallbackRank = 9
        #expect(plan(all) == ["cc", "dd", "aa", "bb"])

        all[0].isLocal = true
        var settings = ModelSettings()
        settings.dataStaysHere = true
        #expect(plan(all, settings) == ["aa"])
        settings.usesModels = false
        #expect(plan(all, settings).isEmpty && plan([]).isEmpty)
    }

    @Test func anExperimentDecidesWhoIsFirst() throws {
        let all = try models(("aa", 100), ("bb", 0), ("cc", 0))
        func arms(_ name: String, _ first: Int64, _ second: Int64) -> ModelArms {
            ModelArms(experiment: name, arms: [.init(model: all[1].id, share: first), .init(model: all[2].id, share: second)])
        }
        let one = try firsts(all, arms("one", 50, 50))
        let two = try firsts(all, arms("two", 50, 50))
        #expect(abs(share(of: "bb", one) - 50) < 2 && abs(share(of: "cc", one) - 50) < 2)
        // Who is in an arm of the one is in either arm of the other.
        let both = zip(one, two).count { $0 == "bb" && $1 == "bb" }
        #expect(abs(Double(both) / 100 - 25) < 2)

        // An arm that can't be asked leaves its sessions to the other, and no arm at all to the shares.
        var without = all
        without[2].isActive = false
        #expect(Set(try firsts(without, arms("one", 50, 50))) == ["bb"])
        without[1].isActive = false
        #expect(Set(try firsts(without, arms("one", 50, 50))) == ["aa"])
    }
}
