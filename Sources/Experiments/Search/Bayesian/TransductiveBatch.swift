// SPDX-License-Identifier: Apache-2.0
import Domain

/// Chooses trials that tell the most about which of several combinations is the best.
///
/// A draw from what is believed has its own best combination; the best ones of many draws are the targets, each as likely
/// as it came up. A trial is worth what it is expected to take off the variance of the targets' differences from their
/// common mean, the responses being jointly normal with the covariance of the draws: what it tells of all targets alike
/// does not count. Members are chosen one after another, each after what those before it are expected to tell, so that
/// no two tell the same (transductive experimental design: Yu, Bi and Tresp 2006; with sampled optima as targets, the
/// prediction-oriented gain of Bickford Smith et al. 2023).
struct TransductiveBatch {
    private let count: Int
    /// How likely each candidate is the best; those that never came up have 0.
    private let weights: [Double]
    private let noise: Double
    /// The covariance of the candidates' responses, given all trials that were assumed; row by row.
    private var covariance: [Double]

    /// Prepares the choice.
    ///
    /// - Parameters:
    ///   - values: the candidates' responses, by draw and then by candidate.
    ///   - weights: for each candidate how likely it is the best; they sum to 1.
    ///   - noise: the variance of one trial's mean about its true response, above 0.
    init(values: [[Double]], weights: [Double], noise: Double) {
        count = weights.count
        self.weights = weights
        self.noise = noise
        covariance = Self.covariance(of: values, count: weights.count)
    }

    private static func covariance(of values: [[Double]], count: Int) -> [Double] {
        let draws = values.count
        var columns = [Double](repeating: 0, count: count * draws)
        for candidate in 0..<count {
            let mean = values.reduce(0) { $0 + $1[candidate] } / Double(max(draws, 1))
            for draw in 0..<draws {
                columns[candidate * draws + draw] = values[draw][candidate] - mean
            }
        }
        var covariance = [Double](repeating: 0, count: count * count)
        let scale = 1 / Double(max(draws, 1))
        let span = columns.span
        for first in 0..<count {
            for second in 0...first {
                let sum = dot(span, first * draws, second * draws, draws) * scale
                covariance[first * count + second] = sum
                covariance[second * count + first] = sum
            }
        }
        return covariance
    }

    /// The inner product of two stretches, in four sums.
    @inline(__always)
    private static func dot(_ values: Span<Double>, _ first: Int, _ second: Int, _ count: Int) -> Double {
        var sums = SIMD4<Double>(repeating: 0)
        var index = 0
        while index + 4 <= count {
            let left = SIMD4(
                values[first + index],
                values[first + index + 1],
                values[first + index + 2],
                values[first + index + 3]
            )
            let right = SIMD4(
                values[second + index],
                values[second + index + 1],
                values[second + index + 2],
                values[second + index + 3]
            )
            sums += left * right
            index += 4
        }
        var sum = sums.sum()
        while index < count {
            sum += values[first + index] * values[second + index]
            index += 1
        }
        return sum
    }

    /// The candidate whose trial tells most; nil when none that is allowed is left.
    func best(where isAllowed: (Int) -> Bool) -> Int? {
        var best: (candidate: Int, gain: Double)?
        for candidate in 0..<count where isAllowed(candidate) {
            let row = candidate * count
            // the weighted variance over the targets of the candidate's covariances with them
            var mean = 0.0
            var square = 0.0
            for target in 0..<count where weights[target] > 0 {
                let value = covariance[row + target]
                mean += weights[target] * value
                square += weights[target] * value * value
            }
            let gain = max(square - mean * mean, 0) / (covariance[row + candidate] + noise)
            if gain > best?.gain ?? -1 {
                best = (candidate, gain)
            }
        }
        return best?.candidate
    }

    /// Takes a trial of a candidate as made: what is left to be learnt after it.
    mutating func assume(_ candidate: Int) {
        let row = Array(covariance[candidate * count..<(candidate + 1) * count])
        let scale = 1 / (row[candidate] + noise)
        for first in 0..<count {
            let factor = row[first] * scale
            guard factor != 0 else { continue }
            for second in 0..<count {
                covariance[first * count + second] -= factor * row[second]
            }
        }
    }
}
