// SPDX-License-Identifier: Apache-2.0

/// What was known of each listed product at each step, in rows: the material to learn and to test on.
///
/// A row holds nothing later than its step, so a table of the whole panel serves every origin.
struct RankFeatureTable: Sendable {
    /// What the plain methods need of a history.
    struct Plain: Sendable {
        let recentMean: Float
        let smoothed: Float
        let level: Float
        let trend: Float
        /// The newest ranks, newest first, and how many of them there are.
        let newest: SIMD8<Float>
        let count: Int

        /// - Parameter history: the ranks of the run, oldest first; not empty.
        init(_ history: [Float]) {
            var newest = SIMD8<Float>(repeating: history.last ?? 0)
            for (index, value) in history.reversed().prefix(8).enumerated() { newest[index] = value }
            self.newest = newest
            count = history.count
            let recent = history.suffix(4)
            recentMean = recent.reduce(0, +) / Float(max(1, recent.count))
            var smoothed = history.first ?? 0
            var level = smoothed
            var trend = history.count > 1 ? history[1] - history[0] : 0
            for value in history.dropFirst() {
                smoothed += 0.6 * (value - smoothed)
                let before = level
                level = 0.8 * value + 0.2 * (level + 0.8 * trend)
                trend = 0.3 * (level - before) + 0.7 * 0.8 * trend
            }
            self.smoothed = smoothed
            self.level = level
            self.trend = trend
        }

        /// The forecast of a plain method; nil for those that learn from the panel.
        func rank(_ method: RankForecastMethod, now: Float, horizon: Int) -> Float? {
            switch method {
            case .naive: now
            case .recentMean: recentMean
            case .smoothing: smoothed
            case .halfSmoothing: (now + smoothed) / 2
            case .dampedTrend:
                level + trend
                    * (1...max(1, horizon)).reduce((sum: Float(0), power: Float(1))) { state, _ in
                        (state.sum + state.power * 0.8, state.power * 0.8)
                    }.sum
            case .kriging, .learned, .blend: nil
            }
        }
    }

    private(set) var positions: [Int32] = []
    private(set) var steps: [Int32] = []
    private(set) var ages: [Int32] = []
    private(set) var plain: [Plain] = []
    /// Row-major, `RankRuns.columns` a row.
    private(set) var values: [Float] = []
    let runs: RankRuns

    /// Takes all listed products of the steps, thinned at random to about `limit` rows.
    init(_ runs: RankRuns, steps range: Range<Int>, limit: Int, using generator: inout some RandomNumberGenerator) {
        self.runs = runs
        var total = 0
        for series in runs.panel.series {
            for step in range where series.ranks[step] > 0 { total += 1 }
        }
        let share = total > limit ? Double(limit) / Double(total) : 1
        for step in range {
            let rows = runs.features(at: step, minimumHistory: 1, thinnedTo: share, using: &generator)
            for row in rows {
                positions.append(Int32(row.position))
                self.steps.append(Int32(step))
                ages.append(Int32(runs.age(of: row.position, at: step)))
                plain.append(Plain(runs.history(of: row.position, at: step)))
                values += row.row
            }
        }
    }

    /// The number of rows.
    var count: Int { positions.count }

    /// The rank of a row's product.
    func now(_ row: Int) -> Float { values[row * RankRuns.columns] }

    /// The rank of a row's product some steps later: depth + 1 off the list, nil where nobody looked.
    func later(_ row: Int, _ horizon: Int) -> Float? {
        let step = Int(steps[row]) + horizon
        guard step < runs.panel.steps else { return nil }
        let rank = runs.panel.series[Int(positions[row])].ranks[step]
        return rank < 0 ? nil : Float(rank == 0 ? Int32(runs.panel.depth + 1) : rank)
    }

    /// The features of some rows.
    func features(of rows: [Int]) -> [Float] {
        var result: [Float] = []
        result.reserveCapacity(rows.count * RankRuns.columns)
        for row in rows {
            result += values[(row * RankRuns.columns)..<((row + 1) * RankRuns.columns)]
        }
        return result
    }
}
