// SPDX-License-Identifier: Apache-2.0

import Domain
import Storage
import Testing

@testable import Jobs

/// What costs money or changes the outside is done once, or told to a person.
struct EffectTests {
    private let house = House()
    private let store = MemoryStore()

    private func effect(_ key: String = "mail/1", intent: String = "{}", isRepeatable: Bool = false) -> Effect {
        Effect(
            key: key,
            workspace: .default,
            kind: "mail.send",
            intent: intent,
            isRepeatable: isRepeatable,
            now: house.clock.now
        )
    }

    private var runner: EffectRunner { EffectRunner(ledger: store, clock: house.clock) }

    @Test
    func `an effect that certainly was not done has failed and may be tried again; one that timed out is unclear`()
        async throws
    {
        let away = Failure(.timeOut, "nobody answers")
        await #expect(throws: away) {
            _ = try await runner.once(effect(), verify: { .unknown }, body: { _ in throw Undone(away) })
        }
        #expect(try await store.effects(in: .failed, limit: 10).map(\.response) == ["timeOut: nobody answers"])
        let notDone = EffectRunner.Verdict.notDone
        _ = try await runner.once(effect(), verify: { notDone }, body: { _ in "sent" })
        #expect(try await store.effects(in: .done, limit: 10).map(\.response) == ["sent"])
        await #expect(throws: away) {
            _ = try await runner.once(effect("mail/2"), verify: { .unknown }, body: { _ in throw away })
        }
        #expect(try await store.effects(in: .unclear, limit: 10).map(\.key) == ["mail/2"])
    }

    @Test func `an effect that was done is not done again, and answers as it did`() async throws {
        let count = Locked(0)
        for _ in 0..<3 {
            let answer = try await runner.once(
                effect(),
                verify: { .unknown },
                body: { key in
                    count.withLock { $0 += 1 }
                    return "sent \(key)"
                }
            )
            #expect(answer == "sent mail/1")
        }
        #expect(count.withLock { $0 } == 1)
        await #expect(throws: Failure.self, "the same key for something else") {
            _ = try await runner.once(effect(intent: "[]"), verify: { .unknown }, body: { _ in "" })
        }
    }

    @Test func `an intention without an end is verified, and done where it was not`() async throws {
        #expect(try await store.begin(effect()) == .granted)
        let answer = try await runner.once(effect(), verify: { .done("seen") }, body: { _ in "sent again" })
        #expect(answer == "seen")
        #expect(try await store.effect("mail/1")?.state == .done)
        #expect(try await store.begin(effect("mail/2")) == .granted)
        #expect(try await runner.once(effect("mail/2"), verify: { .notDone }, body: { _ in "sent" }) == "sent")
    }

    @Test func `an intention whose end nobody knows is put to a person, and not done`() async throws {
        #expect(try await store.begin(effect()) == .granted)
        for _ in 0..<2 {
            let failure = await #expect(throws: Failure.self) {
                _ = try await runner.once(
                    effect(),
                    verify: { .unknown },
                    body: { _ in
                        Issue.record("done twice")
                        return ""
                    }
                )
            }
            #expect(failure?.class == .permission)
        }
        #expect(try await store.effects(in: .unclear, limit: 9).map(\.key) == ["mail/1"])
    }

    @Test(arguments: [(Failure.Class.invalid, Effect.State.failed), (.timeOut, .unclear), (.unknown, .unclear)])
    func `an error says whether anything may have been done`(
        _ failure: Failure.Class,
        _ state: Effect.State
    ) async throws {
        await #expect(throws: Failure.self) {
            _ = try await runner.once(effect(), verify: { .unknown }, body: { _ in throw Failure(failure, "no") })
        }
        #expect(try await store.effect("mail/1")?.state == state)
    }

    @Test func `a worker whose lease is over does nothing`() async throws {
        var stale = effect(isRepeatable: true)
        stale.job = house.ids.next()
        stale.token = "old"
        let effect = stale
        await #expect(throws: Failure.self) {
            try await runner.repeatable(effect) { Issue.record("done without a lease") }
        }
        #expect(try await store.effect(effect.key) == nil)
    }

    @Test func `the audit finds what lost workers left, and leaves alone what still runs`() async throws {
        let job = try house.probe()
        _ = try await store.enqueue([job], durability: .process)
        let session = WorkerSession(
            id: house.ids.next(),
            worker: house.ids.next(),
            server: "",
            expiresAt: house.clock.now
        )
        _ = try await store.openSession(session, now: house.clock.now)
        _ = try await store.claim(ClaimRequest(kinds: [.probe], limit: 1), now: house.clock.now) { jobs in
            jobs.map { JobAssignment(job: $0.id, worker: session.worker, session: session.id, token: "t") }
        }
        var running = effect("running")
        running.job = job.id
        running.token = "t"
        for effect in [running, effect("mail"), effect("lever", isRepeatable: true)] {
            #expect(try await store.begin(effect) == .granted)
        }
        let audit = EffectAudit(store: store, clock: house.clock, patience: .seconds(15))
        #expect(try await audit.run().isEmpty, "not before their time")
        let clock = house.clock
        let found = try clock.run {
            try await clock.sleep(for: .seconds(20))
            return try await audit.run()
        }
        #expect(found.map(\.key) == ["mail"])
        #expect(try await store.effect("running")?.state == .intended)
        #expect(try await store.effect("lever")?.state == .superseded)
        _ = try await store.endSessions([session.id], as: .lost, now: clock.now)
        #expect(try await audit.run().map(\.key) == ["running"], "its lease is over")
    }
}
