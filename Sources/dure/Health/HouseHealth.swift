// SPDX-License-Identifier: Apache-2.0

import Agents
import Domain
import Foundation
import Jobs
import Operations

/// What is looked at to tell how a process and its machine are, and what is done about it by itself.
enum HouseHealth {
    /// From how long a write on it is a warning.
    private static let slowWrite = TimeSpan.seconds(1)
    /// From how long an agent may be busy with one message on it is a warning, and critical.
    private static let longMessage = TimeSpan.minutes(2)
    private static let stuck = TimeSpan.minutes(10)

    /// Processor, memory, and the disk of the data folder.
    static func machine(
        _ gauge: any MachineGauge,
        folder: String,
        tidy: (@Sendable () async throws -> String)? = nil
    ) -> [HealthCheck] {
        var recover: (@Sendable (HealthLevel) async throws -> String)?
        if let tidy { recover = { _ in try await tidy() } }
        return [
            .share("processor", of: "the processors' time") { gauge.processor() },
            .share("memory", of: "the memory", recover: giveBack) { gauge.memory() },
            .share("disk", of: "the disk of the data", recover: recover) { gauge.disk(at: folder) },
        ]
    }

    private static let giveBack: @Sendable (HealthLevel) async throws -> String = { _ in
        IdleMemory.release()
        return "gave memory that is not used back to the system"
    }

    /// Whether a row can be written, and how fast.
    static func database(_ store: any Store, clock: any TimeSource) -> HealthCheck {
        HealthCheck("database") { _ in
            let start = clock.steady
            _ = try await store.acquireLease("health", holder: "health", for: .seconds(10), now: clock.now)
            let span = clock.steady - start
            return (span > slowWrite ? .warning : .healthy, "a row was written in \(span)", nil)
        }
    }

    /// The workers: isolated ones wait for a person, and fewer healthy ones than half are an emergency.
    static func workers(_ dispatcher: Dispatcher) -> HealthCheck {
        HealthCheck("workers") { _ in
            let workers = await dispatcher.workers
            // One that has just come in and has not beaten yet is neither well nor ill.
            let share = workers.filter { $0.state != .starting }.healthyShare
            let isolated = workers.count { $0.state == .isolated }
            let healthy = workers.count { $0.state.isHealthy }
            let level: HealthLevel = share < 0.5 ? .critical : isolated > 0 || share < 1 ? .warning : .healthy
            return (level, "\(healthy) of \(workers.count) workers are healthy, \(isolated) isolated", nil)
        }
    }

    /// The agents of this process, which are made anew when one is stuck; else those of the cluster, by their leases.
    static func agents(_ watch: AgentsWatch?, store: any Store, clock: any TimeSource) -> HealthCheck {
        var recover: (@Sendable (HealthLevel) async throws -> String)?
        if let watch {
            recover = { level in
                guard level == .critical else { return "waits: an agent starts again by itself" }
                watch.restart()
                return "made all agents of this process anew"
            }
        }
        let look: @Sendable (HealthLimits) async throws -> HealthCheck.Sight = { _ in
            if let agents = watch?.health { return sight(of: agents, now: clock.now) }
            return sight(of: try await store.leases(), now: clock.now)
        }
        return HealthCheck("agents", look: look, recover: recover)
    }

    private static func sight(of agents: [AgentHealth], now: Timestamp) -> HealthCheck.Sight {
        var (level, details) = (HealthLevel.healthy, [String]())
        for agent in agents {
            let busy = agent.busySince.map { now - $0 } ?? .zero
            if busy > stuck || agent.state == .stopped {
                level = .critical
                details.append(
                    "\(agent.name) \(agent.state == .stopped ? "stopped" : "is stuck with a message for \(busy)")"
                )
            } else if busy > longMessage || agent.state == .restarting {
                level = max(level, .warning)
                details.append("\(agent.name) \(agent.state == .restarting ? "starts again" : "is busy for \(busy)")")
            }
        }
        return (level, details.isEmpty ? "\(agents.count) agents run" : details.joined(separator: "; "), nil)
    }

    private static func sight(of leases: [LeaderLease], now: Timestamp) -> HealthCheck.Sight {
        let agents = leases.filter { $0.name.hasPrefix("agent/") }
        guard !agents.isEmpty else { return (.healthy, "no agents have been here yet", nil) }
        let idle = agents.filter { $0.holder.isEmpty || $0.expiresAt < now }.map { String($0.name.dropFirst(6)) }
        guard !idle.isEmpty else { return (.healthy, "\(agents.count) agents have their leases", nil) }
        let level: HealthLevel = idle.count == agents.count ? .warning : .critical
        return (level, "nobody is " + idle.joined(separator: ", "), nil)
    }
}

/// The agents of a process, for those who look at them from outside.
final class AgentsWatch: Sendable {
    /// Somebody wants the agents to be made anew.
    struct Restart: Error {}

    private let reader = Locked<(@Sendable () -> [AgentHealth])?>(nil)
    private let wishes = Locked<AsyncStream<Void>.Continuation?>(nil)

    /// How the agents fare; nil while there are none.
    var health: [AgentHealth]? { reader.withLock { $0 }?() }

    /// Tells how the agents fare from now on.
    func follow(_ read: (@Sendable () -> [AgentHealth])?) {
        reader.withLock { $0 = read }
    }

    /// Has the agents made anew.
    func restart() {
        wishes.withLock { $0 }?.yield()
    }

    /// Runs a body until it ends, or throws `Restart` when somebody wants the agents to be made anew.
    func running(_ body: @escaping @Sendable () async throws -> Void) async throws {
        // A stream ends with whoever waited on it, so that each run has its own.
        let (stream, continuation) = AsyncStream<Void>.makeStream(bufferingPolicy: .bufferingNewest(1))
        wishes.withLock { $0 = continuation }
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await body() }
            group.addTask {
                for await _ in stream { throw Restart() }
                throw CancellationError()
            }
            defer { group.cancelAll() }
            try await group.next()
        }
    }
}
