// SPDX-License-Identifier: Apache-2.0
import Foundation

/// The distribution of the studentized range, the greatest less the smallest of k normal means over their standard error.
///
/// Tukey's comparisons of all pairs of k means rest on it. The two integrals (J. W. Tukey 1953; M. D. Copenhaver and
/// B. Holland, Journal of Statistical Computation and Simulation 30, 1988) are summed by the trapezoidal rule, whose
/// error falls exponentially with the step because both integrands are analytic and die out at both ends. Upper tails
/// are sums of positive terms, so that they keep their relative accuracy of about 1e-12.
package struct StudentizedRange: Sendable, Equatable {
    /// The most groups that the distribution takes.
    package static let groupLimit = 10_000

    /// The number of means that are compared, from 2.
    package let groups: Int
    /// The degrees of freedom of the standard error; infinite for one that is known.
    package let degreesOfFreedom: Double

    /// Makes the distribution; nil for fewer than 2 or too many groups, or degrees of freedom that are not positive.
    package init?(groups: Int, degreesOfFreedom: Double) {
        guard (2...Self.groupLimit).contains(groups), degreesOfFreedom >= 0.5 else {
            return nil
        }
        self.groups = groups
        self.degreesOfFreedom = degreesOfFreedom
    }

    /// The share below `q`; nil for NaN.
    package func cdf(_ q: Double) -> Double? {
        sf(q).map { max(0, 1 - $0) }
    }

    /// The share above `q`, the p value of Tukey's comparisons; 1 for a negative value, nil for NaN.
    package func sf(_ q: Double) -> Double? {
        guard !q.isNaN else {
            return nil
        }
        guard q > 0 else {
            return 1
        }
        guard q.isFinite else {
            return 0
        }
        let range = NormalRange(groups: groups)
        let tail =
            degreesOfFreedom.isFinite ? Self.mixed(q, degreesOfFreedom) { range.sf($0) } : range.sf(q)
        return min(1, max(0, tail))
    }

    /// The value with a share `p` below it; nil unless 0 < p < 1.
    package func quantile(_ p: Double) -> Double? {
        guard p > 0, p < 1 else {
            return nil
        }
        // In the logarithms of q and of the tail's odds both ends are nearly straight, which the secant steps like.
        let target = log(1 - p) - log(p)
        func excess(_ x: Double) -> Double {
            let tail = sf(exp(x)) ?? 0
            return log(max(tail, 1e-300)) - log(max(1 - tail, 1e-300)) - target
        }
        var low = 0.0
        var high = 1.5
        var atLow = excess(low)
        var atHigh = excess(high)
        while atLow < 0, low > -700 {
            (high, atHigh) = (low, atLow)
            low -= 2
            atLow = excess(low)
        }
        while atHigh > 0, high < 700 {
            (low, atLow) = (high, atHigh)
            high += 1
            atHigh = excess(high)
        }
        guard atLow >= 0, atHigh <= 0 else {
            return nil
        }
        return exp(Self.root(excess, (low, atLow), (high, atHigh)))
    }

    /// A root between two points of opposite signs, by the method of Ridders (1979).
    private static func root(
        _ function: (Double) -> Double,
        _ first: (x: Double, y: Double),
        _ second: (x: Double, y: Double)
    ) -> Double {
        var low = first
        var high = second
        var best = low.y.magnitude < high.y.magnitude ? low : high
        for _ in 0..<60 {
            let middle = (low.x + high.x) / 2
            let atMiddle = function(middle)
            let scale = (atMiddle * atMiddle - low.y * high.y).squareRoot()
            guard atMiddle != 0, scale > 0 else {
                return atMiddle == 0 ? middle : best.x
            }
            let x = middle + (middle - low.x) * (low.y >= high.y ? 1 : -1) * atMiddle / scale
            let next = (x: x, y: function(x))
            let isSettled = (x - best.x).magnitude <= 1e-13 * max(1, x.magnitude)
            best = next
            if next.y == 0 || isSettled {
                return best.x
            }
            let ends = [low, (x: middle, y: atMiddle), next, high].sorted { $0.x < $1.x }
            guard let cut = (1..<4).first(where: { (ends[$0 - 1].y >= 0) != (ends[$0].y >= 0) }) else {
                return best.x
            }
            low = ends[cut - 1]
            high = ends[cut]
            if high.x - low.x <= 1e-13 * max(1, high.x.magnitude) {
                return best.x
            }
        }
        return best.x
    }

    /// The mean of tail(q·s) over s = √(χ²/ν), on a grid of log s around the greatest term.
    private static func mixed(_ q: Double, _ freedom: Double, _ tail: (Double) -> Double) -> Double {
        let step = min(0.0625, 0.5 / (2 * freedom).squareRoot())
        let centre = -0.5 * log1p(q / (2 * freedom) * q)
        let constant = logScaleConstant(freedom / 2)
        func term(_ x: Double) -> Double {
            exp(constant + freedom * (x - expm1(2 * x) / 2)) * tail(q * exp(x))
        }
        var sum = term(centre)
        for direction in [-step, step] {
            var previous = 0.0
            for index in 1..<20_000 {
                let value = term(centre + Double(index) * direction)
                sum += value
                if value <= previous, value <= 1e-18 * sum {
                    break
                }
                previous = value
            }
        }
        return sum * step
    }

    /// log(2·aᵃ·e⁻ᵃ / Γ(a)), without the cancellation of its large parts.
    private static func logScaleConstant(_ a: Double) -> Double {
        guard a >= 15 else {
            return log(2) + a * log(a) - a - log(tgamma(a))
        }
        let square = 1 / (a * a)
        let correction = (1.0 / 12 - square * (1.0 / 360 - square * (1.0 / 1260 - square / 1680))) / a
        return log(2) + 0.5 * log(a / (2 * Double.pi)) - correction
    }
}

/// The range of k independent standard normal values.
private struct NormalRange {
    let groups: Int
    private let step: Double
    private let count: Int

    init(groups: Int) {
        self.groups = groups
        step = groups <= 3 ? 0.25 : groups <= 10 ? 0.2 : groups <= 100 ? 0.125 : 0.0625
        count = Int(9.5 / step)
    }

    /// P(range > w) = k ∫ φ(z)·(Φ(z)ᵏ⁻¹ − (Φ(z) − Φ(z − w))ᵏ⁻¹) dz, on a grid around w/2.
    func sf(_ w: Double) -> Double {
        let exponent = Double(groups - 1)
        let root = 0.5.squareRoot()
        var sum = 0.0
        for index in -count...count {
            let z = w / 2 + Double(index) * step
            let density = exp(-0.5 * z * z)
            let below = 0.5 * erfc(-z * root)
            let apart = 0.5 * erfc((w - z) * root)
            if groups == 2 {
                sum += density * apart
            } else if below > 0 {
                let share = -expm1(exponent * log1p(-min(1, apart / below)))
                sum += density * exp(exponent * log(below)) * share
            }
        }
        return Double(groups) * sum * step / (2 * Double.pi).squareRoot()
    }
}
