// SPDX-License-Identifier: Apache-2.0
import Foundation

/// Which power of a positive response a linear model fits best, and whether the response itself will do.
///
/// JSON keys are the names of the properties. Source: G. E. P. Box and D. R. Cox, Journal of the Royal Statistical
/// Society B 26 (1964).
package struct BoxCoxProfile: Sendable, Equatable, Codable {
    /// A power and how likely the data are under it.
    package struct Point: Sendable, Equatable, Codable {
        package let lambda: Double
        package let logLikelihood: Double
    }

    /// The best power between −2 and 2, with its interval by the likelihood ratio; 0 stands for the logarithm.
    package let lambda: Interval
    /// The simplest power within the interval: 1 when it is there, else the nearest of −2, −1, −½, 0, ½ and 2.
    package let advised: Double?
    /// The profile, by powers of steps of 0.1.
    package let profile: [Point]
    /// What to do, in one English sentence or two.
    package let advice: String

    /// Whether the response should stay as it is.
    package var keepsResponse: Bool { advised == 1 }

    private static let named: [(lambda: Double, name: String)] = [
        (1, "the response itself"), (0, "its logarithm"), (0.5, "its square root"), (-1, "its reciprocal"),
        (-0.5, "the reciprocal of its square root"), (2, "its square"), (-2, "the reciprocal of its square"),
    ]

    /// Profiles the powers of a response that must be positive.
    ///
    /// `residuals` fits the model to several transformed responses at once and tells their residual sums of squares.
    /// Throws for values that are not positive and finite, and when a fit is perfect or fails.
    package init(
        response: [Double],
        confidence: Double = 0.95,
        residuals: ([[Double]]) throws -> [Double]
    ) throws {
        try Interval.validate(confidence: confidence)
        guard response.count > 2 else {
            throw StatisticsError.tooFewObservations(subject: "Responses", found: response.count, needed: 3)
        }
        try response.requireFinite("response")
        if let row = response.firstIndex(where: { $0 <= 0 }) {
            throw StatisticsError.invalidArgument(
                name: "response, row \(row + 1)",
                value: "\(response[row])",
                remedy: "powers need positive values; add a constant first if that makes sense"
            )
        }
        let logs = response.map { log($0) }
        let centre = Moments(logs).mean
        let centred = logs.map { $0 - centre }
        let half = Double(response.count) / 2
        let spread = centred.reduce(0) { $0 + $1 * $1 }
        func likelihoods(_ lambdas: [Double]) throws -> [Point] {
            let sums = try residuals(lambdas.map { Self.transformed(centred, $0) })
            guard sums.allSatisfy({ $0 > 1e-20 * spread }) else {
                throw StatisticsError.invalidArgument(
                    name: "response",
                    value: "a perfect fit",
                    remedy: "leave terms out, so that there is a residual"
                )
            }
            return zip(lambdas, sums).map { Point(lambda: $0, logLikelihood: -half * log($1)) }
        }
        let grid = try likelihoods((-20...20).map { Double($0) / 10 })
        var best = grid.max(by: Self.isLess) ?? grid[0]
        for step in [0.01, 0.001, 0.0001] {
            let near = try likelihoods(
                (-10...10).map { min(2, max(-2, best.lambda + Double($0) * step)) }
            )
            best = near.max(by: Self.isLess) ?? best
        }
        let drop = (ChiSquared(degreesOfFreedom: 1)?.quantile(confidence) ?? 0) / 2
        let limit = best.logLikelihood - drop
        lambda = Interval(
            estimate: best.lambda,
            lower: try Self.edge(best, limit, grid.reversed(), likelihoods),
            upper: try Self.edge(best, limit, grid, likelihoods),
            confidence: confidence
        )
        // Plus the Jacobian's part, which is the same for all powers, so that values compare with other programs'.
        let jacobian = -Double(response.count) * centre
        profile = grid.map { Point(lambda: $0.lambda, logLikelihood: $0.logLikelihood + jacobian) }
        let within = Self.named.filter { [lambda] in lambda.contains($0.lambda) }
        let chosen =
            within.first { $0.lambda == 1 }
            ?? within.min { ($0.lambda - best.lambda).magnitude < ($1.lambda - best.lambda).magnitude }
        advised = chosen?.lambda
        advice = Self.advice(chosen, lambda, response)
    }

    /// (y^λ − 1) / λ of values given by their centred logarithms; the logarithm at 0.
    static func transformed(_ logs: [Double], _ lambda: Double) -> [Double] {
        lambda.magnitude < 1e-9 ? logs : logs.map { expm1(lambda * $0) / lambda }
    }

    private static func isLess(_ a: Point, _ b: Point) -> Bool {
        a.logLikelihood < b.logLikelihood
    }

    /// Where the profile falls to the limit, walking outwards; ±2 where it does not.
    private static func edge(
        _ best: Point,
        _ limit: Double,
        _ grid: some Sequence<Point>,
        _ likelihoods: ([Double]) throws -> [Point]
    ) throws -> Double {
        let points = Array(grid)
        let sign = points[0].lambda < points[points.count - 1].lambda ? 1.0 : -1.0
        let outwards = points.filter { ($0.lambda - best.lambda) * sign > 0 }
        guard let outside = outwards.firstIndex(where: { $0.logLikelihood < limit }) else {
            return 2 * sign
        }
        var low = outside > 0 ? outwards[outside - 1].lambda : best.lambda
        var high = outwards[outside].lambda
        for _ in 0..<4 {
            let inner = try likelihoods((0...16).map { low + (high - low) * Double($0) / 16 })
            guard let cut = inner.firstIndex(where: { $0.logLikelihood < limit }), cut > 0 else {
                break
            }
            low = inner[cut - 1].lambda
            high = inner[cut].lambda
        }
        return (low + high) / 2
    }

    private static func advice(
        _ chosen: (lambda: Double, name: String)?,
        _ interval: Interval,
        _ response: [Double]
    ) -> String {
        let range =
            "the best power is \(short(interval.estimate)), between \(short(interval.lower)) and "
            + "\(short(interval.upper)) with \(short(interval.confidence * 100)) % confidence"
        let spread = (response.max() ?? 1) / (response.min() ?? 1)
        guard let chosen else {
            return "No simple power fits: \(range). Look at the residuals before choosing one."
        }
        guard chosen.lambda != 1 else {
            return "No transformation is needed: \(range), and 1 is the response itself."
        }
        let small = spread < 2 ? " The response varies less than twofold, so that it will change little." : ""
        return "Analyse \(chosen.name) instead of the response: \(range).\(small)"
    }

    private static func short(_ value: Double) -> String {
        let rounded = (value * 100).rounded() / 100
        return Int(exactly: rounded).map { "\($0)" } ?? "\(rounded)"
    }
}
