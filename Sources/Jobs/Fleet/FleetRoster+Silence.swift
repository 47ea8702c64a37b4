// SPDX-License-Identifier: Apache-2.0

package import Domain

extension FleetRoster {
    /// Looks at every worker's silence (C2, C4) and says what must be done, in order of registration.
    ///
    /// A silence of two beats makes a worker suspect, of `lease` ends its lease, of `unresponsive` begins its recovery: three
    /// restarts, each given its delay, then isolation. After a pause of the looker itself of `lease` or more (a computer that
    /// slept), the pause is not held against anybody.
    package mutating func look(now: Timestamp) -> [FleetAction] {
        forgivePause(now: now)
        lastLook = now
        var actions: [FleetAction] = []
        for place in members.indices {
            actions += judge(place, now: now)
        }
        if correlationIsKnown, !members.contains(where: { $0.worker.state.isAwaited }) { correlationIsKnown = false }
        return actions.isEmpty ? [] : actions + settleLeaders()
    }

    private mutating func forgivePause(now: Timestamp) {
        guard let lastLook, now - lastLook >= max(timing.lease, timing.look * 2) else { return }
        let pause = now - lastLook - timing.look
        for place in members.indices {
            members[place].worker.lastBeatAt = min(members[place].worker.lastBeatAt + pause, now)
            members[place].nextStepAt = members[place].nextStepAt.map { $0 + pause }
        }
    }

    private mutating func judge(_ place: Int, now: Timestamp) -> [FleetAction] {
        let silence = now - members[place].worker.lastBeatAt
        let id = members[place].worker.id
        var actions: [FleetAction] = []
        if members[place].worker.state.isHealthy || members[place].worker.state == .starting {
            guard silence >= timing.suspect else {
                if members[place].worker.restarts > 0, now - members[place].healthySince >= timing.unresponsive {
                    members[place].worker.restarts = 0
                }
                return []
            }
            members[place].worker.state = .suspect
            actions.append(.becameSuspect(id))
        }
        guard members[place].worker.state.isAwaited else { return actions }
        if silence >= timing.lease, !members[place].leaseIsOver {
            members[place].leaseIsOver = true
            actions.append(.leaseExpired(id))
        }
        if silence >= timing.unresponsive, members[place].worker.state == .suspect {
            members[place].worker.state = .unresponsive
            members[place].nextStepAt = now
            actions.append(.becameUnresponsive(id))
        }
        return actions + recover(place, now: now)
    }

    /// Takes the next step of a recovery that is due.
    private mutating func recover(_ place: Int, now: Timestamp) -> [FleetAction] {
        guard let due = members[place].nextStepAt, now >= due else { return [] }
        let id = members[place].worker.id
        let restarts = members[place].worker.restarts
        guard restarts >= timing.restartDelays.count else {
            members[place].worker.state = .restarting
            members[place].worker.restarts += 1
            members[place].nextStepAt = now + timing.restartDelays[restarts]
            return [.restart(id, attempt: restarts + 1)]
        }
        let together = silentTogether(with: place)
        if together >= 2, together * 3 >= members.count {
            guard !correlationIsKnown else { return [] }
            correlationIsKnown = true
            return [
                .correlatedFailure(
                    notice: "\(together) of \(members.count) workers fell silent together; none is isolated, "
                        + "look for a cause outside the workers (disk, network, an overloaded computer)"
                )
            ]
        }
        let name = members[place].worker.name
        members[place].worker.state = .isolated
        members[place].nextStepAt = nil
        let notice =
            "worker \(name) is isolated: it has been silent since \(members[place].worker.lastBeatAt), "
            + "and \(restarts) restarts did not help"
        return [.isolate(id, notice: notice)]
    }

    /// How many silent workers fell silent within one `unresponsive` span of a member, itself included.
    private func silentTogether(with place: Int) -> Int {
        let start = members[place].worker.lastBeatAt
        return members.count { member in
            let distance = abs((member.worker.lastBeatAt - start).milliseconds)
            return member.worker.state.isAwaited && distance <= timing.unresponsive.milliseconds
        }
    }
}
