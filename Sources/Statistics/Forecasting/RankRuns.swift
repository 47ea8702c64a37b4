// SPDX-License-Identifier: Apache-2.0

/// How long each product has been listed, and who came, went and stands above whom.
struct RankRuns: Sendable {
    /// A run goes on over gaps of so many steps.
    static let gap = 2
    /// A product is back after a long absence while it was first seen so many times as long ago as its run is long.
    static let absence = 8
    /// The longest history that is looked at.
    static let memory = 60

    let panel: RankPanel
    /// The number of steps listed in the present run, up to and with a step: series · steps + step; 0 when not listed.
    private var ages: [Int16]
    /// The first step listed, by series.
    private var firsts: [Int]
    /// The positions of the series of each list.
    private let members: [Range<Int>]

    init(_ panel: RankPanel) {
        self.panel = panel
        var ages = [Int16](repeating: 0, count: panel.series.count * panel.steps)
        var firsts: [Int] = []
        for (position, series) in panel.series.enumerated() {
            var age: Int16 = 0
            var missed = 0
            firsts.append(series.ranks.firstIndex { $0 > 0 } ?? panel.steps)
            for (step, rank) in series.ranks.enumerated() {
                if rank > 0 {
                    age = age == .max ? age : age + 1
                    missed = 0
                    ages[position * panel.steps + step] = age
                } else {
                    missed += 1
                    if missed > Self.gap { age = 0 }
                }
            }
        }
        self.ages = ages
        self.firsts = firsts
        var members: [Range<Int>] = []
        for (position, list) in panel.lists.enumerated() {
            if list == members.count {
                members.append(position..<(position + 1))
            } else {
                members[list] = members[list].lowerBound..<(position + 1)
            }
        }
        self.members = members
    }

    /// The number of ranks in the present run; 0 when not listed.
    func age(of position: Int, at step: Int) -> Int {
        Int(ages[position * panel.steps + step])
    }

    /// The ranks of the present run, oldest first, gaps filled on a straight line; empty when not listed.
    func history(of position: Int, at step: Int) -> [Float] {
        let ranks = panel.series[position].ranks
        guard ranks[step] > 0 else { return [] }
        var values: [Float] = []
        var missed = 0
        var at = step
        while at >= 0, at > step - Self.memory {
            if ranks[at] > 0 {
                let value = Float(ranks[at])
                if missed > 0, let last = values.last {
                    for gap in 1...missed {
                        values.append(last + (value - last) * Float(gap) / Float(missed + 1))
                    }
                }
                missed = 0
                values.append(value)
            } else {
                missed += 1
                if missed > Self.gap { break }
            }
            at -= 1
        }
        return values.reversed()
    }

    /// The features of a random share of the listed products of a step with at least so many ranks in their run.
    func features(
        at step: Int,
        minimumHistory: Int,
        thinnedTo share: Double,
        using generator: inout some RandomNumberGenerator
    ) -> [(position: Int, row: [Float])] {
        var result: [(position: Int, row: [Float])] = []
        for list in members {
            let crowd = Crowd(self, list, step)
            for position in list where panel.series[position].ranks[step] > 0 {
                guard age(of: position, at: step) >= minimumHistory else { continue }
                guard share >= 1 || Double.random(in: 0..<1, using: &generator) < share else { continue }
                result.append((position, row(position, step, crowd)))
            }
        }
        return result
    }

    /// How many features a row has.
    static let columns = 21

    private func row(_ position: Int, _ step: Int, _ crowd: Crowd) -> [Float] {
        let history = history(of: position, at: step)
        let last = history.count - 1
        let now = history[last]
        func change(_ steps: Int) -> Float { now - history[max(0, last - steps)] }
        var peak = now
        var sincePeak = 0
        for (index, value) in history.enumerated() where value <= peak {
            peak = value
            sincePeak = last - index
        }
        let recent = history.suffix(4)
        let mean = recent.reduce(0, +) / Float(recent.count)
        let variance = recent.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Float(recent.count)
        let rank = Int(panel.series[position].ranks[step])
        let before = Double(history[max(0, last - 1)])
        return [
            now, change(1), change(2), change(4), change(8), Float(history.count), peak, now - peak,
            variance.squareRoot(), panel.season[step], Float(crowd.newAbove[rank]), Float(crowd.secondAbove[rank]),
            Float(crowd.newAbove[panel.depth + 1]), Float(sincePeak),
            Float(RankScale.place(Double(now)) - RankScale.place(before)), mean - now,
            Float(min(300, step - firsts[position])), Float(crowd.secondAbove[panel.depth + 1]),
            Float(crowd.goneAbove[rank]), Float(crowd.backAbove[rank]), Float(crowd.backAbove[panel.depth + 1]),
        ]
    }

    /// How many newcomers, returners and leavers stand above each rank of a list.
    private struct Crowd {
        var newAbove: [Int32]
        var secondAbove: [Int32]
        var goneAbove: [Int32]
        /// Products that are back after a long absence: what returns together, as the songs of a season, leaves together.
        var backAbove: [Int32]

        init(_ runs: RankRuns, _ members: Range<Int>, _ step: Int) {
            let panel = runs.panel
            let size = panel.depth + 2
            newAbove = [Int32](repeating: 0, count: size)
            secondAbove = newAbove
            goneAbove = newAbove
            backAbove = newAbove
            for position in members {
                let rank = Int(panel.series[position].ranks[step])
                if rank > 0 {
                    let age = runs.age(of: position, at: step)
                    if step - runs.firsts[position] >= RankRuns.absence * age { backAbove[rank] += 1 }
                    switch age {
                    case 1: newAbove[rank] += 1
                    case 2: secondAbove[rank] += 1
                    default: break
                    }
                } else if step > 0, rank == 0, panel.series[position].ranks[step - 1] > 0 {
                    goneAbove[Int(panel.series[position].ranks[step - 1])] += 1
                }
            }
            Self.accumulate(&newAbove)
            Self.accumulate(&secondAbove)
            Self.accumulate(&goneAbove)
            Self.accumulate(&backAbove)
        }

        /// Turns counts at ranks into counts above them.
        private static func accumulate(_ counts: inout [Int32]) {
            var sum: Int32 = 0
            for index in counts.indices {
                let here = counts[index]
                counts[index] = sum
                sum += here
            }
        }
    }
}
