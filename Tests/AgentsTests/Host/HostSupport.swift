// SPDX-License-Identifier: Apache-2.0

import Agents
import Domain
import Messaging

struct Square: Action {
    typealias Reply = Int
    static let name = "square"
    var number: Int
}

struct Crash: Action {
    typealias Reply = Done
    static let name = "crash"
}

struct Slow: Action {
    typealias Reply = Done
    static let name = "slow"
    var seconds: Int
}

struct Tick: Action {
    typealias Reply = Done
    static let name = "tick"
}

struct Unknown: Action {
    typealias Reply = Done
    static let name = "unknown"
}

struct Rang: Event {
    static let name = "rang"
}

/// An agent that does what it is told, and remembers when.
actor Probe: Agent {
    nonisolated let name: AgentName
    nonisolated let isEssential: Bool
    nonisolated let tickers: [Ticker]
    private let clock: any TimeSource
    private let lines: HostLog
    private var failingStarts: Int

    init(
        _ name: AgentName,
        house: House,
        isEssential: Bool = true,
        tickers: [Ticker] = [],
        failingStarts: Int = 0
    ) {
        self.name = name
        self.isEssential = isEssential
        self.tickers = tickers
        self.failingStarts = failingStarts
        clock = house.clock
        lines = house.lines
    }

    nonisolated var handlers: Handlers<Probe> {
        Handlers()
            .on(Square.self) { agent, action, _ in try agent.square(action.number) }
            .on(Crash.self) { _, _, _ in throw Failure(.unknown, "told to crash") }
            .on(Slow.self) { agent, action, _ in try await agent.work(for: .seconds(action.seconds)) }
            .on(Tick.self) { agent, _, _ in agent.note("tick") }
            .onEvent(Rang.self) { agent, _, _ in _ = agent.note("rang") }
    }

    func start() async throws {
        _ = note("start")
        guard failingStarts > 0 else { return }
        failingStarts -= 1
        throw Failure(.notFound, "no store yet")
    }

    private func square(_ number: Int) throws -> Int {
        guard number >= 0 else { throw Failure(.invalid, "a negative number") }
        return number * number
    }

    private func work(for span: TimeSpan) async throws -> Done {
        try await clock.sleep(for: span)
        return note("worked")
    }

    private func note(_ word: String) -> Done {
        lines.add("\((clock.now - House.start).milliseconds) \(name) \(word)")
        return Done()
    }
}

/// What happened, line by line.
final class HostLog: Sendable {
    private let state = Locked<[String]>([])

    var all: [String] { state.withLock { $0 } }

    func add(_ line: String) {
        state.withLock { $0.append(line) }
    }

    /// The lines of one agent and word, as milliseconds from the start.
    func times(_ name: AgentName, _ word: String) -> [Int] {
        all.filter { $0.hasSuffix(" \(name) \(word)") }.compactMap { line in
            line.split(separator: " ").first.flatMap { Int($0) }
        }
    }
}

/// A clock, a broker and a log for agents that are tested.
struct House: Sendable {
    static let start = Timestamp(milliseconds: 1_700_000_000_000)

    let clock: VirtualClock
    let broker: MemoryBroker
    let lines = HostLog()
    let incidents = HostLog()

    init() {
        clock = VirtualClock(start: Self.start)
        broker = MemoryBroker(
            clock: clock,
            ids: IdentifierGenerator(clock: clock, seed: 5),
            audit: MemoryAuditLog()
        )
    }

    func host(_ agents: [any Agent]) -> AgentHost {
        AgentHost(agents: agents, broker: broker, clock: clock) { [incidents] incident in
            incidents.add("\(incident.agent) \(incident.kind) \(incident.restarts)")
        }
    }

    func sleep(_ seconds: Int) async throws {
        try await clock.sleep(for: .seconds(seconds))
    }
}
