// SPDX-License-Identifier: Apache-2.0

import Domain

extension FleetRoster {
    /// Gives every group a healthy leader (C5), each change with a new term.
    ///
    /// While the leader that the group began with is away, the healthy follower with the fewest jobs leads (ties: the lower
    /// identifier); when it is back, it leads again. Where nobody is healthy, nothing changes.
    mutating func settleLeaders() -> [FleetAction] {
        let runners = members.indices.filter { members[$0].worker.group != nil }
        var actions: [FleetAction] = []
        for start in stride(from: 0, to: runners.count, by: sizes.groupSize) {
            let group = runners[start..<min(start + sizes.groupSize, runners.count)]
            guard let chosen = leader(of: group), !members[chosen].worker.isLeader else { continue }
            actions += promote(chosen, in: group)
        }
        return actions
    }

    /// Who should lead a group, whose first place is that of the leader that it began with; nil when nobody is healthy.
    private func leader(of group: ArraySlice<Int>) -> Int? {
        let present = group.filter { members[$0].worker.state.isHealthy || members[$0].worker.state == .starting }
        if let first = group.first, present.contains(first) { return first }
        if let leader = present.first(where: { members[$0].worker.isLeader }) { return leader }
        return present.filter { members[$0].worker.state.isHealthy }.min { left, right in
            let (left, right) = (members[left].worker, members[right].worker)
            return (left.inFlight, left.id) < (right.inFlight, right.id)
        }
    }

    private mutating func promote(_ chosen: Int, in group: ArraySlice<Int>) -> [FleetAction] {
        let number = members[chosen].worker.group ?? 0
        let term = (group.map { members[$0].worker.leaderTerm }.max() ?? 0) + 1
        var actions: [FleetAction] = []
        for place in group {
            if members[place].worker.isLeader { actions.append(.demote(members[place].worker.id, group: number)) }
            members[place].worker.isLeader = place == chosen
            members[place].worker.leaderTerm = term
        }
        return actions + [.promote(members[chosen].worker.id, group: number, term: term)]
    }
}
