// SPDX-License-Identifier: Apache-2.0

package import Domain

/// Who is in the fleet and how each does: a value that turns registrations, beats, looks and reports into actions.
///
/// It has no clock and does nothing itself; whoever owns it carries the actions out. Workers keep their order of registration.
package struct FleetRoster: Sendable {
    /// A worker with what only the roster needs to know.
    struct Member: Sendable {
        var worker: Worker
        /// Since when it has been healthy without a break.
        var healthySince: Timestamp
        /// Whether its jobs were released in this silence.
        var leaseIsOver = false
        /// When the next step of its recovery is due.
        var nextStepAt: Timestamp?
    }

    package let timing: FleetTiming
    package let sizes: FleetSizes
    var members: [Member] = []
    var lastLook: Timestamp?
    /// Whether a failure of many at once has been told and is not over.
    var correlationIsKnown = false
    /// Whether leases say who leads, for groups whose members are with several servers.
    let leadersAreLeased: Bool
    private var places: [WorkerID: Int] = [:]

    /// Creates an empty roster.
    package init(timing: FleetTiming, sizes: FleetSizes = FleetSizes(), leadersAreLeased: Bool = false) {
        self.timing = timing
        self.sizes = sizes
        self.leadersAreLeased = leadersAreLeased
    }

    /// The workers in order of registration.
    package var workers: [Worker] { members.map(\.worker) }

    /// One worker; nil for one that never registered.
    package func worker(_ id: WorkerID) -> Worker? { places[id].map { members[$0].worker } }

    /// The share of workers that are healthy, 0 to 1; 1 for an empty fleet.
    package var healthyShare: Double { workers.healthyShare }

    /// Takes a worker in (C1): a trial runner while there are too few, in the group whose turn it is; an observer after that.
    ///
    /// The first of a group leads it in term 1. It gets work from its first beat on. An identifier that is known keeps its place
    /// and role. One that names kinds of one role alone has that role, whoever else there is.
    @discardableResult
    package mutating func register(
        _ id: WorkerID,
        name: String,
        slots: Int,
        kinds: [JobKind]? = nil,
        now: Timestamp
    ) -> Worker {
        if let place = places[id] {
            members[place].worker.name = name
            members[place].worker.slots = max(slots, 1)
            members[place].worker.kinds = kinds
            if members[place].worker.state == .offline { members[place].worker.state = .starting }
            return members[place].worker
        }
        let runners = members.count { $0.worker.role == .trial }
        let role = Self.onlyRole(of: kinds) ?? (runners < sizes.trialRunners ? .trial : .observer)
        var worker = Worker(id: id, name: name, role: role, slots: max(slots, 1), registeredAt: now)
        worker.kinds = kinds
        if role == .trial {
            worker.group = runners / sizes.groupSize + 1
            worker.isLeader = runners % sizes.groupSize == 0
            worker.leaderTerm = 1
        }
        append(worker, now: now)
        return worker
    }

    @discardableResult
    private mutating func append(_ worker: Worker, now: Timestamp) -> Int {
        places[worker.id] = members.count
        members.append(Member(worker: worker, healthySince: now))
        return members.count - 1
    }

    /// Takes in a worker that the fleet knows: with the role, seat, record and isolation that it has there.
    mutating func admit(_ known: FleetMember, slots: Int, kinds: [JobKind]?, now: Timestamp) -> Worker {
        var worker =
            self.worker(known.id)
            ?? Worker(id: known.id, name: known.name, role: known.role, slots: 1, registeredAt: now)
        let place = places[known.id] ?? append(worker, now: now)
        // What was done here and is not written yet counts too.
        if known.record.completed + known.record.failed >= worker.completed + worker.failed {
            worker.successRate = known.record.successRate
            worker.completed = known.record.completed
            worker.failed = known.record.failed
        }
        worker.name = known.name
        worker.role = known.role
        worker.group = known.seat?.group
        worker.slots = max(slots, 1)
        worker.kinds = kinds
        worker.registeredAt = known.enrolledAt
        if worker.state == .offline || worker.state == .isolated { worker.state = .starting }
        if known.isolation != nil { worker.state = .isolated }
        members[place].worker = worker
        return worker
    }

    /// Forgets a worker that is with another server now, or nowhere.
    mutating func depart(_ id: WorkerID) {
        members.removeAll { $0.worker.id == id }
        places = [:]
        for (place, member) in members.enumerated() { places[member.worker.id] = place }
    }

    /// Notes which workers get no new jobs for a while.
    mutating func rest(_ resting: Set<WorkerID>) {
        for place in members.indices {
            members[place].worker.isResting = resting.contains(members[place].worker.id) ? true : nil
        }
    }

    /// The role that all of some kinds belong to; nil where they belong to several, or none is named.
    static func onlyRole(of kinds: [JobKind]?) -> WorkerRole? {
        let roles = Set((kinds ?? []).map(\.role))
        return roles.count == 1 ? roles.first : nil
    }

    /// The healthy workers of this process that run the jobs of a role: those of the role, or where there is none, those that named such kinds.
    package func standing(for role: WorkerRole) -> [Worker] {
        let healthy = workers.filter { $0.state.isHealthy }
        let own = healthy.filter { $0.role == role }
        guard own.isEmpty else { return own }
        return healthy.filter { worker in worker.kinds?.contains { $0.role == role } ?? false }
    }

    /// Takes a sign of life in: a worker that was silent is healthy again.
    ///
    /// An isolated one must be reinstated first.
    package mutating func beat(_ id: WorkerID, at now: Timestamp) -> [FleetAction] {
        guard let place = places[id] else { return [] }
        members[place].worker.lastBeatAt = max(members[place].worker.lastBeatAt, now)
        guard members[place].worker.state.isAwaited else { return [] }
        return welcome(place, now: now)
    }

    /// Notes that a worker has gone: it is not missed, and gets no work until it registers again.
    ///
    /// One that is isolated stays so.
    package mutating func leave(_ id: WorkerID) -> [FleetAction] {
        guard let place = places[id], members[place].worker.state != .isolated else { return [] }
        members[place].worker.state = .offline
        members[place].worker.inFlight = 0
        members[place].nextStepAt = nil
        return settleLeaders()
    }

    /// Notes that a worker has a session: its next beat makes one that had gone healthy.
    mutating func arrived(_ id: WorkerID) {
        guard let place = places[id], members[place].worker.state == .offline else { return }
        members[place].worker.state = .starting
    }

    /// Lets an isolated worker in again, with its restarts forgotten.
    ///
    /// One that is `away` has no session, and is not missed until it registers again.
    package mutating func reinstate(_ id: WorkerID, isAway: Bool = false, at now: Timestamp) -> [FleetAction] {
        guard let place = places[id], members[place].worker.state == .isolated else { return [] }
        members[place].worker.restarts = 0
        if isAway {
            members[place].worker.state = .offline
            members[place].worker.inFlight = 0
            members[place].leaseIsOver = false
            return settleLeaders()
        }
        members[place].worker.lastBeatAt = now
        return welcome(place, now: now)
    }

    private mutating func welcome(_ place: Int, now: Timestamp) -> [FleetAction] {
        let isNew = members[place].worker.state == .starting
        members[place].worker.state = members[place].worker.inFlight > 0 ? .working : .idle
        members[place].healthySince = now
        members[place].leaseIsOver = false
        members[place].nextStepAt = nil
        return (isNew ? [] : [.recovered(members[place].worker.id)]) + settleLeaders()
    }

    /// Notes that a worker was given a job.
    package mutating func assigned(to id: WorkerID, now: Timestamp) {
        guard let place = places[id] else { return }
        members[place].worker.inFlight += 1
        members[place].worker.lastBusyAt = now
        if members[place].worker.state == .idle { members[place].worker.state = .working }
    }

    /// Notes that a worker holds a job no longer; `succeeded` is nil where the end says nothing about the worker.
    ///
    /// The success rate becomes 0.9 of the old and 0.1 of the newest (C7).
    package mutating func finished(by id: WorkerID, succeeded: Bool?, now: Timestamp) {
        guard let place = places[id] else { return }
        members[place].worker.inFlight = max(members[place].worker.inFlight - 1, 0)
        members[place].worker.lastBusyAt = now
        if let succeeded {
            let rate = members[place].worker.successRate
            members[place].worker.successRate = 0.9 * rate + (succeeded ? 0.1 : 0)
            members[place].worker.completed += succeeded ? 1 : 0
            members[place].worker.failed += succeeded ? 0 : 1
        }
        if members[place].worker.inFlight == 0, members[place].worker.state == .working {
            members[place].worker.state = .idle
        }
    }

    /// Notes that every job of a worker was taken from it.
    package mutating func released(_ id: WorkerID) {
        guard let place = places[id] else { return }
        members[place].worker.inFlight = 0
        if members[place].worker.state == .working { members[place].worker.state = .idle }
    }
}

extension WorkerState {
    /// Whether the worker is silent, and a beat would make it healthy.
    var isAwaited: Bool {
        switch self {
        case .starting, .suspect, .unresponsive, .restarting: true
        case .idle, .working, .isolated, .draining, .offline: false
        }
    }
}
