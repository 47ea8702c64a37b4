// SPDX-License-Identifier: Apache-2.0

/// The life cycle of a worker.
package enum WorkerState: String, Codable, LifeCycle {
    case starting
    case idle
    case working
    /// It missed a beat: no new work.
    case suspect
    /// It was silent for a minute: recovery begins.
    case unresponsive
    case restarting
    /// Restarts did not help: a person must look.
    case isolated
    case draining
    case offline

    package static var subject: String { "worker" }
    package static var moves: [WorkerState: Set<WorkerState>] {
        [
            .starting: [.idle, .working, .suspect, .draining, .offline],
            .idle: [.working, .suspect, .draining, .offline],
            .working: [.idle, .suspect, .draining, .offline],
            .suspect: [.idle, .working, .unresponsive, .draining, .offline],
            .unresponsive: [.idle, .working, .restarting, .isolated, .offline],
            .restarting: [.starting, .idle, .working, .unresponsive, .isolated, .offline],
            .isolated: [.starting, .idle, .offline],
            .draining: [.offline, .suspect],
            .offline: [.starting],
        ]
    }

    /// Whether the worker counts as healthy.
    package var isHealthy: Bool { self == .idle || self == .working }
}

/// What a worker does.
package enum WorkerRole: String, Codable, Sendable, CaseIterable {
    /// Runs trials.
    case trial
    /// Measures ranks.
    case observer
}

/// A process, or a task within Dure, that pulls jobs.
package struct Worker: Hashable, Codable, Sendable {
    package var id: WorkerID
    package var name: String
    package var role: WorkerRole
    /// The group of trial runners, from 1; nil for an observer.
    package var group: Int?
    package var isLeader: Bool
    /// Rises at every change of the group's leader.
    package var leaderTerm: Int
    package var state: WorkerState
    package var registeredAt: Timestamp
    package var lastBeatAt: Timestamp
    /// When it last had a job.
    package var lastBusyAt: Timestamp
    /// How many jobs it can hold at once.
    package var slots: Int
    /// How many jobs it holds.
    package var inFlight: Int
    /// A moving average: 0.9 of the old, 0.1 of the newest (C7).
    package var successRate: Double
    /// Restarts since it was last healthy for a while.
    package var restarts: Int
    package var completed: Int
    package var failed: Int
    /// The kinds of jobs that it runs; nil for all of its role.
    package var kinds: [JobKind]?
    /// Whether it gets no new jobs for a while, for the maintenance of its group or its own; nil for no.
    package var isResting: Bool?

    /// Creates a worker that has just registered.
    package init(id: WorkerID, name: String, role: WorkerRole, slots: Int, registeredAt: Timestamp) {
        self.id = id
        self.name = name
        self.role = role
        isLeader = false
        leaderTerm = 0
        state = .starting
        self.registeredAt = registeredAt
        lastBeatAt = registeredAt
        lastBusyAt = registeredAt
        self.slots = slots
        inFlight = 0
        successRate = 1
        restarts = 0
        completed = 0
        failed = 0
    }
}

extension Collection<Worker> {
    /// The share of those that have not gone that are healthy, 0 to 1: 1 where there never were any, 0 where all have gone.
    ///
    /// Who left, or was lost with its server, is not missed: the rest go on without it.
    package var healthyShare: Double {
        guard !isEmpty else { return 1 }
        let present = count { $0.state != .offline }
        return present == 0 ? 0 : Double(count { $0.state.isHealthy }) / Double(present)
    }
}
