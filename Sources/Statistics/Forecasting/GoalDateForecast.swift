// SPDX-License-Identifier: Apache-2.0

/// When a product will first stand at or above a target rank, as a distribution over steps.
///
/// JSON keys are the names of the properties.
package struct GoalDateForecast: Sendable, Equatable, Codable {
    /// The probability that the target has been met within s + 1 steps, at index s.
    package let reached: [Double]
    /// The number of past moves that it rests on.
    package let moves: Int

    /// The probability that it is not met within the forecast.
    package var notReached: Double { 1 - (reached.last ?? 0) }

    /// The first step by which the probability is at least a share; nil when not within the forecast.
    package func step(atProbability share: Double) -> Int? {
        reached.firstIndex { $0 >= share }.map { $0 + 1 }
    }
}

/// What happened to products in a like situation: moves in one step by rank and by the move before.
///
/// From a rank and the last move (better, same, worse) a path takes the move of a past case of the same tenth of the scale
/// and the same kind of last move, drawn at random; a product off the list comes back as those of the past did. With
/// fewer than 20 cases in a cell the whole tenth serves, then all. Moves are taken on the scale of `RankScale`.
package struct RankTransitions: Sendable {
    private enum Step: Sendable {
        case move(Double)
        case leave
    }

    private let depth: Int
    /// By band and kind of last move.
    private var cells: [[Step]]
    private var bands: [[Step]]
    private var all: [Step] = []
    /// The ranks at which products came back, and how many steps products were off the list in all.
    private var returns: [Double] = []
    private var absent = 0

    private static let bandCount = 10
    private static let kinds = 3
    private static let leastCases = 20

    /// Learns from all series of a panel up to a step.
    package init(_ panel: RankPanel, upTo origin: Int) {
        depth = panel.depth
        cells = Array(repeating: [], count: Self.bandCount * Self.kinds)
        bands = Array(repeating: [], count: Self.bandCount)
        let last = min(origin, panel.steps - 1)
        for series in panel.series {
            var wasListed = false
            var previous = 0.0
            for step in stride(from: 0, to: last, by: 1) {
                let rank = series.ranks[step]
                let next = series.ranks[step + 1]
                guard rank >= 0, next >= 0 else { continue }
                if rank == 0 {
                    guard wasListed else { continue }
                    absent += 1
                    if next > 0 { returns.append(Double(next)) }
                    continue
                }
                let place = RankScale.place(Double(rank))
                let kind = wasListed ? Self.kind(place - previous) : 1
                let happened: Step = next > 0 ? .move(RankScale.place(Double(next)) - place) : .leave
                let band = Self.band(Double(rank), depth)
                cells[band * Self.kinds + kind].append(happened)
                bands[band].append(happened)
                all.append(happened)
                wasListed = true
                previous = place
            }
        }
    }

    /// The distribution of the first step at which the rank is at most a target.
    ///
    /// - Parameters:
    ///   - target: the rank to reach.
    ///   - now: where the product stands.
    ///   - before: its rank one step ago; nil when not known.
    ///   - steps: how far to look.
    ///   - paths: how many paths to draw.
    ///   - generator: draws the past cases.
    /// - Returns: the distribution.
    /// - Throws: when there are no past moves or an argument is out of range.
    package func reaching(
        _ target: Int,
        from now: RankOutcome,
        before: RankOutcome? = nil,
        steps: Int,
        paths: Int = 2_000,
        using generator: inout some RandomNumberGenerator
    ) throws(StatisticsError) -> GoalDateForecast {
        guard !all.isEmpty else {
            throw .tooFewObservations(subject: "The moves of the panel", found: 0, needed: 1)
        }
        guard (1...depth).contains(target), (1...10_000).contains(steps), (1...100_000).contains(paths) else {
            throw .invalidArgument(
                name: "target, steps or paths",
                value: "\(target), \(steps) or \(paths)",
                remedy: "give a rank within the depth of \(depth), 1 to 10,000 steps and 1 to 100,000 paths"
            )
        }
        try now.validate()
        var first = [Int](repeating: 0, count: steps)
        for _ in 0..<paths {
            if let step = firstPassage(Double(target), now, before, steps, using: &generator) {
                first[step] += 1
            }
        }
        var sum = 0
        let reached = first.map { count in
            sum += count
            return Double(sum) / Double(paths)
        }
        return GoalDateForecast(reached: reached, moves: all.count)
    }

    /// The index of the step at which one path first reaches the target.
    private func firstPassage(
        _ target: Double,
        _ now: RankOutcome,
        _ before: RankOutcome?,
        _ steps: Int,
        using generator: inout some RandomNumberGenerator
    ) -> Int? {
        var rank = now.rank.map { Double(min($0, depth)) }
        let place = rank.map { RankScale.place($0) } ?? 0
        var kind = before?.rank.map { Self.kind(place - RankScale.place(Double($0))) } ?? 1
        for step in 0..<steps {
            if let present = rank {
                switch draw(present, kind, using: &generator) {
                case .move(let move):
                    let next = RankScale.rank(RankScale.place(present) + move)
                    rank = min(max(next, 1), Double(depth))
                    kind = Self.kind(move)
                case .leave:
                    rank = nil
                }
            } else if !returns.isEmpty, Int.random(in: 0..<max(1, absent), using: &generator) < returns.count {
                rank = returns[Int.random(in: returns.indices, using: &generator)]
                kind = 1
            }
            if let rank, rank < target + 0.5 { return step }
        }
        return nil
    }

    private func draw(_ rank: Double, _ kind: Int, using generator: inout some RandomNumberGenerator) -> Step {
        let band = Self.band(rank, depth)
        let cell = cells[band * Self.kinds + kind]
        let cases = cell.count >= Self.leastCases ? cell : (bands[band].count >= Self.leastCases ? bands[band] : all)
        return cases[Int.random(in: cases.indices, using: &generator)]
    }

    /// 0 for better, 1 for about the same, 2 for worse.
    private static func kind(_ move: Double) -> Int {
        move < -0.03 ? 0 : (move > 0.03 ? 2 : 1)
    }

    private static func band(_ rank: Double, _ depth: Int) -> Int {
        let share = RankScale.place(rank) / RankScale.place(Double(depth + 1))
        return min(bandCount - 1, max(0, Int(share * Double(bandCount))))
    }
}
