// SPDX-License-Identifier: Apache-2.0

package import Domain

/// What people see of the fleet and of the queue.
///
/// The fleet serves every workspace and belongs to the house's own, `default`: others see none of it. Jobs belong to their workspaces.
package protocol FleetService: Sendable {
    /// The whole fleet in numbers, with its groups.
    func overview(in workspace: WorkspaceID) async throws -> FleetOverview
    /// The workers, in order of registration.
    func workers(in workspace: WorkspaceID, state: WorkerState?, paging: Paging) async throws -> Page<WorkerDetail>
    /// One worker.
    func worker(_ id: WorkerID, in workspace: WorkspaceID) async throws -> WorkerDetail?
    /// Gives an order about a worker; nil when there is none.
    func give(_ order: WorkerOrderDraft, to worker: WorkerID, in workspace: WorkspaceID) async throws -> WorkerDetail?
    /// How many jobs of every kind are where.
    func queues(in workspace: WorkspaceID) async throws -> [QueueDepth]
    /// Stops giving out jobs of a kind, or gives them out again; false where the workspace has no queues.
    func setPaused(_ isPaused: Bool, kind: JobKind, in workspace: WorkspaceID) async throws -> Bool
    /// A workspace's jobs in a state, oldest first.
    func jobs(in workspace: WorkspaceID, state: JobState, paging: Paging) async throws -> Page<JobDetail>
    /// One job.
    func job(_ id: JobID, in workspace: WorkspaceID) async throws -> JobDetail?
    /// Gives a dead job its tries back and queues it; nil when there is none, a `Problem` when it is not dead.
    func requeue(_ id: JobID, in workspace: WorkspaceID) async throws -> JobDetail?
    /// Cancels a job that has not ended; nil when there is none.
    func cancel(_ id: JobID, in workspace: WorkspaceID) async throws -> JobDetail?
}

/// The fleet in numbers.
package struct FleetOverview: Codable, Hashable, Sendable, Described {
    /// Workers that rest and are led together.
    package struct Group: Codable, Hashable, Sendable, Described {
        package var number: Int
        package var leader: WorkerID?
        package var members: [WorkerID]
        package var healthy: Int
        package var isResting: Bool

        /// Creates a group.
        package init(number: Int, leader: WorkerID?, members: [WorkerID], healthy: Int, isResting: Bool) {
            self.number = number
            self.leader = leader
            self.members = members
            self.healthy = healthy
            self.isResting = isResting
        }

        private enum CodingKeys: String, CodingKey {
            case number
            case leader
            case members
            case healthy
            case isResting = "is_resting"
        }

        package static var schema: Schema {
            .named(
                "WorkerGroup",
                .answer([
                    .required("number", .count), .optional("leader", .identifier(Worker.self)),
                    .required("members", .list(.identifier(Worker.self))), .required("healthy", .count),
                    .required("is_resting", .boolean),
                ])
            )
        }
    }

    /// How many workers are in each state.
    package var states: [String: Int]
    package var workers: Int
    package var healthy: Int
    package var slots: Int
    package var inFlight: Int
    package var groups: [Group]

    /// Counts workers.
    package init(_ all: [Worker]) {
        let present = all.filter { $0.state != .offline }
        states = Dictionary(grouping: all, by: \.state.rawValue).mapValues(\.count)
        workers = present.count
        let able = present.filter(\.state.isHealthy)
        healthy = able.count
        slots = able.reduce(0) { $0 + $1.slots }
        inFlight = able.reduce(0) { $0 + $1.inFlight }
        var members: [Int: [Worker]] = [:]
        for worker in all {
            if let group = worker.group { members[group, default: []].append(worker) }
        }
        groups = members.sorted { $0.key < $1.key }.map { number, members in
            Group(
                number: number,
                leader: members.first(where: \.isLeader)?.id,
                members: members.map(\.id),
                healthy: members.count(where: \.state.isHealthy),
                isResting: members.contains { $0.isResting ?? false }
            )
        }
    }

    private enum CodingKeys: String, CodingKey {
        case states
        case workers
        case healthy
        case slots
        case inFlight = "in_flight"
        case groups
    }

    package static var schema: Schema {
        .named(
            "FleetOverview",
            .answer([
                .required("states", .map(.count), "How many workers are in each state."),
                .required("workers", .count, "Those that are not offline."), .required("healthy", .count),
                .required("slots", .count), .required("in_flight", .count), .required("groups", .list(Group.schema)),
            ])
        )
    }
}

/// What shall be done with a worker.
package struct WorkerOrderDraft: Codable, Hashable, Sendable, Described {
    /// What can be ordered.
    package enum Order: String, Codable, Hashable, Sendable, CaseIterable {
        case restart
        case isolate
        case release
        case drain
    }

    package var order: Order
    /// Why, for an isolation.
    package var reason: String?

    /// Creates a draft.
    package init(order: Order, reason: String? = nil) {
        self.order = order
        self.reason = reason
    }

    package static var schema: Schema {
        .named(
            "WorkerOrder",
            .request([
                .required("order", .word(Order.self)),
                .optional("reason", .string(most: 500), "Why; kept with an isolation."),
            ])
        )
    }
}
