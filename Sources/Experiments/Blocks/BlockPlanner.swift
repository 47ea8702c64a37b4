// SPDX-License-Identifier: Apache-2.0
package import Domain

/// Makes trials of combinations: in random order, in blocks, with the control in each block.
package struct BlockPlanner {
    /// A trial before it has an identifier.
    package struct PlannedTrial: Hashable, Sendable {
        /// The block's number within the campaign.
        package var block: Int
        /// The place in the campaign's run order.
        package var position: Int
        package var unit: String
        package var combination: Combination
        package var purpose: Trial.Purpose
    }

    /// Plans every replicate of every member, the earliest trials first.
    ///
    /// With several units a block is one time slot: each unit has at most one trial in it, and the controls move over the
    /// units, so that every unit has its control equally often in the long run, at changing places in the day. With one
    /// unit a block is a run of `blockSize` trials. Within a block everything is in random order. Replicates are spread over
    /// time, over blocks and over units as evenly as can be. A block always has a control and another trial: a block
    /// too small for `controlsPerBlock` has fewer controls, never none. Members that equal the control are left out.
    /// `limit` bounds the number of trials, controls included: blocks that do not fit whole are left out, but the first
    /// block is shortened.
    package static func plan(
        members: [Generation.Member],
        purpose: Trial.Purpose,
        units: [String],
        control: Combination,
        controlsPerBlock: Int,
        blockSize: Int,
        firstBlock: Int,
        firstPosition: Int,
        limit: Int?,
        using generator: inout SplitMix64
    ) -> [PlannedTrial] {
        guard let firstUnit = units.first else { return [] }
        let size = units.count > 1 ? units.count : max(2, blockSize)
        let controls = min(max(1, controlsPerBlock), size - 1)
        var queue = spread(members.filter { $0.combination != control }, using: &generator)
        var placement = UnitPlacement(units: units.count)
        var plan: [PlannedTrial] = []
        var block = firstBlock
        while !queue.isEmpty {
            var room = min(size, controls + queue.count)
            if let limit, plan.count + room > limit {
                guard plan.isEmpty, limit >= 2 else { break }
                room = limit
            }
            let controlCount = min(controls, room - 1)
            let chosen = take(room - controlCount, from: &queue)
            var trials: [PlannedTrial] = []
            func add(_ unit: Int, _ combination: Combination, _ purpose: Trial.Purpose) {
                let unit = units.indices.contains(unit) ? units[unit] : firstUnit
                trials.append(
                    PlannedTrial(block: block, position: 0, unit: unit, combination: combination, purpose: purpose)
                )
            }
            if units.count > 1 {
                let controlUnits = placement.controlUnits(controlCount, perBlock: controls, block: block)
                for unit in controlUnits {
                    add(unit, control, .control)
                }
                for (unit, combination) in placement.place(chosen, besides: controlUnits, using: &generator) {
                    add(unit, combination, purpose)
                }
            } else {
                for _ in 0..<controlCount {
                    add(0, control, .control)
                }
                for combination in chosen {
                    add(0, combination, purpose)
                }
            }
            plan += trials.shuffled(using: &generator)
            block += 1
        }
        return numbered(plan, from: firstPosition)
    }

    /// Every replicate of every member in random order, a member's replicates spread evenly from first to last.
    private static func spread(
        _ members: [Generation.Member],
        using generator: inout SplitMix64
    ) -> [Combination] {
        var keyed: [(key: Double, combination: Combination)] = []
        for member in members {
            for replicate in 0..<max(0, member.replicates) {
                let place = Double(replicate) + Double.random(in: 0..<1, using: &generator)
                keyed.append((place / Double(member.replicates), member.combination))
            }
        }
        keyed.sort { $0.key != $1.key ? $0.key < $1.key : $0.combination < $1.combination }
        return keyed.map(\.combination)
    }

    /// Takes the first trials of different combinations; the same combination again only when there is no other.
    private static func take(_ count: Int, from queue: inout [Combination]) -> [Combination] {
        var chosen: [Combination] = []
        var met: Set<Combination> = []
        var skipped: [Combination] = []
        var next = 0
        while chosen.count < count, next < queue.count {
            let combination = queue[next]
            next += 1
            if met.insert(combination).inserted {
                chosen.append(combination)
            } else {
                skipped.append(combination)
            }
        }
        let repeats = min(count - chosen.count, skipped.count)
        chosen += skipped.prefix(repeats)
        queue.replaceSubrange(0..<next, with: skipped.dropFirst(repeats))
        return chosen
    }

    /// The trials with their places in the run order.
    static func numbered(_ plan: [PlannedTrial], from first: Int) -> [PlannedTrial] {
        plan.enumerated().map { index, trial in
            var trial = trial
            trial.position = first + index
            return trial
        }
    }
}
