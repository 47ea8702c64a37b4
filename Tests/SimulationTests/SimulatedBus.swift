// SPDX-License-Identifier: Apache-2.0

import Domain
import Messaging

@testable import Jobs

/// What the bus brings: word of ended jobs, or a message that the database keeps.
enum Word: Sendable {
    case ended(CampaignID)
    case kept(Envelope)
}

/// Carries words to whoever leads; it loses some, brings some twice, and all late.
final class SimulatedBus: Sendable {
    private let chaos: Chaos
    private let world: VirtualClock
    private let inboxes = Locked<[String: Inbox<Word>]>([:])

    init(chaos: Chaos, world: VirtualClock) {
        self.chaos = chaos
        self.world = world
    }

    func send(_ campaign: CampaignID, from process: SimulatedProcess) {
        send(.ended(campaign), from: process)
    }

    func send(_ word: Word, from process: SimulatedProcess) {
        guard !process.isDead, !chaos.strikes(0.2) else { return }
        let copies = chaos.strikes(0.1) ? 2 : 1
        for _ in 0..<copies {
            let delay = chaos.span(upTo: 500)
            Task(executorPreference: world) { [world, inboxes] in
                try await world.sleep(for: delay)
                for (_, inbox) in inboxes.withLock({ $0.sorted { $0.key < $1.key } }) { inbox.put(word) }
            }
        }
    }

    /// The inbox of a process that would hear; one of its name before hears no more.
    func inbox(of process: SimulatedProcess) -> Inbox<Word> {
        inboxes.withLock { inboxes in
            let inbox = Inbox<Word>()
            inboxes[process.name] = inbox
            return inbox
        }
    }
}

/// The bus as a process uses it for what the database keeps.
struct SimulatedCarrier: EnvelopeCarrier {
    let process: SimulatedProcess
    let bus: SimulatedBus
    let ids: IdentifierGenerator

    func prepare<A: Action>(
        _ command: A,
        from sender: AgentName,
        to receiver: AgentName,
        deadline: Timestamp?,
        cause: Envelope?
    ) async throws -> Envelope {
        envelope(.command, from: sender, to: receiver, payload: Payload(command))
    }

    func prepare<E: Event>(
        _ event: E,
        from sender: AgentName,
        to receiver: AgentName,
        cause: Envelope?
    ) throws -> Envelope {
        envelope(.event, from: sender, to: receiver, payload: Payload(event: event))
    }

    private func envelope(
        _ kind: Envelope.Kind,
        from sender: AgentName,
        to receiver: AgentName,
        payload: Payload
    ) -> Envelope {
        Envelope(
            id: ids.next(),
            type: kind,
            from: sender,
            to: receiver,
            timestamp: ProcessClock(process: process).now,
            payload: payload
        )
    }

    func carry(_ envelope: Envelope) async throws {
        try await process.pass()
        bus.send(.kept(envelope), from: process)
    }

    func bury(_ envelope: Envelope, reason: String) {}
}
