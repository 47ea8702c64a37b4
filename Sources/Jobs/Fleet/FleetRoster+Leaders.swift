// SPDX-License-Identifier: Apache-2.0

package import Domain

/// Who should lead a group of trial runners (C5); pure.
package enum GroupLeader {
    /// A member of a group, as far as it matters for who leads.
    package struct Candidate: Hashable, Sendable {
        package var id: WorkerID
        /// Its place in the group, from 0.
        package var place: Int
        package var state: WorkerState
        package var inFlight: Int

        /// Creates a candidate.
        package init(id: WorkerID, place: Int, state: WorkerState, inFlight: Int) {
            self.id = id
            self.place = place
            self.state = state
            self.inFlight = inFlight
        }

        fileprivate var isPresent: Bool { state.isHealthy || state == .starting }
    }

    /// Who should lead, whatever order the candidates are in; nil when nobody is healthy.
    ///
    /// Whoever has the first place leads as long as it is there; otherwise the leader stays while it is healthy, and after it the healthy
    /// one with the fewest jobs leads (ties: the lower identifier).
    package static func choice(among candidates: [Candidate], current: WorkerID?) -> WorkerID? {
        let present = candidates.filter(\.isPresent)
        if let first = present.first(where: { $0.place == 0 }) { return first.id }
        if let leader = present.first(where: { $0.id == current }) { return leader.id }
        return present.filter(\.state.isHealthy)
            .min { ($0.inFlight, $0.id) < ($1.inFlight, $1.id) }?
            .id
    }
}

extension FleetRoster {
    /// Gives every group a healthy leader, each change with a new term; nothing where leases say who leads.
    mutating func settleLeaders() -> [FleetAction] {
        guard !leadersAreLeased else { return [] }
        let runners = members.indices.filter { members[$0].worker.group != nil }
        var actions: [FleetAction] = []
        for start in stride(from: 0, to: runners.count, by: sizes.groupSize) {
            let group = runners[start..<min(start + sizes.groupSize, runners.count)]
            let candidates = group.enumerated().map { place, index in candidate(members[index].worker, place: place) }
            let current = group.first { members[$0].worker.isLeader }.map { members[$0].worker.id }
            guard let chosen = GroupLeader.choice(among: candidates, current: current), chosen != current else {
                continue
            }
            actions += promote(chosen, in: group)
        }
        return actions
    }

    private func candidate(_ worker: Worker, place: Int) -> GroupLeader.Candidate {
        GroupLeader.Candidate(id: worker.id, place: place, state: worker.state, inFlight: worker.inFlight)
    }

    private mutating func promote(_ chosen: WorkerID, in group: ArraySlice<Int>) -> [FleetAction] {
        let number = group.first.flatMap { members[$0].worker.group } ?? 0
        let term = (group.map { members[$0].worker.leaderTerm }.max() ?? 0) + 1
        var actions: [FleetAction] = []
        for place in group {
            if members[place].worker.isLeader { actions.append(.demote(members[place].worker.id, group: number)) }
            members[place].worker.isLeader = members[place].worker.id == chosen
            members[place].worker.leaderTerm = term
        }
        return actions + [.promote(chosen, group: number, term: term)]
    }

    /// Takes over who leads which group, as leases say: for each group the leader and its term.
    mutating func lead(_ leaders: [Int: (worker: WorkerID?, term: Int)]) -> [FleetAction] {
        var actions: [FleetAction] = []
        for place in members.indices {
            guard let group = members[place].worker.group else { continue }
            let leader = leaders[group]
            let (wasLeader, formerTerm) = (members[place].worker.isLeader, members[place].worker.leaderTerm)
            let id = members[place].worker.id
            let leads = leader?.worker == id
            members[place].worker.isLeader = leads
            members[place].worker.leaderTerm = leader?.term ?? 0
            if leads, !wasLeader || formerTerm != leader?.term {
                actions.append(.promote(id, group: group, term: leader?.term ?? 0))
            } else if wasLeader, !leads {
                actions.append(.demote(id, group: group))
            }
        }
        return actions
    }
}
