// SPDX-License-Identifier: Apache-2.0

import Domain
import Logging
import Messaging
import Testing

@testable import Jobs

/// What the agent says of results that it has taken in; it must not be lost.
struct TakenIn: KeptEvent {
    static let name = "taken_in"
    static let receivers = [AgentName.monitoring]

    var campaign: CampaignID
    var jobs: [JobID]
}

/// A process that would be the agent which takes results in, and the one that hears of it; it is only while it has the lease.
///
/// What it says goes through the outbox as in `dure agents`: in one commit with what has happened, and sent by the relay until it is handled.
struct SimulatedAgent: Sendable {
    static let lease = "agent/campaign"

    let process: SimulatedProcess
    let store: ProcessStore
    let inbox: Inbox<Word>
    private let truth: Truth
    private let handled = HandledMessages()
    private let outbox: OutboxRelay
    private let right = Locked<(term: Int, until: Timestamp)?>(nil)

    init(_ process: SimulatedProcess, truth: Truth, chaos: Chaos, bus: SimulatedBus, seed: UInt64) {
        self.process = process
        self.truth = truth
        inbox = bus.inbox(of: process)
        store = ProcessStore(process: process, truth: truth, chaos: chaos)
        let clock = ProcessClock(process: process)
        outbox = OutboxRelay(
            store: store,
            broker: SimulatedCarrier(
                process: process,
                bus: bus,
                ids: IdentifierGenerator(clock: clock, seed: seed)
            ),
            handled: handled,
            clock: clock,
            logger: Logger(label: "simulation") { _ in SwiftLogNoOpLogHandler() }
        )
    }

    func run() async {
        await withTaskGroup(of: Void.self) { group in
            group.addTask { await renew() }
            group.addTask { await work() }
            if truth.sabotage != .lostOutbox { group.addTask { await outbox.run() } }
        }
    }

    private func renew() async {
        let clock = ProcessClock(process: process)
        while !process.isDead, !Task.isCancelled {
            let asked = clock.steady
            if let lease = try? await store.acquireLease(
                Self.lease,
                holder: process.name,
                for: .seconds(10),
                now: clock.now
            ) {
                let isMine = lease.holder == process.name
                right.withLock { $0 = isMine ? (lease.term, asked + .seconds(8)) : nil }
            }
            try? await clock.sleep(for: .seconds(3))
        }
    }

    private func work() async {
        while !process.isDead, !Task.isCancelled {
            do {
                var ended: Set<CampaignID> = []
                var kept: [Envelope] = []
                for word in try await inbox.take() {
                    switch word {
                    case .ended(let campaign): ended.insert(campaign)
                    case .kept(let envelope): kept.append(envelope)
                    }
                }
                // Who is not the agent passes over what it hears.
                guard let term else { continue }
                for campaign in ended.sorted() { try await takeIn(campaign, term: term) }
                for envelope in kept { try await hear(envelope, term: term) }
            } catch {
                continue
            }
        }
    }

    private func takeIn(_ campaign: CampaignID, term: Int) async throws {
        let jobs = try await store.unharvestedJobs(of: campaign)
        guard !jobs.isEmpty else { return }
        var change = KnowledgeChange()
        change.harvestedJobs = jobs.map(\.id)
        change.fence = LeaseFence(name: Self.lease, term: term)
        change.messages = try outbox.prepare(TakenIn(campaign: campaign, jobs: change.harvestedJobs), from: .campaign)
        try await store.commit(change)
        outbox.hand(change.messages)
    }

    /// Writes down what it was told, once for each message: a record has the message's identifier.
    private func hear(_ envelope: Envelope, term: Int) async throws {
        let event = try envelope.payload.value(as: TakenIn.self)
        var change = KnowledgeChange()
        change.fence = LeaseFence(name: Self.lease, term: term)
        change.analyses = [
            AnalysisRecord(
                id: try #require(AnalysisID("ana_" + envelope.id.text.dropFirst(4))),
                workspace: .default,
                campaign: event.campaign,
                time: envelope.timestamp,
                kind: .round,
                body: try CanonicalJSON.text(event.jobs)
            )
        ]
        try await store.commit(change)
        handled.add(envelope.id)
    }

    private var term: Int? {
        right.withLock { right in
            guard let right, right.until > process.world.now else { return nil }
            return right.term
        }
    }
}
