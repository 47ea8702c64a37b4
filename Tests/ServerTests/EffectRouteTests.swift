// SPDX-License-Identifier: Apache-2.0

import Connectors
import Domain
import Foundation
import Jobs
import Logging
import NIOHTTP1
import Operations
import Storage
import Testing

@testable import Server

/// The ledger of effects over HTTP.
@Suite(.timeLimit(.minutes(10))) struct EffectRouteTests {
    private static let quiet = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }

    /// A server over a store in memory, with a job that a worker holds.
    private struct Setting: Sendable {
        var server: TestServer
        var store: MemoryStore
        var session: String
        var job: Job
        var token: String

        func begin(_ changes: [String: String] = [:], key: KeyText? = nil) async throws -> TestServer.Answer {
            var body = [
                "session": session, "job": job.id.text, "token": token, "key": "lever.apply/\(token)",
                "kind": "lever.apply", "intent": "{\"unit\":\"u1\"}",
            ]
            body.merge(changes) { _, new in new }
            var object = body.mapValues { JSONValue.string($0) }
            object["repeatable"] = .bool(true)
            let text = try CanonicalJSON.text(JSONValue.object(object))
            return try await server.call(.POST, "/v1/fleet/effects/begin", key: key ?? server.worker, body: text)
        }

        func settle(_ changes: [String: String] = [:], key: KeyText? = nil) async throws -> TestServer.Answer {
            var body = [
                "session": session, "token": token, "key": "lever.apply/\(token)", "state": "done", "response": "{}",
            ]
            body.merge(changes) { _, new in new }
            let text = try CanonicalJSON.text(body)
            return try await server.call(.POST, "/v1/fleet/effects/settle", key: key ?? server.worker, body: text)
        }
    }

    private func run(_ body: @escaping @Sendable (Setting) async throws -> Void) async throws {
        let (clock, store) = (RealClock(), MemoryStore())
        let ids = IdentifierGenerator(clock: clock, seed: .random(in: .min ... .max))
        let dispatcher = Dispatcher(store: store, clock: clock, ids: ids, logger: Self.quiet)
        try await withThrowingTaskGroup(of: Bool.self) { group in
            group.addTask {
                try await dispatcher.run()
                return false
            }
            group.addTask {
                try await TestServer.run(
                    gate: DispatcherGate(dispatcher),
                    entrance: StoreEntrance(store: store, clock: clock, limit: 1_000) { dispatcher.wake() },
                    effects: store
                ) { server in
                    let job = Job(
                        id: ids.next(),
                        workspace: .default,
                        campaign: ids.next(),
                        kind: .probe,
                        payload: "{}",
                        createdAt: clock.now
                    )
                    _ = try await store.enqueue([job], durability: .process)
                    let session = try await server.register(server.worker)
                    dispatcher.wake()
                    let batch = try await server.poll(session, key: server.worker)
                    let token = try #require(batch.json["jobs"]?.texts.first?["token"]?.string)
                    try await body(
                        Setting(server: server, store: store, session: session, job: job, token: token)
                    )
                }
                return true
            }
            defer { group.cancelAll() }
            while let isOver = try await group.next() {
                if isOver { return }
            }
        }
    }

    @Test func `an intention is written down before, and what came of it after`() async throws {
        try await run { setting in
            let begun = try await setting.begin()
            #expect(begun.status == 200)
            #expect(begun.json["admission"] == .string("granted"))
            let intended = try #require(try await setting.store.effect("lever.apply/\(setting.token)"))
            #expect(intended.state == .intended)
            #expect(intended.campaign == setting.job.campaign)
            #expect(intended.job == setting.job.id)
            #expect(intended.isRepeatable)
            // The answer was lost: the same again does no harm.
            let again = try await setting.begin()
            #expect(again.json["admission"] == .string("known"))
            #expect(again.json["effect"]?["state"] == .string("intended"))
            #expect(try await setting.settle().status == 204)
            #expect(try await setting.settle().status == 204)
            #expect(try await setting.store.effect("lever.apply/\(setting.token)")?.state == .done)
        }
    }

    @Test func `what a lease that is over left without an end is settled under the next one, once it was verified`()
        async throws
    {
        try await run { setting in
            let key = "mail/\(setting.job.id)"
            #expect(try await setting.begin(["key": key]).json["admission"] == .string("granted"))
            // Its worker dies and comes anew; the job is tried again.
            var next = setting
            next.session = try await setting.server.register(setting.server.worker)
            let batch = try await setting.server.poll(next.session, key: setting.server.worker)
            next.token = try #require(batch.json["jobs"]?.texts.first?["token"]?.string)
            #expect(next.token != setting.token)
            #expect(try await next.settle(["key": key]).status == 409, "not before it has begun")
            let found = try await next.begin(["key": key])
            #expect(found.json["admission"] == .string("known"))
            #expect(found.json["effect"]?["state"] == .string("intended"))
            var late = setting
            late.session = next.session
            #expect(try await late.settle(["key": key]).status == 409, "the former lease has no say any more")
            // The other side says that it was not done.
            #expect(try await next.settle(["key": key, "state": "failed"]).status == 204)
            #expect(try await next.begin(["key": key]).json["admission"] == .string("granted"))
            #expect(try await next.settle(["key": key]).status == 204)
            let effect = try #require(try await setting.store.effect(key))
            #expect(effect.state == .done)
            #expect(effect.token == next.token)
        }
    }

    @Test func `a lease that is over grants nothing, and a key of another's is refused`() async throws {
        try await run { setting in
            let stale = try await setting.begin(["token": "msg_other", "key": "lever.apply/msg_other"])
            #expect(stale.status == 200)
            #expect(stale.json["admission"] == .string("stale"))
            #expect(try await setting.store.effects(in: .intended, limit: 10).isEmpty)
            let foreign = try await setting.begin(["key": "payment/of-somebody-else"])
            #expect(foreign.status == 422)
            #expect(foreign.json["field"] == .string("key"))
            // Another key's worker does not reach the session.
            #expect(try await setting.begin(key: setting.server.other).status == 403)
            #expect(try await setting.begin(key: setting.server.enqueuer).status == 403)
            for bad in [["kind": ""], ["kind": "a b"], ["intent": "\0"], ["job": "job_1"]] {
                #expect([400, 422].contains(try await setting.begin(bad).status), "\(bad)")
            }
            #expect(try await setting.store.effects(in: .intended, limit: 10).isEmpty)
        }
    }

    @Test func `an end counts under the token of the intention, once`() async throws {
        try await run { setting in
            _ = try await setting.begin()
            let foreign = try await setting.settle(["token": "msg_other"])
            #expect(foreign.status == 409)
            #expect(foreign.problem == "stale-token")
            #expect(try await setting.settle(["state": "superseded"]).status == 422)
            #expect(try await setting.settle(["key": "unknown"]).status == 409)
            #expect(try await setting.settle(key: setting.server.other).status == 403)
            #expect(try await setting.settle(["state": "unclear", "response": "no answer"]).status == 204)
            #expect(try await setting.settle(["state": "failed", "response": "not done"]).status == 204)
            let late = try await setting.settle(["state": "unclear"])
            #expect(late.status == 409)
            #expect(try await setting.store.effect("lever.apply/\(setting.token)")?.response == "not done")
        }
    }

    @Test func `a worker without a database writes what it does into the server's ledger`() async throws {
        try await run { setting in
            let client = try APIClient(
                APIClient.Setting(server: setting.server.base, key: setting.server.worker.text)
            )
            let connection = HTTPFleetConnection(client)
            // Taken in by a server that says that it has a ledger; the session of before is over.
            let registered = try await connection.register(
                FleetWire.Register(slots: 1, kinds: ["probe"], software: "test")
            )
            #expect(registered.effects == true)
            let batch = try await connection.poll(FleetWire.Poll(session: registered.session, slots: 1, after: 0))
            let leased = try #require(batch.jobs.first)
            let ledger = RemoteEffects(connections: [connection], clock: RealClock(), session: { registered.session })
            let runner = EffectRunner(ledger: ledger, clock: RealClock())
            func effect(token: String) -> Effect {
                Effect(
                    key: "lever.apply/\(token)",
                    workspace: .default,
                    kind: "lever.apply",
                    job: leased.id,
                    token: token,
                    intent: "{}",
                    isRepeatable: true,
                    now: RealClock().now
                )
            }
            let done = Locked(0)
            try await runner.repeatable(effect(token: leased.token)) { done.withLock { $0 += 1 } }
            #expect(try await setting.store.effect("lever.apply/\(leased.token)")?.state == .done)
            // With the token of the lease before nothing is done.
            await #expect(throws: Failure.self) {
                try await runner.repeatable(effect(token: setting.token)) { done.withLock { $0 += 1 } }
            }
            #expect(done.withLock { $0 } == 1)
            try await client.shutdown()
        }
    }
}
