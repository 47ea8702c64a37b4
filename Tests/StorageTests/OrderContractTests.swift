// SPDX-License-Identifier: Apache-2.0

import Domain
import Storage
import Testing

/// What every store promises of people's orders and of the outbox.
@Suite(.timeLimit(.minutes(10)))
struct OrderContractTests {
    let sample = Sample()

    private func order(_ order: CampaignOrder, at instant: Timestamp) -> PersonOrder {
        PersonOrder(
            id: sample.ids.next(),
            workspace: .default,
            campaign: sample.campaign,
            order: order,
            reason: "because",
            givenBy: "jane@shop",
            givenAt: instant
        )
    }

    @Test(arguments: Implementation.allCases)
    func `orders wait, oldest first, and one that is given twice is one`(_ implementation: Implementation) async throws
    {
        try await implementation.with { store in
            let (late, early) = (order(.pause, at: Sample.at(5)), order(.stop, at: Sample.at(1)))
            try await store.give([late, early])
            var again = early
            again.reason = "another reason"
            try await store.give([again])
            #expect(try await store.waitingOrders(limit: 10) == [early, late])
            #expect(try await store.waitingOrders(limit: 1) == [early])
            #expect(try await store.order(late.id) == late)
            #expect(try await store.order(sample.ids.next()) == nil)
        }
    }

    @Test(arguments: Implementation.allCases)
    func `what comes of an order is written once, with what it changes or not at all`(
        _ implementation: Implementation
    ) async throws {
        try await implementation.with { store in
            let given = order(.stop, at: Sample.at(1))
            try await store.give([given])
            let settled = given.settled(as: .carriedOut, answer: "It is stopped.", at: Sample.at(2))
            let (first, second) = (sample.decision(at: Sample.at(2)), sample.decision(at: Sample.at(3)))
            try await store.commit(
                sample.change {
                    $0.settledOrders = [settled]
                    $0.decisions = [first]
                },
                durability: .power
            )
            await #expect(throws: StorageError.settledOrder(given.id)) {
                try await store.commit(
                    sample.change {
                        $0.settledOrders = [given.settled(as: .refused, answer: "No.", at: Sample.at(3))]
                        $0.decisions = [second]
                        $0.messages = [
                            OutboxMessage(id: sample.ids.next(), receiver: "a", envelope: "{}", createdAt: Sample.start)
                        ]
                    },
                    durability: .power
                )
            }
            #expect(try await store.order(given.id) == settled)
            #expect(try await store.waitingOrders(limit: 10).isEmpty)
            #expect(try await store.decisions(of: sample.campaign, in: .default) == [first])
            #expect(try await store.outboxDepth() == OutboxDepth(messages: 0, oldestAt: nil))
        }
    }

    @Test(arguments: Implementation.allCases)
    func `an outbox says how much it holds, and since when`(_ implementation: Implementation) async throws {
        try await implementation.with { store in
            let messages = (1...3).map { minute in
                OutboxMessage(
                    id: sample.ids.next(),
                    receiver: "monitoring",
                    envelope: "{}",
                    createdAt: Sample.at(minute)
                )
            }
            try await store.commit(sample.change { $0.messages = messages }, durability: .process)
            #expect(try await store.outboxDepth() == OutboxDepth(messages: 3, oldestAt: Sample.at(1)))
            #expect(try await store.unhandledMessages(limit: 2) == Array(messages.prefix(2)))
            try await store.handled([messages[0].id])
            #expect(try await store.outboxDepth() == OutboxDepth(messages: 2, oldestAt: Sample.at(2)))
        }
    }
}
