// SPDX-License-Identifier: Apache-2.0
import Foundation

/// Lenth's judgement of effects without a residual: most effects are taken to be noise, and measure it.
///
/// JSON keys are the names of the properties. Source: R. V. Lenth, Technometrics 31 (1989).
package struct LenthTest: Sendable, Equatable, Codable {
    /// 1.5 × the median of the effects' sizes, the first guess of their standard error.
    package let s0: Double
    /// The pseudo standard error of an effect: 1.5 × the median of the sizes below 2.5 × `s0`.
    package let pse: Double
    /// The number of effects.
    package let count: Int
    /// The degrees of freedom, a third of the number of effects.
    package let df: Double
    /// The confidence of the margins.
    package let confidence: Double
    /// The margin of error: one effect of pure noise stays below it with the confidence.
    package let marginOfError: Double
    /// The simultaneous margin of error: all effects of pure noise stay below it with the confidence.
    package let simultaneousMarginOfError: Double

    /// Judges effects; throws for fewer than 3, for values that are not finite and for a confidence outside 0 to 1.
    package init(effects: [Double], confidence: Double = 0.95) throws(StatisticsError) {
        try Interval.validate(confidence: confidence)
        guard effects.count >= 3 else {
            throw .tooFewObservations(subject: "Effects for Lenth's test", found: effects.count, needed: 3)
        }
        try effects.requireFinite("effects")
        var sizes = effects.map(\.magnitude)
        sizes.sort()
        let scale = Self.scale(sorted: sizes)
        let freedom = Double(effects.count) / 3
        let all = (1 + pow(confidence, 1 / Double(effects.count))) / 2
        guard let t = StudentT(degreesOfFreedom: freedom), let one = t.quantile((1 + confidence) / 2),
            let every = t.quantile(all)
        else {
            throw .invalidArgument(name: "confidence", value: "\(confidence)", remedy: "give a smaller one")
        }
        s0 = scale.s0
        pse = scale.pse
        count = effects.count
        df = freedom
        self.confidence = confidence
        marginOfError = one * scale.pse
        simultaneousMarginOfError = every * scale.pse
    }

    /// An effect over the pseudo standard error; nil when that is 0, since more than half of the effects are 0.
    package func ratio(_ effect: Double) -> Double? {
        let value = effect / pse
        return value.isFinite ? value : nil
    }

    /// The two-sided p value of one effect by Lenth's t approximation, which is cautious for few effects.
    package func p(_ effect: Double) -> Double? {
        ratio(effect).flatMap { StudentT(degreesOfFreedom: df)?.twoSidedP($0) }
    }

    /// The first and the pseudo standard error of sizes in ascending order.
    static func scale(sorted sizes: [Double]) -> (s0: Double, pse: Double) {
        let s0 = 1.5 * median(sizes, count: sizes.count)
        let kept = sizes.firstIndex { $0 >= 2.5 * s0 } ?? sizes.count
        return (s0, kept > 0 ? 1.5 * median(sizes, count: kept) : 0)
    }

    private static func median(_ sorted: [Double], count: Int) -> Double {
        (sorted[(count - 1) / 2] + sorted[count / 2]) / 2
    }
}

/// What pure noise does to Lenth's ratios, found by simulation, for p values that keep their promise.
///
/// The t approximation finds 5 % of noise "significant" in 2 to 4 % of the cases; simulated shares are right at every
/// number of effects. Source: K. Q. Ye and M. Hamada, Journal of Quality Technology 32 (2000).
package struct LenthNullDistribution: Sendable, Equatable {
    /// The number of effects of a design.
    package let count: Int
    /// All simulated |effect| / PSE, ascending.
    private let ratios: [Double]
    /// The greatest ratio of each simulated design, ascending.
    private let greatest: [Double]

    /// Simulates designs of pure normal noise; nil for fewer than 3 effects or no repetition.
    package init?(count: Int, repetitions: Int = 10_000, using generator: inout some RandomNumberGenerator) {
        guard count >= 3, count <= 100_000, repetitions > 0 else {
            return nil
        }
        self.count = count
        var ratios: [Double] = []
        ratios.reserveCapacity(count * repetitions)
        var greatest: [Double] = []
        greatest.reserveCapacity(repetitions)
        var sizes = [Double](repeating: 0, count: count)
        for _ in 0..<repetitions {
            for index in sizes.indices {
                sizes[index] = StandardNormal.sample(using: &generator).magnitude
            }
            sizes.sort()
            let pse = LenthTest.scale(sorted: sizes).pse
            for size in sizes {
                ratios.append(size / pse)
            }
            greatest.append(sizes[count - 1] / pse)
        }
        ratios.sort()
        greatest.sort()
        self.ratios = ratios
        self.greatest = greatest
    }

    /// The chance that one effect of pure noise is at least this many times the pseudo standard error.
    package func p(ratio: Double) -> Double {
        Self.share(of: ratios, atLeast: ratio.magnitude)
    }

    /// The chance that the greatest effect of pure noise is at least this many times the pseudo standard error.
    package func simultaneousP(ratio: Double) -> Double {
        Self.share(of: greatest, atLeast: ratio.magnitude)
    }

    /// (1 + hits) / (1 + values), which is never 0 and never too small.
    private static func share(of sorted: [Double], atLeast value: Double) -> Double {
        var low = 0
        var high = sorted.count
        while low < high {
            let middle = (low + high) / 2
            if sorted[middle] < value {
                low = middle + 1
            } else {
                high = middle
            }
        }
        return Double(1 + sorted.count - low) / Double(1 + sorted.count)
    }
}
