// SPDX-License-Identifier: Apache-2.0

import Domain
import Logging
import Messaging

/// Starts one agent, feeds it its messages one at a time, and starts it again when it crashes.
struct Supervisor<A: Agent>: Sendable {
    let agent: A
    let host: AgentHost

    /// Returns when the mailbox is closed and empty, or the task is cancelled; throws when an essential agent kept crashing.
    func run(_ mailbox: Mailbox, started: Countdown) async throws {
        var policy = RestartPolicy()
        let handlers = agent.handlers
        while !Task.isCancelled {
            do {
                host.board.update(agent.name) { $0.state = .starting }
                try await agent.start()
                host.board.update(agent.name) { health in
                    health.state = .running
                    health.runningSince = host.clock.now
                }
                started.arrived(agent.name)
                try await serve(mailbox, with: handlers)
                break
            } catch {
                if Task.isCancelled { break }
                if !agent.isEssential { started.arrived(agent.name) }
                try await recover(from: error, by: &policy)
            }
        }
        host.board.update(agent.name) { $0.state = .stopped }
    }

    private func recover(from error: any Error, by policy: inout RestartPolicy) async throws {
        let reason = String(describing: error)
        let now = host.clock.now
        let verdict = policy.crashed(at: now)
        let restarts = host.board.update(agent.name) { health in
            health.state = .restarting
            health.errors += 1
            health.restarts += 1
            health.busySince = nil
            health.lastError = reason
            return health.restarts
        }
        let (kind, delay): (AgentIncident.Kind, TimeSpan) =
            switch verdict {
            case .restart(let delay): (.restarted, delay)
            case .escalate(let delay): (.escalated, delay)
            }
        host.logger.error(
            "an agent crashed",
            metadata: ["agent": "\(agent.name)", "error": "\(reason)", "restarts": "\(restarts)"]
        )
        await host.onIncident(
            AgentIncident(agent: agent.name, kind: kind, restarts: restarts, reason: reason, time: now)
        )
        if kind == .escalated, agent.isEssential { throw AgentHostError.agentGaveUp(agent.name, reason: reason) }
        do {
            try await host.clock.sleep(for: delay)
        } catch is CancellationError {
            return
        }
    }

    private func serve(_ mailbox: Mailbox, with handlers: Handlers<A>) async throws {
        while let envelope = await mailbox.next() {
            let now = host.clock.now
            if envelope.type == .request, let deadline = envelope.deadline, deadline <= now { continue }
            host.board.update(agent.name) { $0.busySince = now }
            do {
                try await handle(envelope, with: handlers)
            } catch {
                // It counts as read, so that it does not crash the agent for ever; what a store keeps comes again.
                mailbox.failed()
                throw error
            }
            host.board.update(agent.name) { health in
                health.busySince = nil
                health.handled += 1
                if envelope.type == .request { health.answers += 1 }
            }
        }
    }

    private func handle(_ envelope: Envelope, with handlers: Handlers<A>) async throws {
        do {
            let reply = try await handlers.handle(envelope, on: agent)
            if envelope.type == .request { host.broker.respond(to: envelope, with: .success(reply)) }
        } catch let unhandled as UnhandledMessage {
            host.broker.bury(envelope, reason: unhandled.error.description)
            if envelope.type == .request { host.broker.respond(to: envelope, with: .failure(unhandled.error)) }
        } catch {
            guard envelope.type == .request else { throw error }
            host.board.update(agent.name) { health in
                health.errors += 1
                health.lastError = String(describing: error)
            }
            host.broker.respond(to: envelope, with: .failure(MessageError(error)))
        }
    }
}

/// Waits until every agent has started.
final class Countdown: Sendable {
    private let missing: Locked<(names: Set<AgentName>, count: Int)>
    private let gate: Gate

    init(_ count: Int) {
        missing = Locked((names: [], count: count))
        gate = Gate(isOpen: count == 0)
    }

    /// Notes that an agent has started; a second time counts for nothing.
    func arrived(_ name: AgentName) {
        let isComplete = missing.withLock { missing in
            missing.names.insert(name)
            return missing.names.count >= missing.count
        }
        if isComplete { gate.open() }
    }

    func wait() async throws { try await gate.wait() }
}

/// The health of all agents.
final class HealthBoard: Sendable {
    private struct State {
        var health: [AgentName: AgentHealth] = [:]
        var mailboxes: [AgentName: Mailbox] = [:]
    }

    private let names: [AgentName]
    private let state: Locked<State>

    init(names: [AgentName]) {
        self.names = names
        var state = State()
        for name in names {
            state.health[name] = AgentHealth(name: name)
        }
        self.state = Locked(state)
    }

    var all: [AgentHealth] {
        let (health, mailboxes) = state.withLock { ($0.health, $0.mailboxes) }
        return names.compactMap { name in
            var entry = health[name]
            entry?.mailboxSize = mailboxes[name]?.count ?? 0
            return entry
        }
    }

    func watch(_ mailbox: Mailbox) {
        state.withLock { $0.mailboxes[mailbox.owner] = mailbox }
    }

    @discardableResult
    func update<Value: Sendable>(_ name: AgentName, _ change: (inout AgentHealth) -> Value) -> Value {
        state.withLock { state in
            var health = state.health[name] ?? AgentHealth(name: name)
            defer { state.health[name] = health }
            return change(&health)
        }
    }
}
