// SPDX-License-Identifier: Apache-2.0
import Foundation

/// The density of the statistic at a look, on the part of its range where the test went on.
///
/// The recursion of P. Armitage, C. K. McPherson and B. C. Rowe (JRSS A 132, 1969) with the grid and Simpson weights of
/// C. Jennison and B. W. Turnbull (Group Sequential Methods, 2000, chapter 19). The statistic at information t is
/// normal with mean drift × √t and variance 1, its increments independent.
struct ContinuationDensity {
    /// Grid fineness: 6 r − 1 points before midpoints are added; errors are below 1e-8.
    private static let fineness = 24

    /// The share of the maximal information at the last look; 0 before the first.
    private(set) var information = 0.0
    private let drift: Double
    /// Points of the statistic, and density times integration weight there; empty before the first look.
    private var points: [Double] = []
    private var masses: [Double] = []

    init(drift: Double) {
        self.drift = drift
    }

    /// The chance to have gone on so far and to see a statistic of at least `bound` at the next look.
    func upperTail(above bound: Double, at next: Double) -> Double {
        tail(bound, next, sign: 1)
    }

    /// The chance to have gone on so far and to see a statistic below `bound` at the next look.
    func lowerTail(below bound: Double, at next: Double) -> Double {
        tail(bound, next, sign: -1)
    }

    private func tail(_ bound: Double, _ next: Double, sign: Double) -> Double {
        guard bound.isFinite else {
            return bound * sign > 0 ? 0 : total
        }
        let root = next.squareRoot()
        if points.isEmpty {
            return Self.upperNormal(sign * (bound - drift * root))
        }
        let step = next - information
        let scale = 1 / step.squareRoot()
        let ratio = information.squareRoot()
        let shift = bound * root - drift * step
        var sum = 0.0
        for index in points.indices {
            sum += masses[index] * Self.upperNormal(sign * (shift - points[index] * ratio) * scale)
        }
        return sum
    }

    /// The chance to have gone on so far.
    private var total: Double {
        points.isEmpty ? 1 : masses.reduce(0, +)
    }

    private static func upperNormal(_ x: Double) -> Double {
        0.5 * erfc(x * 0.5.squareRoot())
    }

    /// Goes on to the next look, keeping what lies between two bounds.
    mutating func advance(to next: Double, lower: Double, upper: Double) {
        let root = next.squareRoot()
        let (grid, weights) = Self.grid(mean: drift * root, lower: lower, upper: upper)
        var density = [Double](repeating: 0, count: grid.count)
        let normal = 1 / (2 * Double.pi).squareRoot()
        if points.isEmpty {
            for index in grid.indices {
                let z = grid[index] - drift * root
                density[index] = weights[index] * normal * exp(-z * z / 2)
            }
        } else {
            let step = next - information
            let scale = 1 / step.squareRoot()
            let ratio = information.squareRoot()
            let factor = normal * root * scale
            for index in grid.indices {
                let shift = grid[index] * root - drift * step
                var sum = 0.0
                for old in points.indices {
                    let z = (shift - points[old] * ratio) * scale
                    let square = z * z
                    if square < 1_400 {
                        sum += masses[old] * exp(-square / 2)
                    }
                }
                density[index] = weights[index] * factor * sum
            }
        }
        points = grid
        masses = density
        information = next
    }

    /// Points between two bounds, dense near the mean, with the weights of Simpson's rule.
    private static func grid(mean: Double, lower: Double, upper: Double) -> (points: [Double], weights: [Double]) {
        let r = fineness
        var knots: [Double] = []
        knots.reserveCapacity(6 * r + 1)
        var previous = -Double.infinity
        func add(_ value: Double) {
            let clipped = min(max(value, lower), upper)
            if clipped > previous {
                knots.append(clipped)
                previous = clipped
            }
        }
        for index in 1..<(6 * r) {
            let offset: Double
            if index < r {
                offset = -3 - 4 * log(Double(r) / Double(index))
            } else if index <= 5 * r {
                offset = -3 + 3 * Double(index - r) / (2 * Double(r))
            } else {
                offset = 3 + 4 * log(Double(r) / Double(6 * r - index))
            }
            add(mean + offset)
        }
        if knots.count < 2, lower < upper, lower.isFinite, upper.isFinite {
            // The bounds lie beyond the grid: what is there is next to nothing.
            knots = [lower, upper]
        }
        guard knots.count > 1 else {
            return ([], [])
        }
        var points: [Double] = []
        var weights = [Double](repeating: 0, count: 2 * knots.count - 1)
        for index in knots.indices {
            points.append(knots[index])
            guard index + 1 < knots.count else { break }
            let width = knots[index + 1] - knots[index]
            points.append((knots[index] + knots[index + 1]) / 2)
            weights[2 * index] += width / 6
            weights[2 * index + 1] += 4 * width / 6
            weights[2 * index + 2] += width / 6
        }
        return (points, weights)
    }
}
