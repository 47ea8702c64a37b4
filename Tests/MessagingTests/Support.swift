// SPDX-License-Identifier: Apache-2.0

import Domain
import Messaging

struct Ask: Action {
    typealias Reply = Answer
    static let name = "ask"
    var number: Int
}

struct Answer: Codable, Hashable, Sendable {
    var square: Int
}

struct Bell: Event {
    static let name = "bell_rang"
    var number: Int
}

/// A clock, a broker and what went through it.
struct Post: Sendable {
    let clock = VirtualClock(start: Timestamp(milliseconds: 1_700_000_000_000))
    let audit = MemoryAuditLog()
    let seen = Log<Envelope>()
    let broker: MemoryBroker

    init(limits: MailboxLimits = MailboxLimits(), seed: UInt64 = 7) {
        let seen = seen
        broker = MemoryBroker(
            clock: clock,
            ids: IdentifierGenerator(clock: clock, seed: seed),
            audit: audit,
            limits: limits,
            observer: { seen.add($0) }
        )
    }

    /// Answers every question in a mailbox until it is closed.
    func answer(_ mailbox: Mailbox) async throws {
        while let envelope = await mailbox.next() {
            guard envelope.type == .request else { continue }
            let question = try envelope.payload.value(as: Ask.self)
            broker.respond(to: envelope, with: .success(Answer(square: question.number * question.number)))
        }
    }
}

/// A list that tasks may add to.
final class Log<Element: Sendable>: Sendable {
    private let state = Locked<[Element]>([])

    var all: [Element] { state.withLock { $0 } }

    func add(_ element: Element) {
        state.withLock { $0.append(element) }
    }
}

/// What an operation throws, as a message error; nil when it throws nothing or something else.
func messageError(_ operation: () async throws -> Void) async -> MessageError? {
    do {
        try await operation()
        return nil
    } catch {
        return error as? MessageError
    }
}
