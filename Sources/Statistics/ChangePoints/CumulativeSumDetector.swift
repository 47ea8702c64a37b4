// SPDX-License-Identifier: Apache-2.0

/// The two-sided cumulative-sum chart of Page on robust z scores: fast detection of small lasting shifts.
package struct CumulativeSumDetector: Sendable, Equatable {
    /// A shift that was detected.
    package struct Alarm: Sendable, Equatable, Codable {
        /// The index at which the sum crossed the limit.
        package let index: Int
        /// The index at which the sum last rose from 0: the estimate of when the shift began.
        package let start: Int
        /// Whether the values rose.
        package let isUpward: Bool
    }

    /// The deviation, in standard deviations, that is ignored; half of the shift to detect.
    package let slack: Double
    /// The sum, in standard deviations, that raises an alarm.
    package let limit: Double

    /// Makes a detector; throws unless slack is at least 0 and the limit positive.
    package init(slack: Double = 0.5, limit: Double = 5) throws(StatisticsError) {
        guard slack >= 0, slack.isFinite else {
            throw .invalidArgument(name: "slack", value: "\(slack)", remedy: "give 0 or more")
        }
        guard limit > 0, limit.isFinite else {
            throw .invalidArgument(name: "limit", value: "\(limit)", remedy: "give a positive number")
        }
        self.slack = slack
        self.limit = limit
    }

    /// Looks for shifts of the values against a baseline; sums start anew after an alarm.
    ///
    /// z = (value − median) / (1.4826 × median absolute deviation) of the baseline. An empty or constant baseline gives
    /// no alarms. Throws for a value that is not finite.
    package func alarms(in values: [Double], baseline: [Double]) throws(StatisticsError) -> [Alarm] {
        try values.requireFinite("values")
        try baseline.requireFinite("baseline")
        guard let scale = RobustScale(baseline), scale.spread > 0 else {
            return []
        }
        var alarms: [Alarm] = []
        var up = (sum: 0.0, start: 0)
        var down = up
        for (index, value) in values.enumerated() {
            let z = (value - scale.centre) / scale.spread
            up = step(up, z, index)
            down = step(down, -z, index)
            if up.sum > limit || down.sum > limit {
                let isUpward = up.sum >= down.sum
                alarms.append(Alarm(index: index, start: isUpward ? up.start : down.start, isUpward: isUpward))
                up = (0, index + 1)
                down = up
            }
        }
        return alarms
    }

    private func step(_ side: (sum: Double, start: Int), _ z: Double, _ index: Int) -> (sum: Double, start: Int) {
        let sum = max(0, side.sum + z - slack)
        return (sum, side.sum == 0 ? index : side.start)
    }
}
