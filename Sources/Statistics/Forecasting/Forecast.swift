// SPDX-License-Identifier: Apache-2.0

/// The continuation of an evenly spaced series by the method that did best in a rolling back-test.
///
/// JSON keys are the names of the properties. A method is used only when it beat "no change"; otherwise the forecast is
/// "no change" and the others are marked as not to be shown. Intervals are split-conformal: quantiles of the winner's
/// absolute back-test errors at the same number of steps ahead.
package struct Forecast: Sendable, Equatable, Codable {
    /// How a method did in the back-test.
    package struct Candidate: Sendable, Equatable, Codable {
        /// The method.
        package let method: ForecastMethod
        /// Its mean absolute error over all origins and steps; nil when the series is too short to test.
        package let meanAbsoluteError: Double?
        /// 1 − error / error of "no change"; above 0 is better than no change.
        ///
        /// Nil when the error of "no change" is 0 or unknown.
        package let skill: Double?
        /// Whether it may be shown: only "no change" and what beats it.
        package let isShown: Bool
    }

    /// The forecast a number of steps ahead.
    package struct Point: Sendable, Equatable, Codable {
        /// Steps ahead, from 1.
        package let step: Int
        /// The expected value.
        package let value: Double
        /// Its interval; nil when the series is too short to test.
        ///
        /// Its confidence may be below what was asked when there are few errors to learn from.
        package let interval: Interval?
    }

    /// When a target is met, in steps from the last value.
    package struct Reach: Sendable, Equatable, Codable {
        /// By the expected values; nil when not within the forecast.
        package let expected: Int?
        /// By the favourable ends of the intervals.
        package let earliest: Int?
        /// By the unfavourable ends; nil when not sure within the forecast.
        package let latest: Int?
    }

    /// The winner.
    package let method: ForecastMethod
    /// The winner's skill; 0 for "no change".
    package let skill: Double
    /// One point per step ahead.
    package let points: [Point]
    /// All methods, in their fixed order.
    package let candidates: [Candidate]
    /// The number of origins in the back-test.
    package let origins: Int

    /// Forecasts a series.
    ///
    /// `window` is the number of recent values that a straight line goes through. At most `maximumOrigins` recent
    /// origins are tested, each with at least `minimumHistory` values before it. Throws for an empty series, a value
    /// that is not finite, or a horizon below 1.
    package init(
        _ series: [Double],
        horizon: Int,
        confidence: Double = 0.9,
        window: Int = 24,
        minimumHistory: Int = 8,
        maximumOrigins: Int = 120
    ) throws(StatisticsError) {
        try Interval.validate(confidence: confidence)
        try series.requireFinite("series")
        guard !series.isEmpty else {
            throw .tooFewObservations(subject: "The series", found: 0, needed: 1)
        }
        guard (1...10_000).contains(horizon) else {
            throw .invalidArgument(name: "horizon", value: "\(horizon)", remedy: "give 1 to 10,000 steps")
        }
        let first = max(max(2, minimumHistory), series.count - maximumOrigins)
        let origins = first < series.count ? Array(first..<series.count) : []
        let tests = ForecastMethod.allCases.map {
            Backtest($0, series, origins: origins, horizon: horizon, window: window)
        }
        let naiveError = tests[0].meanAbsoluteError
        let candidates = tests.map { test in
            let skill: Double? =
                if let error = test.meanAbsoluteError, let naiveError, naiveError > 0 {
                    1 - error / naiveError
                } else {
                    nil
                }
            return Candidate(
                method: test.method,
                meanAbsoluteError: test.meanAbsoluteError,
                skill: skill,
                isShown: test.method == .naive || (skill ?? 0) > 0
            )
        }
        let winner =
            candidates.indices.max { (candidates[$0].skill ?? 0) < (candidates[$1].skill ?? 0) }
            .flatMap { (candidates[$0].skill ?? 0) > 0 ? $0 : nil } ?? 0
        self.candidates = candidates
        self.origins = origins.count
        method = candidates[winner].method
        skill = candidates[winner].skill ?? 0
        let values = method.continuation(of: series, steps: horizon, window: window) ?? []
        points = Self.points(values, tests[winner], confidence)
    }

    private static func points(_ values: [Double], _ test: Backtest, _ confidence: Double) -> [Point] {
        var widest = 0.0
        var reached = confidence
        return values.enumerated().map { index, value in
            if let quantile = test.conformalQuantile(step: index, confidence: confidence) {
                widest = max(widest, quantile.width)
                reached = min(reached, quantile.confidence)
            } else {
                return Point(step: index + 1, value: value, interval: nil)
            }
            let interval = Interval(
                estimate: value,
                lower: value - widest,
                upper: value + widest,
                confidence: reached
            )
            return Point(step: index + 1, value: value, interval: interval)
        }
    }

    /// When the series meets a target; nil when neither the expected value nor an interval's end does.
    ///
    /// With `lowerIsBetter`, as for ranks, it is met at or below the target. Add the steps to the time of the last
    /// value to get dates.
    package func reaching(_ target: Double, lowerIsBetter: Bool = true) -> Reach? {
        func first(_ value: (Point) -> Double?) -> Int? {
            points.first { point in
                value(point).map { lowerIsBetter ? $0 <= target : $0 >= target } ?? false
            }?.step
        }
        let reach = Reach(
            expected: first { $0.value },
            earliest: first { lowerIsBetter ? $0.interval?.lower : $0.interval?.upper },
            latest: first { lowerIsBetter ? $0.interval?.upper : $0.interval?.lower }
        )
        return reach.expected == nil && reach.earliest == nil ? nil : reach
    }
}

/// The errors of one method from several origins.
struct Backtest: Sendable {
    let method: ForecastMethod
    /// The absolute errors by steps ahead less one.
    let errors: [[Double]]

    init(_ method: ForecastMethod, _ series: [Double], origins: [Int], horizon: Int, window: Int) {
        var errors = [[Double]](repeating: [], count: horizon)
        for origin in origins {
            let steps = min(horizon, series.count - origin)
            let history = Array(series[..<origin])
            let values = method.continuation(of: history, steps: steps, window: window) ?? []
            for (index, value) in values.enumerated() {
                errors[index].append((series[origin + index] - value).magnitude)
            }
        }
        self.method = method
        self.errors = errors
    }

    /// The mean over all origins and steps; nil without any.
    var meanAbsoluteError: Double? {
        let count = errors.reduce(0) { $0 + $1.count }
        return count > 0 ? errors.reduce(0) { $0 + $1.reduce(0, +) } / Double(count) : nil
    }

    /// The error that a share `confidence` of new errors stays below, were they exchangeable with the tested ones.
    ///
    /// With m errors the ⌈(m + 1)·confidence⌉-th smallest; when that is beyond the greatest, the greatest with the
    /// confidence m / (m + 1) that it has.
    func conformalQuantile(step: Int, confidence: Double) -> (width: Double, confidence: Double)? {
        let sorted = errors[step].sorted()
        guard let greatest = sorted.last else {
            return nil
        }
        let m = Double(sorted.count)
        let position = Int(((m + 1) * confidence).rounded(.up))
        return position <= sorted.count ? (sorted[position - 1], confidence) : (greatest, m / (m + 1))
    }
}
