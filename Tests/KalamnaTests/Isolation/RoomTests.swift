import Foundation
import Store
import TestSupport
import Testing

@testable import Kalamna

/// The first wall: whoever asks as one business, with the ids of another, finds nothing and changes nothing.
@Suite(.timeLimit(.minutes(10))) struct RoomTests {
    private enum Outcome: Equatable {
        case notFound
        /// Nil, empty, or a statement that met no row.
        case nothing
        /// Another failure, or the database's own refusal.
        case refused
        case something(String)
    }

    private struct Attempt: Sendable {
        let name: String
        let expected: Outcome
        let body: @Sendable (BusinessTransaction) throws -> Any?

        init(_ name: String, _ expected: Outcome, _ body: @escaping @Sendable (BusinessTransaction) throws -> Any?) {
            self.name = name
            self.expected = expected
            self.body = body
        }

        func outcome(in db: BusinessTransaction) throws -> Outcome {
            switch try body(db) {
            case nil: .nothing
            case let list as [Any] where list.isEmpty: .nothing
            case is Void: .nothing
            case let flag as Bool where !flag: .nothing
            case let found?: .something("\(found)")
            }
        }
    }

    /// Every query room, with everything that it does by an id.
    private func attempts(_ theirs: Cast, now: Instant) -> [String: [Attempt]] {
        let changes = KnowledgeDraft(title: "x", content: .text("y"))
        let actor = AuditLog.Actor.system
        return [
            "Businesses": [
                Attempt("current", .nothing) { try Businesses($0).current().id == theirs.id },
                Attempt("insert", .refused) { try Businesses($0).insert(theirs.business.business) },
            ],
            "Settings": [Attempt("current", .nothing) { try Settings($0).current().greeting.contains(theirs.business.business.name) }],
            "Admins": [
                Attempt("list", .nothing) { try Admins($0).list().filter { $0.id == theirs.admin } },
                Attempt("find", .nothing) { try Admins($0).find(theirs.admin) },
                Attempt("update", .notFound) { try Admins($0).update(theirs.admin, role: .staff, isActive: false, by: actor, now: now) },
                Attempt("passwordHash", .nothing) { try Admins($0).passwordHash(of: theirs.admin) },
                Attempt("setPassword", .nothing) { try Admins($0).setPassword("hash", of: theirs.admin, replacing: "hash") },
                Attempt("insert", .refused) { try Admins($0).insert(theirs.business.owner, passwordHash: "hash") },
                Attempt("noteLogin", .nothing) { try Admins($0).noteLogin(of: theirs.admin, now: now) },
            ],
            "AdminSessions": [
                Attempt("create", .refused) { try AdminSessions($0).create(for: theirs.admin, userAgent: "", now: now) },
                Attempt("touch", .nothing) { try AdminSessions($0).touch(theirs.adminSession, now: now + .hours(1)) },
                Attempt("revoke", .nothing) { try AdminSessions($0).revoke(theirs.adminSession) },
                Attempt("revokeAll", .nothing) { try AdminSessions($0).revokeAll(of: theirs.admin) },
            ],
            "Invitations": [
                Attempt("list", .nothing) { try Invitations($0).list().filter { $0.id == theirs.invitation } },
                Attempt("create", .refused) { try Invitations($0).create(email: "x@y.example", by: theirs.admin, now: now).invitation },
                Attempt("revoke", .notFound) { try Invitations($0).revoke(theirs.invitation, by: actor, now: now) },
                Attempt("use", .nothing) { try Invitations($0).use(theirs.invitation, now: now) },
            ],
            "APIKeys": [
                Attempt("list", .nothing) { try APIKeys($0).list().filter { $0.id == theirs.key } },
                Attempt("find", .nothing) { try APIKeys($0).find(theirs.key) },
                Attempt("update", .notFound) { try APIKeys($0).update(theirs.key, APIKeyChanges(name: "x"), by: actor, now: now) },
                Attempt("rotate", .notFound) { try APIKeys($0).rotate(theirs.key, overlap: .zero, by: actor, now: now).key },
                Attempt("revoke", .notFound) { try APIKeys($0).revoke(theirs.key, by: actor, now: now) },
                Attempt("touch", .nothing) { try APIKeys($0).touch(theirs.key, now: now + .hours(1)) },
            ],
            "IngestJobs": [
                Attempt("isWaiting", .nothing) { try IngestJobs($0).isWaiting(theirs.file) },
                Attempt("count", .nothing) { try IngestJobs($0).count() > 0 },
            ],
            "KnowledgeFiles": [
                Attempt("find", .nothing) { try KnowledgeFiles($0).find(theirs.file) },
                Attempt("fileItem", .notFound) { try KnowledgeFiles($0).fileItem(theirs.file) },
                Attempt("source", .notFound) { try KnowledgeFiles($0).source(of: theirs.file) },
                Attempt("original", .notFound) { try KnowledgeFiles($0).original(of: theirs.file) },
                Attempt("replace", .notFound) {
                    try KnowledgeFiles($0).replace(theirs.file, with: try FileUpload(name: "a.txt", bytes: [0x61]), by: nil, now: now)
                },
            ],
            "SuggestedQuestions": [Attempt("list", .nothing) { try SuggestedQuestions($0).list(for: .ar) }],
            "ThresholdEffects": [Attempt("since", .nothing) { try ThresholdEffects($0).since(now - .hours(24)).questions > 0 }],
            "LLMCalls": [
                Attempt("spending", .nothing) {
                    try LLMCalls($0).spending(of: theirs.session, on: LocalDate(now, in: .gmt)).tokensOfSession > 0 ? [theirs.session] : []
                },
                Attempt("insert", .refused) { try LLMCalls($0).insert(.sample(of: CallStage.model("x"), in: theirs.session, at: now)) },
            ],
            "LLMPerformance": [
                Attempt("report", .nothing) {
                    try LLMPerformance($0).report(from: LocalDate(now, in: .gmt), to: LocalDate(now, in: .gmt), in: .gmt).filter {
                        $0.label.hasPrefix("x of")
                    }
                }
            ],
            "Experiments": [
                Attempt("find", .notFound) { try Experiments($0).find(theirs.experiment) },
                Attempt("start", .notFound) { try Experiments($0).start(theirs.experiment, by: actor, now: now) },
                Attempt("stop", .notFound) { try Experiments($0).stop(theirs.experiment, by: actor, now: now) },
                Attempt("update", .notFound) { try Experiments($0).update(theirs.experiment, { _ in }, models: [], by: actor, now: now) },
                Attempt("delete", .notFound) { try Experiments($0).delete(theirs.experiment, by: actor, now: now) },
                Attempt("list", .nothing) { try Experiments($0).list().filter { $0.id == theirs.experiment } },
            ],
            "LLMModels": [
                Attempt("list", .nothing) { try LLMModels($0).list().filter { $0.model.id == theirs.model } },
                Attempt("find", .notFound) { try LLMModels($0).find(theirs.model) },
                Attempt("update", .notFound) {
                    try LLMModels($0).update(
                        theirs.model, LLMModelsTests.changes { $0.key = .key("x") }, source: .test, by: actor, now: now)
                },
                Attempt("delete", .notFound) { try LLMModels($0).delete(theirs.model, by: actor, now: now) },
            ],
            "AuditLog": [
                Attempt("entries", .nothing) {
                    try AuditLog($0).entries(limit: 200).items.filter { $0.object.id == theirs.key.description || $0.actor == .admin(theirs.admin) }
                }
            ],
            "KnowledgeItems": [
                Attempt("find", .notFound) { try KnowledgeItems($0).find(theirs.item) },
                Attempt("content", .notFound) { try KnowledgeItems($0).content(of: theirs.item) },
                Attempt("versions", .notFound) { try KnowledgeItems($0).versions(of: theirs.item) },
                Attempt("version", .notFound) { try KnowledgeItems($0).version(1, of: theirs.item) },
                Attempt("chunks", .notFound) { try KnowledgeItems($0).chunks(of: theirs.item) },
                Attempt("update", .notFound) { try KnowledgeItems($0).update(theirs.item, changes, by: nil, now: now) },
                Attempt("restore", .notFound) { try KnowledgeItems($0).restore(theirs.item, version: 1, by: nil, now: now) },
                Attempt("delete", .notFound) { try KnowledgeItems($0).delete(theirs.item) },
                Attempt("list", .nothing) { try KnowledgeItems($0).list(limit: 100).items.filter { $0.id == theirs.item } },
            ],
            "KnowledgeChunks": [Attempt("all", .nothing) { try KnowledgeChunks($0).all().filter { $0.item == theirs.item } }],
            "KnowledgeVectors": [
                Attempt("all", .nothing) { db in
                    let chunks = Set(try KnowledgeChunks(db).all().map(\.id))
                    return try KnowledgeVectors(db).all(of: Cast.embeddingModel).keys.filter { !chunks.contains($0) }
                }
            ],
            "EndUsers": [
                Attempt("find", .notFound) { try EndUsers($0).find(theirs.endUser) },
                Attempt("setStatus", .notFound) { try EndUsers($0).setStatus(.blocked, of: theirs.endUser) },
                Attempt("list", .nothing) { try EndUsers($0).list(after: nil, limit: 100).items.filter { $0.id == theirs.endUser } },
            ],
            "ChatSessions": [
                Attempt("find", .notFound) { try ChatSessions($0).find(theirs.session) },
                Attempt("lock", .notFound) { try ChatSessions($0).lock(theirs.session) },
                Attempt("active", .nothing) { try ChatSessions($0).active(of: theirs.endUser) },
                Attempt("save", .nothing) {
                    var session = theirs.talk.started.session
                    session.end(as: .closed, because: .admin, at: now)
                    return try ChatSessions($0).save(session)
                },
            ],
            "ChatMessages": [
                Attempt("find", .notFound) { try ChatMessages($0).find(theirs.answer.id, in: theirs.session) },
                Attempt("find by client id", .nothing) {
                    try ChatMessages($0).find(clientMessageID: theirs.question.clientMessageID ?? "", in: theirs.session)
                },
                Attempt("after", .nothing) { try ChatMessages($0).after(0, in: theirs.session, limit: 100) },
                Attempt("before", .nothing) { try ChatMessages($0).before(nil, in: theirs.session, limit: 100) },
                Attempt("setThumb", .nothing) { try ChatMessages($0).setThumb(.down, of: theirs.answer.id) },
                Attempt("record", .nothing) { try ChatMessages($0).record(Understanding(of: "x"), of: theirs.question.id) },
                Attempt("insert", .refused) {
                    try ChatMessages($0).insert(
                        ChatMessage(id: ChatMessageID(at: now), session: theirs.session, seq: 99, sender: .bot, text: "x", createdAt: now))
                },
            ],
            "Turns": [
                Attempt("pending", .nothing) { try Turns($0).pending(in: theirs.session) },
                Attempt("insert", .refused) { try Turns($0).insert(for: theirs.question) },
            ],
            "FeedbackEntries": [
                Attempt("find", .nothing) { try FeedbackEntries($0).find(theirs.session) },
                Attempt("save", .refused) { try FeedbackEntries($0).save(rating: 1, comment: "", for: theirs.session, now: now) },
                Attempt("list", .nothing) { try FeedbackEntries($0).list(after: nil, limit: 100).items.filter { $0.session == theirs.session } },
            ],
            "ContentGaps": [
                Attempt("record", .refused) { try ContentGaps($0).record(theirs.question, understanding: Understanding(of: "x"), now: now) },
                Attempt("open", .nothing) { try ContentGaps($0).open(limit: 100).filter { $0.title == Shop.unknown } },
            ],
            "InboxEntries": [
                Attempt("list", .nothing) { try InboxEntries($0).list(SessionFilter(endUser: theirs.endUser), after: nil, limit: 100).items },
                Attempt("search", .nothing) {
                    var filter = SessionFilter()
                    filter.search = InboxSearch(theirs.business.business.name)
                    return try InboxEntries($0).list(filter, after: nil, limit: 100).items
                },
                Attempt("find", .notFound) { try InboxEntries($0).find(theirs.session) },
                Attempt("find many", .nothing) { try InboxEntries($0).find([theirs.session]) },
            ],
            "MessageDetails": [Attempt("of", .nothing) { try !MessageDetails($0).of([theirs.question]).isEmpty }],
            "SessionNotes": [
                Attempt("list", .notFound) { try SessionNotes($0).list(of: theirs.session) },
                Attempt("add", .notFound) { try SessionNotes($0).add("x", to: theirs.session, by: theirs.business.owner, now: now) },
            ],
            "CannedReplies": [
                Attempt("list", .nothing) { try CannedReplies($0).list() },
                Attempt("update", .notFound) { try CannedReplies($0).update(theirs.cannedReply, CannedReplyChanges(text: "x"), now: now) },
                Attempt("delete", .notFound) { try CannedReplies($0).delete(theirs.cannedReply) },
            ],
            "HomeOverviews": [
                Attempt("current", .nothing) { db in
                    let home = try HomeOverviews(db).current(now: now)
                    return home.week.messages + home.openGaps + home.waiting + home.lowRatings > 0 || home.setup.hasInvited || home.setup.hasKnowledge
                }
            ],
        ]
    }

    @Test(arguments: Engine.all) func noRoomReachesAnotherBusiness(engine: Engine) async throws {
        let kalamna = try await TestKalamna(engine)
        let (theirs, mine, now) = (try await Cast(kalamna, kalamna.acme), kalamna.globex.business.id, kalamna.clock.now)
        let before = (try await kalamna.snapshot(of: theirs.id), try await kalamna.snapshot(of: mine))
        #expect(before.0.values.allSatisfy { !$0.isEmpty })
        for (room, attempts) in attempts(theirs, now: now) {
            for attempt in attempts {
                var outcome: Outcome
                do {
                    outcome = try await kalamna.database.write(of: mine) { db in try attempt.outcome(in: db) }
                } catch let failure as Failure where failure.kind == .notFound {
                    outcome = .notFound
                } catch {
                    outcome = .refused
                }
                #expect(outcome == attempt.expected, "\(room).\(attempt.name)")
            }
        }
        #expect(try await kalamna.snapshot(of: theirs.id) == before.0)
        #expect(try await kalamna.snapshot(of: mine) == before.1)
    }

    /// A new room must be put on the list above.
    @Test func everyRoomIsAsked() async throws {
        let kalamna = try await TestKalamna(.sqlite)
        let rooms = try SourceFiles.product().flatMap { _, text in
            var type = ""
            return text.split(separator: "\n").compactMap { line -> String? in
                let words = line.split(separator: " ")
                let isOutermost = line.first != " "
                if isOutermost, let index = words.firstIndex(of: "struct"), index + 1 < words.count {
                    type = String(words[index + 1].prefix { $0.isLetter })
                }
                return line.contains("init(_ db: BusinessTransaction)") ? type : nil
            }
        }
        let asked = attempts(try await Cast(kalamna, kalamna.acme), now: kalamna.clock.now).keys
        #expect(rooms.sorted() == asked.sorted())
    }

    /// The acts on a conversation, and those that go on by themselves.
    @Test(arguments: Engine.all) func nobodyActsInAnotherBusinesssConversation(engine: Engine) async throws {
        let kalamna = try await TestKalamna(engine)
        let (theirs, mine) = (try await Cast(kalamna, kalamna.acme), try await Cast(kalamna, kalamna.globex))
        let before = (try await kalamna.snapshot(of: theirs.id), try await kalamna.snapshot(of: mine.id))
        let (services, conversations) = (kalamna.services, kalamna.services.conversations)
        let foreign = SessionReference(business: mine.id, session: theirs.session)
        let acts: [(name: String, act: () async throws -> Any)] = [
            ("receive", { try await services.receive("x", clientMessageID: "c-1", in: foreign) }),
            ("repeat", { try await services.receive(theirs.question.text, clientMessageID: theirs.question.clientMessageID ?? "", in: foreign) }),
            ("reply", { try await conversations.reply("x", by: mine.admin, clientMessageID: "c-2", in: foreign) }),
            ("askForHuman", { try await conversations.askForHuman(in: foreign) }),
            ("takeOver", { try await conversations.takeOver(foreign, by: mine.admin) }),
            ("handBack", { try await conversations.handBack(foreign, by: kalamna.acme.owner.id, canOverride: true) }),
            ("close", { try await conversations.close(foreign, because: .admin) }),
            ("expire", { try await conversations.expire(foreign) }),
            ("block", { try await conversations.block(theirs.endUser, in: mine.id, blocked: true) }),
            ("rate", { try await conversations.rate(foreign, rating: 1, comment: "") }),
            ("thumb", { try await conversations.thumb(.down, on: theirs.answer.id, in: foreign) }),
            ("typing", { try await conversations.showTyping(by: kalamna.acme.owner.id, in: foreign) }),
            (
                "suggest",
                { try await ReplySuggester(database: kalamna.database, retriever: services.retriever).suggestion(for: foreign) }
            ),
            // Their message through a conversation of one's own.
            ("thumb in mine", { try await conversations.thumb(.down, on: theirs.answer.id, in: mine.talk.reference) }),
        ]
        for (name, act) in acts {
            let refusal = try await failure { try await act() }
            #expect(refusal?.kind == .notFound, "\(name)")
        }
        // Work on it ends without a word, before the work on one's own.
        services.turns.wake(foreign)
        #expect(try await Talk(kalamna, with: kalamna.acme).ask(Shop.shippingQuestion).outcome == .answered)
        let found = try await kalamna.services.retriever.search(Shop.shippingQuestion, in: mine.id)
        #expect(!found.hits.isEmpty && !found.hits.contains { $0.chunk.item == theirs.item })
        #expect(try await kalamna.snapshot(of: mine.id) == before.1)
        #expect(try await theirs.talk.messages().map(\.seq) == [1, 2, 3, 4, 5])
        #expect(try await theirs.talk.session().handling == .bot)
        #expect(before.0.count == before.1.count)
    }
}
