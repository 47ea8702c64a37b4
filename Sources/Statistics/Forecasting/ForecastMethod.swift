// SPDX-License-Identifier: Apache-2.0

/// A way to continue an evenly spaced series.
package enum ForecastMethod: String, Sendable, Codable, CaseIterable {
    /// The last value goes on: "no change".
    case naive
    /// The mean step from the first to the last value goes on.
    case drift
    /// A straight line by least squares through the recent window goes on.
    case line
    /// An exponentially weighted mean, its weight chosen by one-step errors, goes on.
    case exponentialSmoothing

    /// The next values, one per step; nil without history.
    func continuation(of history: [Double], steps: Int, window: Int) -> [Double]? {
        guard let last = history.last else {
            return nil
        }
        switch self {
        case .naive:
            return Array(repeating: last, count: steps)
        case .drift:
            let slope = history.count > 1 ? (last - history[0]) / Double(history.count - 1) : 0
            return (1...steps).map { last + slope * Double($0) }
        case .line:
            return Self.line(Array(history.suffix(max(2, window))), steps)
        case .exponentialSmoothing:
            return Array(repeating: Self.smoothed(history), count: steps)
        }
    }

    private static func line(_ recent: [Double], _ steps: Int) -> [Double] {
        let moments = Moments(recent)
        let centre = Double(recent.count - 1) / 2
        var cross = 0.0
        var spread = 0.0
        for (index, value) in recent.enumerated() {
            let distance = Double(index) - centre
            cross += distance * (value - moments.mean)
            spread += distance * distance
        }
        let slope = spread > 0 ? cross / spread : 0
        return (1...steps).map { moments.mean + slope * (Double(recent.count - 1 + $0) - centre) }
    }

    private static func smoothed(_ history: [Double]) -> Double {
        var best = (error: Double.infinity, level: history[0])
        for tenth in 1...9 {
            let weight = Double(tenth) / 10
            var level = history[0]
            var error = 0.0
            for value in history.dropFirst() {
                error += (value - level) * (value - level)
                level += weight * (value - level)
            }
            if error < best.error {
                best = (error, level)
            }
        }
        return best.level
    }
}
