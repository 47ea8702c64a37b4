// SPDX-License-Identifier: Apache-2.0
import Foundation

/// The density of the statistic at a look, on the part of its range where the test went on.
///
/// The recursion of P. Armitage, C. K. McPherson and B. C. Rowe (JRSS A 132, 1969) by Gauss-Legendre quadrature on panels
/// that are narrow beside the steps before and after; errors are about 1e-13. The statistic at information t is normal
/// with mean drift × √t and variance 1, its increments independent.
struct ContinuationDensity {
    /// How far from its mean the statistic is followed; what lies beyond is less than 1e-56.
    private static let reach = 16.0
    /// The width of a panel in standard deviations of the narrowest step beside it.
    private static let panelWidth = 2.5
    /// The most panels between two bounds.
    private static let mostPanels = 120
    /// The positive half of the 16 nodes of Gauss and Legendre on −1...1, with their weights.
    ///
    /// Source: M. Abramowitz, I. A. Stegun, Handbook of Mathematical Functions, table 25.4.
    private static let rule: [(node: Double, weight: Double)] = [
        (0.095_012_509_837_637_44, 0.189_450_610_455_068_50), (0.281_603_550_779_258_91, 0.182_603_415_044_923_59),
        (0.458_016_777_657_227_39, 0.169_156_519_395_002_54), (0.617_876_244_402_643_75, 0.149_595_988_816_576_73),
        (0.755_404_408_355_003_03, 0.124_628_971_255_533_87), (0.865_631_202_387_831_74, 0.095_158_511_682_492_785),
        (0.944_575_023_073_232_58, 0.062_253_523_938_647_893), (0.989_400_934_991_649_93, 0.027_152_459_411_754_095),
    ]

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
        if information == 0 {
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
        information == 0 ? 1 : masses.reduce(0, +)
    }

    private static func upperNormal(_ x: Double) -> Double {
        0.5 * erfc(x * 0.5.squareRoot())
    }

    /// Goes on to the next look, keeping what lies between two bounds; `upcoming` is the look after it, if there is one.
    mutating func advance(to next: Double, lower: Double, upper: Double, upcoming: Double?) {
        guard let upcoming else {
            return
        }
        let root = next.squareRoot()
        let narrowest = min(1, ((next - information) / next).squareRoot(), ((upcoming - next) / next).squareRoot())
        let (grid, weights) = Self.grid(
            lower: max(lower, drift * root - Self.reach),
            upper: min(upper, drift * root + Self.reach),
            scale: narrowest
        )
        var density = [Double](repeating: 0, count: grid.count)
        let normal = 1 / (2 * Double.pi).squareRoot()
        if information == 0 {
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
                    if square < 700 {
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

    /// Points between two bounds with their weights; none when the upper is not above the lower.
    private static func grid(lower: Double, upper: Double, scale: Double) -> (points: [Double], weights: [Double]) {
        guard lower < upper else {
            return ([], [])
        }
        let panels = max(1, Int(min(Double(mostPanels), ((upper - lower) / (panelWidth * scale)).rounded(.up))))
        let half = (upper - lower) / Double(2 * panels)
        var points: [Double] = []
        var weights: [Double] = []
        points.reserveCapacity(16 * panels)
        weights.reserveCapacity(16 * panels)
        for panel in 0..<panels {
            let centre = lower + half * Double(2 * panel + 1)
            for (node, weight) in rule {
                points += [centre - half * node, centre + half * node]
                weights += [half * weight, half * weight]
            }
        }
        return (points, weights)
    }
}
