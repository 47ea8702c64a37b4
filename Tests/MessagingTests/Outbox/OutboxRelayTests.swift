// SPDX-License-Identifier: Apache-2.0

import Domain
import Messaging
import Testing

struct OutboxRelayTests {
    /// A broker in virtual time with a relay before it.
    private struct Setting: Sendable {
        var clock: VirtualClock
        var broker: MemoryBroker
        var store: MemoryOutbox
        var relay: OutboxRelay
        var handled: HandledMessages
    }

    /// Runs the relay while the body runs, which begins when a reader of `.fleet` may or may not be there.
    private func run(_ body: @escaping @Sendable (Setting) async throws -> Void) throws {
        let clock = VirtualClock(start: Timestamp(milliseconds: 1_700_000_000_000))
        let handled = HandledMessages()
        let broker = MemoryBroker(
            clock: clock,
            ids: IdentifierGenerator(clock: clock, seed: 7),
            audit: MemoryAuditLog(),
            handled: handled
        )
        let store = MemoryOutbox()
        let relay = OutboxRelay(store: store, broker: broker, handled: handled, clock: clock)
        let setting = Setting(clock: clock, broker: broker, store: store, relay: relay, handled: handled)
        try clock.run {
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask { await relay.run() }
                defer { group.cancelAll() }
                try await body(setting)
            }
        }
    }

    @Test func `a posted command arrives at once, and is out of the store when it was handled, not before`() throws {
        try run { setting in
            let mailbox = setting.broker.mailbox(for: .fleet, events: [])
            try await setting.relay.post(Ask(number: 4), from: .gateway, to: .fleet)
            let envelope = try #require(await mailbox.next())
            #expect(try envelope.payload.value(as: Ask.self).number == 4)
            try await setting.clock.sleep(for: .seconds(2))
            #expect(await setting.store.count == 1)
            mailbox.close()
            #expect(await mailbox.next() == nil)
            try await setting.clock.sleep(for: .seconds(2))
            #expect(await setting.store.count == 0)
            #expect(setting.relay.resentCount == 0)
        }
    }

    @Test func `a command whose receiver is away is sent again, at growing distances, until it is there`() throws {
        try run { setting in
            try await setting.relay.post(Ask(number: 4), from: .gateway, to: .fleet)
            try await setting.clock.sleep(for: .minutes(10))
            let tries = setting.relay.resentCount
            #expect((8...16).contains(tries), "\(tries)")
            let mailbox = setting.broker.mailbox(for: .fleet, events: [])
            #expect(await mailbox.next() != nil)
            mailbox.close()
            #expect(await mailbox.next() == nil)
            try await setting.clock.sleep(for: .seconds(2))
            #expect(await setting.store.count == 0)
        }
    }

    @Test func `a command that its receiver lost is sent again`() throws {
        try run { setting in
            let first = setting.broker.mailbox(for: .fleet, events: [])
            try await setting.relay.post(Ask(number: 4), from: .gateway, to: .fleet)
            #expect(await first.next() != nil)
            first.failed()
            first.close()
            #expect(await first.next() == nil)
            let second = setting.broker.mailbox(for: .fleet, events: [])
            let envelope = try #require(await second.next())
            #expect(try envelope.payload.value(as: Ask.self).number == 4)
            #expect(setting.relay.resentCount == 1)
        }
    }

    @Test func `after its deadline a command is put aside instead of being sent again`() throws {
        try run { setting in
            let deadline = setting.clock.now + .seconds(20)
            try await setting.relay.post(Ask(number: 4), from: .gateway, to: .fleet, deadline: deadline)
            try await setting.clock.sleep(for: .minutes(2))
            #expect(await setting.store.count == 0)
            #expect(setting.broker.deadLetters.map(\.reason) == ["its deadline passed before it was handled"])
        }
    }

    @Test func `a command that the store does not take is not sent, and the caller is told`() throws {
        try run { setting in
            let mailbox = setting.broker.mailbox(for: .fleet, events: [])
            await setting.store.refuse()
            await #expect(throws: Failure.self) {
                try await setting.relay.post(Ask(number: 4), from: .gateway, to: .fleet)
            }
            #expect(mailbox.count == 0)
        }
    }

    @Test func `a store that is away for a while is told later what was handled`() throws {
        try run { setting in
            let mailbox = setting.broker.mailbox(for: .fleet, events: [])
            try await setting.relay.post(Ask(number: 4), from: .gateway, to: .fleet)
            #expect(await mailbox.next() != nil)
            await setting.store.fail(5)
            mailbox.close()
            #expect(await mailbox.next() == nil)
            try await setting.clock.sleep(for: .seconds(10))
            #expect(await setting.store.count == 0)
            #expect(await setting.store.failures == 5)
        }
    }

    @Test func `what is off the allow-list is not kept`() throws {
        try run { setting in
            let error = await messageError {
                try await setting.relay.post(Ask(number: 4), from: .variable, to: .campaign)
            }
            #expect(error == .refused(from: .variable, to: .campaign, action: "ask"))
            #expect(await setting.store.count == 0)
        }
    }
}
