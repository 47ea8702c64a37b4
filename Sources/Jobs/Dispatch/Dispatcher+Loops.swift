// SPDX-License-Identifier: Apache-2.0

import Domain
import Logging

extension Dispatcher {
    /// Takes back what a former process left leased, then gives out jobs and looks after the fleet until the task is cancelled.
    ///
    /// Throws `CancellationError` then, and whatever the store throws at any time.
    package func run() async throws {
        shared.hasTakenBack = false
        try await holdServer()
        try await takeBack()
        wake()
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await self.dispatchLoop() }
            group.addTask { try await self.lookLoop() }
            defer { group.cancelAll() }
            try await group.next()
        }
    }

    /// Ends what sessions a former process of this name left, and none that a worker of this one has opened meanwhile; once, when this
    /// process has the right.
    private func takeBack() async throws {
        guard holdsServer, !shared.hasTakenBack else { return }
        let left = try await store.sessions().filter { session in
            (server.isEmpty || session.server == server) && opening[session.id] == nil
                && sessions[session.worker]?.id != session.id
        }
        let jobs = try await store.endSessions(left.map(\.id), as: .handedBack, now: clock.now)
        shared.hasTakenBack = true
        guard !jobs.isEmpty else { return }
        logger.info("Took back the jobs of a former process.", metadata: ["jobs": "\(jobs.count)"])
        alarms.put(.newJobs)
    }

    /// Gives out jobs whenever there are new ones, a slot is free, or the time of a delayed one has come.
    private func dispatchLoop() async throws {
        var next: Timestamp?
        var jitter = SplitMix64(seed: seed)
        while true {
            let alarms = try await alarms(until: next)
            let isDue = next.map { $0 <= clock.steady } ?? false
            let areNew = isDue || alarms.contains(.newJobs)
            try await dispatch(asksAgain: areNew)
            if areNew { next = earlier(try await nextAlarm(), pollAlarm(&jitter)) }
        }
    }

    /// When to ask although nobody said anything: between half of `poll` and one and a half.
    private func pollAlarm(_ jitter: inout SplitMix64) -> Timestamp? {
        guard let poll else { return nil }
        let half = max(poll.milliseconds / 2, 1)
        return clock.steady + TimeSpan(milliseconds: half + Int64.random(in: 0...(2 * half), using: &jitter))
    }

    private func earlier(_ first: Timestamp?, _ second: Timestamp?) -> Timestamp? {
        guard let first, let second else { return first ?? second }
        return min(first, second)
    }

    /// When to look for delayed jobs again, by the clock that never jumps.
    ///
    /// An instant that has passed belongs to a job that found no worker: it is found at the next free slot, and what it hides
    /// after a look's time.
    private func nextAlarm() async throws -> Timestamp? {
        guard let next = try await store.nextRunAt() else { return nil }
        let wait = next - clock.now
        return clock.steady + (wait > .zero ? wait : timing.look)
    }

    private func alarms(until next: Timestamp?) async throws -> [Alarm] {
        let ready = alarms.takeAvailable()
        guard ready.isEmpty else { return ready }
        guard let next else { return try await alarms.take() }
        let (clock, alarms) = (clock, alarms)
        return try await race(
            { try await alarms.take() },
            {
                try await clock.sleep(for: next - clock.steady)
                return []
            }
        )
    }

    private func lookLoop() async throws {
        while true {
            try await clock.sleep(for: untilLook)
            try await look()
        }
    }

    /// How long until the fleet is looked at again: as always, or just after the first lease ends that no beat has renewed.
    private var untilLook: TimeSpan {
        let now = clock.steady
        let ends = roster.workers.compactMap { worker -> Timestamp? in
            guard sessions[worker.id] != nil, let beat = posts[worker.id]?.lastBeatAt else { return nil }
            return max(beat, worker.lastBeatAt) + timing.lease
        }
        // One that ended while the fleet was looked at was not seen by that look.
        let last = roster.lastLook ?? now
        guard let first = ends.filter({ $0 > last }).min() else { return timing.look }
        return min(timing.look, max(first - now, .zero) + TimeSpan(milliseconds: 1))
    }

    /// Takes the beats in, looks at the fleet, and carries out what follows (C2, C4, C5).
    package func look() async throws {
        let now = clock.steady
        var actions: [FleetAction] = []
        for worker in roster.workers {
            guard let beat = posts[worker.id]?.lastBeatAt, beat > worker.lastBeatAt else { continue }
            actions += roster.beat(worker.id, at: beat)
        }
        if !actions.isEmpty { alarms.put(.freeSlot) }
        actions += roster.look(now: now)
        for case .isolate(let id, let notice) in actions where shared.epochs[id] != nil {
            shared.isolations[id] = FleetMember.Isolation(reason: notice, since: clock.now)
        }
        try await holdServer()
        try await takeBack()
        try await renewSessions(now: now)
        let lost = actions.compactMap { action -> WorkerID? in
            if case .leaseExpired(let id) = action { id } else { nil }
        }
        if !lost.isEmpty { try await release(lost, as: .lost) }
        for action in actions {
            if case .restart(let id, let attempt) = action { posts[id]?.restarts.put(attempt) }
            log(action)
            await tell(action)
        }
        try await endExpiredSessions(now: now)
        if poll != nil { try await reconcile() }
        try await meetFleet()
    }

    /// Brings what is held here and what is leased there together, where another process or a lost answer has parted them.
    ///
    /// What workers run without a lease, because somebody else cancelled it, is stopped; what is leased to a worker here and held by
    /// none, because the answer to a claim was lost, is handed back. Both only when it is so at two looks in a row.
    private func reconcile() async throws {
        let here = Set(sessions.values.map(\.id))
        var leases: [JobID: String] = [:]
        var foreign: Set<String> = []
        for job in try await store.jobs(in: .leased, limit: 100_000) {
            guard let lease = job.lease else { continue }
            if here.contains(lease.session) { leases[job.id] = lease.token } else { foreign.insert(lease.token) }
        }
        let stopped = held.filter { id, holding in
            guard let token = holding.delivery.job.lease?.token else { return true }
            return leases[id] != token && !foreign.contains(token)
        }
        for (id, holding) in stopped where unleased.contains(id) {
            holding.delivery.revocation.open()
            settle(holding.delivery, succeeded: nil)
        }
        unleased = Set(stopped.keys)
        let lost = leases.filter { id, token in held[id]?.delivery.job.lease?.token != token }
        let stillLost = lost.filter { unheld[$0.key] == $0.value }
        unheld = lost
        guard !stillLost.isEmpty else { return }
        let jobs = try await store.handBack(stillLost, now: clock.now)
        counts.released += jobs.count
        logger.warning("Jobs were leased to nobody, and are handed back.", metadata: ["jobs": "\(jobs.count)"])
        alarms.put(.newJobs)
    }

    /// Renews the sessions of workers whose lease is not over, and opens one for those that beat again after it was.
    private func renewSessions(now: Timestamp) async throws {
        let alive = roster.workers.filter { now - $0.lastBeatAt < timing.lease && $0.state != .offline }
        for worker in alive where sessions[worker.id] == nil && worker.state.isHealthy {
            guard posts[worker.id]?.isRemote == false else { continue }
            try await started(worker.id)
        }
        let open = alive.compactMap { sessions[$0.id]?.id }
        guard !open.isEmpty else { return }
        let renewed = try await store.renewSessions(open, for: timing.lease + timing.look, now: now)
        let over = sessions.filter { open.contains($0.value.id) && !renewed.contains($0.value.id) }.keys.sorted()
        // Another process ended them while this one stood still.
        if !over.isEmpty { try await release(over, as: .lost) }
    }

    /// Gives back what workers of other processes held that have ended without a word.
    private func endExpiredSessions(now: Timestamp) async throws {
        let (ended, jobs) = try await store.endExpiredSessions(by: server, now: now)
        guard !ended.isEmpty else { return }
        counts.released += jobs.count
        logger.warning(
            "Sessions ran out.",
            metadata: ["sessions": "\(ended.count)", "jobs": "\(jobs.count)"]
        )
        let workers = Set(ended.map(\.id))
        let own = sessions.filter { workers.contains($0.value.id) }.keys.sorted()
        if !own.isEmpty { try await release(own, as: .lost) }
        alarms.put(.newJobs)
        for job in jobs where job.state == .dead { await hooks.ended(job.id, job.campaign) }
    }

    func log(_ action: FleetAction) {
        let name = action.worker.flatMap { roster.worker($0)?.name } ?? "-"
        switch action {
        case .becameSuspect: logger.info("A worker missed a beat.", metadata: ["worker": "\(name)"])
        case .leaseExpired: logger.info("A worker's jobs went to others.", metadata: ["worker": "\(name)"])
        case .becameUnresponsive: logger.warning("A worker does not answer.", metadata: ["worker": "\(name)"])
        case .restart(_, let attempt):
            logger.warning("A worker is restarted.", metadata: ["worker": "\(name)", "attempt": "\(attempt)"])
        case .isolate(_, let notice):
            logger.error("A worker is isolated.", metadata: ["worker": "\(name)", "notice": "\(notice)"])
        case .recovered: logger.info("A worker beats again.", metadata: ["worker": "\(name)"])
        case .promote(_, let group, let term):
            logger.info(
                "A group has a new leader.",
                metadata: ["worker": "\(name)", "group": "\(group)", "term": "\(term)"]
            )
        case .demote: break
        case .correlatedFailure(let notice):
            logger.error("Many workers fell silent together.", metadata: ["notice": "\(notice)"])
        }
    }
}
