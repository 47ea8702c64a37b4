// SPDX-License-Identifier: Apache-2.0

package import Domain
import Logging
package import Messaging

/// Runs agents under supervision: a mailbox loop for each, tickers, restarts with backoff, escalation, health and a graceful stop.
///
/// Everything runs in one structured task group and waits through the clock, so that a run inside `VirtualClock.run` always has the
/// same history. A host runs once.
package final class AgentHost: Sendable {
    private enum Ended<Value: Sendable>: Sendable {
        case agent
        case body(Result<Value, any Error>)
    }

    let broker: any MessageBroker
    let clock: any TimeSource
    let onIncident: @Sendable (AgentIncident) async -> Void
    let logger = Logger(label: "dure.agents.host")
    let board: HealthBoard
    private let agents: [any Agent]
    private let drainLimit: TimeSpan
    private let stopSignal = Gate()

    /// Creates a host for agents; their order is that of their subscriptions.
    ///
    /// `drainLimit` is how long a stop waits for messages to be handled. `onIncident` hears of every restart and escalation.
    package init(
        agents: [any Agent],
        broker: any MessageBroker,
        clock: any TimeSource,
        drainLimit: TimeSpan = .seconds(10),
        onIncident: @escaping @Sendable (AgentIncident) async -> Void = { _ in }
    ) {
        self.agents = agents
        self.broker = broker
        self.clock = clock
        self.drainLimit = drainLimit
        self.onIncident = onIncident
        board = HealthBoard(names: agents.map(\.name))
    }

    /// How every agent fares, in the order in which the host got them.
    package var health: [AgentHealth] { board.all }

    /// Makes `run()` stop gracefully; may be called from anywhere, and more than once.
    package func stop() { stopSignal.open() }

    /// Runs the agents until `stop` is called or the task is cancelled (which stops at once, without draining).
    ///
    /// Throws `AgentHostError` when an essential agent kept crashing.
    package func run() async throws {
        try await run { [stopSignal] _ in try await stopSignal.wait() }
    }

    /// Starts the agents, runs the body once all have started, then stops gracefully and returns what the body returned.
    ///
    /// An agent that is not essential counts as started when its first start was tried. Throws what the body throws, after the
    /// graceful stop, and `AgentHostError` when an essential agent kept crashing, in which case the body is cancelled.
    package func run<Value: Sendable>(
        _ body: @escaping @Sendable (Gateway) async throws -> Value
    ) async throws -> Value {
        let lanes = try openMailboxes()
        let started = Countdown(lanes.count)
        let mailboxes = lanes.map(\.mailbox)
        defer { discardRest(of: mailboxes) }
        return try await withThrowingTaskGroup(of: Ended<Value>.self) { group in
            for lane in lanes {
                group.addTask {
                    try await lane.supervise(started)
                    return .agent
                }
            }
            group.addTask {
                let result = await self.scope(started: started, body)
                return .body(result)
            }
            defer { group.cancelAll() }
            while let ended = try await group.next() {
                guard case .body(let result) = ended else { continue }
                await closeDown(mailboxes)
                group.cancelAll()
                try await group.waitForAll()
                return try result.get()
            }
            throw CancellationError()
        }
    }

    private func openMailboxes() throws -> [Lane] {
        var seen: Set<AgentName> = []
        for agent in agents {
            guard seen.insert(agent.name).inserted else { throw AgentHostError.duplicateAgent(agent.name) }
        }
        return agents.map { openMailbox(of: $0) }
    }

    private func openMailbox<A: Agent>(of agent: A) -> Lane {
        let supervisor = Supervisor(agent: agent, host: self)
        let mailbox = broker.mailbox(for: agent.name, events: agent.handlers.events)
        board.watch(mailbox)
        return Lane(mailbox: mailbox) { started in try await supervisor.run(mailbox, started: started) }
    }

    /// Runs the body beside the tickers, and returns when the tickers have stopped.
    private func scope<Value: Sendable>(
        started: Countdown,
        _ body: @escaping @Sendable (Gateway) async throws -> Value
    ) async -> Result<Value, any Error> {
        do {
            try await started.wait()
            let gateway = Gateway(broker: broker) { [board] in board.all }
            return .success(
                try await withThrowingTaskGroup(of: Value?.self) { group in
                    for agent in agents {
                        for ticker in agent.tickers {
                            group.addTask {
                                try await self.tick(ticker, for: agent.name)
                                return nil
                            }
                        }
                    }
                    group.addTask { try await body(gateway) }
                    defer { group.cancelAll() }
                    while let value = try await group.next() {
                        if let value { return value }
                    }
                    throw CancellationError()
                }
            )
        } catch {
            return .failure(error)
        }
    }

    /// Sends a ticker's message at every multiple of its interval, whatever the wall clock is set to; ticks that were missed are left out.
    private func tick(_ ticker: Ticker, for agent: AgentName) async throws {
        var next = clock.steady + ticker.interval
        while !Task.isCancelled {
            do {
                try await clock.sleep(for: next - clock.steady)
                try await ticker.send(broker, agent)
            } catch is CancellationError {
                return
            } catch {
                logger.warning(
                    "a tick could not be sent",
                    metadata: ["agent": "\(agent)", "action": "\(ticker.name)", "error": "\(error)"]
                )
            }
            let late = max(0, (clock.steady - next).milliseconds)
            next = next + ticker.interval * (late / ticker.interval.milliseconds + 1)
        }
    }

    /// Waits until all messages are handled or the bound is reached, then closes the mailboxes.
    private func closeDown(_ mailboxes: [Mailbox]) async {
        let isQuiet = await withTaskGroup(of: Bool.self) { group in
            group.addTask { [broker] in await Self.succeeds { try await broker.quiet() } }
            group.addTask { [clock, drainLimit] in
                _ = await Self.succeeds { try await clock.sleep(for: drainLimit) }
                return false
            }
            let isQuiet = await group.next() ?? false
            group.cancelAll()
            return isQuiet
        }
        if !isQuiet, !Task.isCancelled {
            logger.warning("stopping before all messages were handled", metadata: ["waited": "\(drainLimit)"])
        }
        for mailbox in mailboxes {
            mailbox.close()
        }
    }

    private static func succeeds(_ operation: () async throws -> Void) async -> Bool {
        do {
            try await operation()
            return true
        } catch {
            return false
        }
    }

    private func discardRest(of mailboxes: [Mailbox]) {
        for mailbox in mailboxes {
            for envelope in mailbox.empty() {
                broker.discard(envelope, because: .stopped(mailbox.owner))
            }
            board.update(mailbox.owner) { $0.state = .stopped }
        }
    }
}

/// One agent's mailbox with what serves it.
private struct Lane: Sendable {
    var mailbox: Mailbox
    var supervise: @Sendable (Countdown) async throws -> Void
}
