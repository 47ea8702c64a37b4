// SPDX-License-Identifier: Apache-2.0

/// A place in a group of trial runners, which one worker has at a time.
package struct FleetSeat: Hashable, Codable, Sendable, Comparable {
    /// The group, from 1.
    package var group: Int
    /// The place within it, from 0; whoever has the first leads the group while it is healthy.
    package var place: Int

    /// Creates a seat.
    package init(group: Int, place: Int) {
        self.group = group
        self.place = place
    }

    package static func < (left: Self, right: Self) -> Bool { (left.group, left.place) < (right.group, right.place) }
}

/// How a worker has done so far.
package struct FleetRecord: Hashable, Codable, Sendable {
    /// A moving average: 0.9 of the old, 0.1 of the newest (C7).
    package var successRate: Double
    package var completed: Int
    package var failed: Int

    /// Creates a record; by default that of a worker which has done nothing yet.
    package init(successRate: Double = 1, completed: Int = 0, failed: Int = 0) {
        self.successRate = successRate
        self.completed = completed
        self.failed = failed
    }
}

/// What the fleet knows of a worker for good, whichever server it is with: a name is one worker.
package struct FleetMember: Hashable, Codable, Sendable {
    /// Why a worker gets no work until a person releases it.
    package struct Isolation: Hashable, Codable, Sendable {
        package var reason: String
        package var since: Timestamp

        /// Creates an isolation.
        package init(reason: String, since: Timestamp) {
            self.reason = reason
            self.since = since
        }
    }

    package var id: WorkerID
    package var name: String
    package var role: WorkerRole
    /// Its place in a group; nil for an observer.
    package var seat: FleetSeat?
    package var enrolledAt: Timestamp
    /// Counts how often it registered or moved, from 1: what a server writes of an earlier time is refused.
    package var epoch: Int
    package var record: FleetRecord
    /// Nil unless it is isolated.
    package var isolation: Isolation?

    /// Creates a member that has just enrolled.
    package init(id: WorkerID, name: String, role: WorkerRole, seat: FleetSeat?, enrolledAt: Timestamp) {
        self.id = id
        self.name = name
        self.role = role
        self.seat = seat
        self.enrolledAt = enrolledAt
        epoch = 1
        record = FleetRecord()
    }
}

/// Who wants to be in the fleet, and the fleet's sizes.
package struct FleetNewcomer: Hashable, Sendable {
    /// The identifier that it gets if its name is new.
    package var id: WorkerID
    package var name: String
    /// Its role where the kinds of its jobs decide that; nil where the order of enrolment does.
    package var role: WorkerRole?
    /// The first so many that enrol without a role of their own run trials.
    package var trialRunners: Int
    package var groupSize: Int
    /// Whether it comes with the jobs that it holds, so that orders for it are not settled by its coming.
    package var continues: Bool

    /// Creates an application.
    package init(
        id: WorkerID,
        name: String,
        role: WorkerRole?,
        trialRunners: Int,
        groupSize: Int,
        continues: Bool = false
    ) {
        self.id = id
        self.name = name
        self.role = role
        self.trialRunners = trialRunners
        self.groupSize = max(groupSize, 1)
        self.continues = continues
    }

    /// The role and the seat of a new member, given the seats that are taken: the first that is free.
    package func placement(taken: Set<FleetSeat>) -> (role: WorkerRole, seat: FleetSeat?) {
        guard role != .observer else { return (.observer, nil) }
        var number = 0
        while taken.contains(seat(number)) { number += 1 }
        guard role != nil || number < trialRunners else { return (.observer, nil) }
        return (.trial, seat(number))
    }

    private func seat(_ number: Int) -> FleetSeat {
        FleetSeat(group: number / groupSize + 1, place: number % groupSize)
    }
}

/// What a person wants of a worker, until it has begun anew.
package struct FleetOrder: Hashable, Codable, Sendable {
    /// What it shall do.
    package enum Kind: String, Codable, Sendable, CaseIterable {
        /// Stop everything and start anew.
        case restart
        /// Take no more, finish, leave.
        case drain
    }

    package var worker: WorkerID
    package var kind: Kind
    package var givenAt: Timestamp

    /// Creates an order.
    package init(worker: WorkerID, kind: Kind, givenAt: Timestamp) {
        self.worker = worker
        self.kind = kind
        self.givenAt = givenAt
    }
}

/// How a worker stands, as the server writes it that the worker is with.
package struct FleetStanding: Hashable, Sendable {
    package var worker: Worker
    /// The epoch of its enrolment there.
    package var epoch: Int

    /// Creates a standing.
    package init(worker: Worker, epoch: Int) {
        self.worker = worker
        self.epoch = epoch
    }
}

/// The whole fleet at one instant, whichever servers its workers are with.
package struct FleetView: Hashable, Sendable {
    /// The store's time.
    package var now: Timestamp
    /// Everybody who is enrolled, by seat and then by time of enrolment.
    package var members: [FleetMember]
    /// How each stood when a server last wrote it.
    package var standings: [WorkerID: Worker]
    /// The sessions that are open, by worker.
    package var sessions: [WorkerID: WorkerSession]
    /// Every lease that was taken, of servers and of groups' leaders among them, by name; not all are held.
    package var leases: [String: LeaderLease]
    package var orders: [FleetOrder]
    package var plans: [MaintenancePlan]
    package var windows: [MaintenanceWindow]

    /// Creates a view of an empty fleet.
    package init(now: Timestamp) {
        self.now = now
        members = []
        standings = [:]
        sessions = [:]
        leases = [:]
        orders = []
        plans = []
        windows = []
    }

    /// A lease that somebody holds; nil for one that ran out or was never taken.
    package func held(_ name: String) -> LeaderLease? {
        leases[name].flatMap { $0.expiresAt > now ? $0 : nil }
    }

    /// Whether a server looks after its workers, as far as its lease tells; one without a name has the store to itself.
    package func isAlive(server: String) -> Bool {
        server.isEmpty || held(WorkerSession.lease(ofServer: server)) != nil
    }
}

extension FleetSeat {
    /// The right to lead a group.
    package static func lease(ofGroup group: Int) -> String { "group/\(group)" }
}
