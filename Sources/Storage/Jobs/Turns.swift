// SPDX-License-Identifier: Apache-2.0

import Domain

/// Gives waiting jobs their turns, so that campaigns take turns within a kind and priority however many jobs each of them adds.
///
/// Start-time fair queueing with jobs of one size: a job's turn is one after the last of its share (its campaign; its workspace where
/// it has none), and not before the turn that is being served. Jobs are given out by turn. Source: Goyal, Vin and Cheng, "Start-time
/// Fair Queueing", IEEE/ACM Transactions on Networking 5 (1997).
struct Turns: Sendable {
    /// Jobs that are given out by turn among themselves.
    struct Lane: Hashable, Sendable {
        var kind: JobKind
        var priority: JobPriority
    }

    /// One share of a lane.
    struct Share: Hashable, Sendable {
        var lane: Lane
        /// The campaign, or the workspace; empty for the lane itself, whose turn is the one that is being served.
        var name: String
    }

    private var last: [Share: Int64] = [:]
    private var changed: Set<Share> = []

    /// Takes up what was stored.
    init(stored: [(Share, Int64)] = []) {
        for (share, turn) in stored { last[share] = turn }
    }

    /// The turn of the next job of a campaign or workspace; one that comes back, having had its turn before, is served next.
    mutating func next(_ job: Job, comesBack: Bool = false) -> Int64 {
        let lane = Lane(kind: job.kind, priority: job.priority)
        if comesBack { return last[Share(lane: lane, name: "")] ?? 0 }
        let share = Share(lane: lane, name: job.campaign?.text ?? job.workspace.name)
        let turn = max(last[share] ?? 0, last[Share(lane: lane, name: "")] ?? 0) + 1
        last[share] = turn
        changed.insert(share)
        return turn
    }

    /// Notes that a job of a turn was given out.
    mutating func served(_ turn: Int64, of job: Job) {
        let share = Share(lane: Lane(kind: job.kind, priority: job.priority), name: "")
        guard turn - 1 > last[share] ?? 0 else { return }
        last[share] = turn - 1
        changed.insert(share)
    }

    /// Takes what has changed since it was last asked, to be stored.
    mutating func takeChanges() -> [(Share, Int64)] {
        guard !changed.isEmpty else { return [] }
        defer { changed.removeAll(keepingCapacity: true) }
        return changed.compactMap { share in last[share].map { (share, $0) } }
    }

    /// Forgets shares whose last turn was served: the next turn is the same without them; returns them.
    mutating func forgetServed() -> [Share] {
        let served = last.filter { share, turn in
            !share.name.isEmpty && turn <= last[Share(lane: share.lane, name: "")] ?? 0
        }
        for share in served.keys {
            last[share] = nil
            changed.remove(share)
        }
        return Array(served.keys)
    }
}
