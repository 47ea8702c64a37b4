// SPDX-License-Identifier: Apache-2.0
package import Domain
import Statistics

/// Says when more trials are not worth their price.
///
/// The gain of a further batch is what it is expected to add to the true response of the combination that is recommended
/// afterwards: the knowledge gradient of a batch with correlated beliefs (Frazier, Powell and Dayanik, INFORMS Journal on
/// Computing 21, 2009). Every joint draw of the candidates' means stands for a truth; a batch measures it with noise, the
/// beliefs are updated as normal ones, and the mean of the best updated belief less the best present one is the gain.
/// It is never more than the expected loss of choosing now, which all the trials in the world could save.
package struct StoppingRule: Hashable, Codable, Sendable {
    /// What trials cost and what a better response is worth, in one currency.
    package struct Prices: Hashable, Codable, Sendable {
        /// The price of one trial.
        package var perTrial: Double
        /// What one unit of response is worth over the time in which the winner is used.
        package var perUnitOfResponse: Double

        /// Creates prices.
        package init(perTrial: Double, perUnitOfResponse: Double) {
            self.perTrial = perTrial
            self.perUnitOfResponse = perUnitOfResponse
        }
    }

    /// The prices; nil when they are not known: `leastGain` decides then.
    package var prices: Prices?
    /// The gain of a batch, in units of response, below which it is not worth its effort whatever its price.
    package var leastGain: Double

    /// Creates a rule; the least gain is half a hundredth of the response's scale unless said otherwise.
    package init(prices: Prices? = nil, leastGain: Double = 0.005) {
        self.prices = prices
        self.leastGain = leastGain
    }

    /// Judges a further batch of `trials` trials spread evenly over the candidates.
    ///
    /// `draws` holds joint draws of the candidates' mean responses, a row per draw (200 or more make a steady verdict);
    /// `noiseVariance` is that of one trial. Throws when there are fewer than two draws, rows differ in length or hold a
    /// number that is not finite, or an argument is out of range.
    package func verdict(
        draws: [[Double]],
        noiseVariance: Double,
        trials: Int,
        using generator: inout SplitMix64
    ) throws -> StoppingVerdict {
        try validate(draws, noiseVariance: noiseVariance, trials: trials)
        let means = Self.means(draws)
        let present = means.max() ?? 0
        let best = draws.map { $0.max() ?? present }.reduce(0, +) / Double(draws.count)
        let loss = max(0, best - present)
        let gain = min(
            loss,
            try Self.gain(draws, means, noiseVariance: noiseVariance, trials: trials, using: &generator)
        )
        return StoppingVerdict(
            isWorthwhile: isWorthwhile(gain, trials),
            expectedGain: gain,
            expectedLoss: loss,
            trials: trials,
            reason: reason(gain: gain, loss: loss, trials: trials)
        )
    }

    private func isWorthwhile(_ gain: Double, _ trials: Int) -> Bool {
        guard gain >= leastGain else { return false }
        guard let prices else { return true }
        return gain * prices.perUnitOfResponse > prices.perTrial * Double(trials)
    }

    private func reason(gain: Double, loss: Double, trials: Int) -> String {
        let gained = "\(trials) more trials are expected to improve the response by \(Self.shown(gain))"
        let atMost = "all trials there could be, by \(Self.shown(loss))"
        guard let prices else {
            let verdict =
                isWorthwhile(gain, trials)
                ? "That is at least the \(Self.shown(leastGain)) that count: more trials are worth their effort."
                : "That is less than the \(Self.shown(leastGain)) that count: more trials are not worth their effort."
            return "\(gained), and \(atMost). \(verdict)"
        }
        let value = gain * prices.perUnitOfResponse
        let price = prices.perTrial * Double(trials)
        let amounts = "That is worth \(Self.shown(value)) and costs \(Self.shown(price))"
        return isWorthwhile(gain, trials)
            ? "\(gained), and \(atMost). \(amounts): more trials are worth their price."
            : "\(gained), and \(atMost). \(amounts): more trials are not worth their price."
    }

    private static func shown(_ value: Double) -> String {
        let size = abs(value)
        let factor: Double = size >= 100 ? 1 : size >= 1 ? 100 : 100_000
        let rounded = (value * factor).rounded() / factor
        return rounded == rounded.rounded() && size >= 100 && size < 1e15 ? String(Int64(rounded)) : String(rounded)
    }

    private func validate(_ draws: [[Double]], noiseVariance: Double, trials: Int) throws {
        guard draws.count >= 2, let width = draws.first?.count, width >= 1 else {
            throw ExperimentError.invalidRequest(field: "draws", value: draws.count, least: 2)
        }
        guard trials >= 1 else {
            throw ExperimentError.invalidRequest(field: "trials", value: trials, least: 1)
        }
        guard noiseVariance >= 0, noiseVariance.isFinite else {
            throw ExperimentError.invalidNumber(field: "noiseVariance", value: noiseVariance, remedy: "give 0 or more")
        }
        guard leastGain.isFinite, (prices?.perTrial ?? 0).isFinite, (prices?.perUnitOfResponse ?? 0).isFinite else {
            throw ExperimentError.invalidNumber(field: "leastGain", value: leastGain, remedy: "give finite numbers")
        }
        for row in draws {
            guard row.count == width else {
                throw ExperimentError.invalidRequest(field: "the length of a draw", value: row.count, least: width)
            }
            for value in row where !value.isFinite {
                throw ExperimentError.invalidNumber(field: "a draw", value: value, remedy: "give finite numbers")
            }
        }
    }

    private static func means(_ draws: [[Double]]) -> [Double] {
        var sums = [Double](repeating: 0, count: draws[0].count)
        for row in draws {
            for (column, value) in row.enumerated() { sums[column] += value }
        }
        return sums.map { $0 / Double(draws.count) }
    }
}

/// Whether a further batch is worth its price, and why.
package struct StoppingVerdict: Hashable, Codable, Sendable {
    /// Whether more trials are worth their price.
    package var isWorthwhile: Bool
    /// What the batch is expected to add to the response of the combination recommended, 0 or more.
    package var expectedGain: Double
    /// What choosing now is expected to lose to the best candidate, 0 or more: no batch can gain more.
    package var expectedLoss: Double
    /// The trials of the batch that was judged.
    package var trials: Int
    /// Whole sentences.
    package var reason: String
}

extension StoppingRule {
    /// The knowledge gradient of a batch, by one simulated batch per draw.
    ///
    /// With beliefs N(μ, Σ) and measurements of error variance d = σ²/(trials per candidate) of each, the updated means
    /// are μ + Σ·(Σ + d·I)⁻¹·(y − μ). The draws' own moments stand for μ and Σ, so that Σ may be of low rank.
    private static func gain(
        _ draws: [[Double]],
        _ means: [Double],
        noiseVariance: Double,
        trials: Int,
        using generator: inout SplitMix64
    ) throws -> Double {
        let width = means.count
        guard width > 1 else { return 0 }
        let error = noiseVariance * Double(width) / Double(trials)
        var covariance = [Double](repeating: 0, count: width * width)
        for row in draws {
            for i in 0..<width {
                let left = row[i] - means[i]
                for j in 0...i { covariance[i * width + j] += left * (row[j] - means[j]) }
            }
        }
        var trace = 0.0
        for i in 0..<width {
            for j in 0...i {
                covariance[i * width + j] /= Double(draws.count - 1)
                covariance[j * width + i] = covariance[i * width + j]
            }
            trace += covariance[i * width + i]
        }
        guard trace > 0 else { return 0 }
        let ridge = max(error, 1e-9 * trace / Double(width))
        guard let factor = cholesky(covariance, width, ridge: ridge) else { return 0 }
        let present = means.max() ?? 0
        var sum = 0.0
        var deviation = [Double](repeating: 0, count: width)
        for row in draws {
            for i in 0..<width {
                deviation[i] = row[i] - means[i] + ridge.squareRoot() * StandardNormal.sample(using: &generator)
            }
            solve(factor, width, &deviation)
            var best = -Double.infinity
            for i in 0..<width {
                var updated = means[i]
                for j in 0..<width { updated += covariance[i * width + j] * deviation[j] }
                best = max(best, updated)
            }
            sum += best - present
        }
        return max(0, sum / Double(draws.count))
    }

    /// The lower factor of a symmetric matrix plus a ridge, by rows; nil when it is not positive definite.
    private static func cholesky(_ matrix: [Double], _ width: Int, ridge: Double) -> [Double]? {
        var factor = matrix
        for i in 0..<width {
            for j in 0...i {
                var sum = matrix[i * width + j] + (i == j ? ridge : 0)
                for k in 0..<j { sum -= factor[i * width + k] * factor[j * width + k] }
                if i == j {
                    guard sum > 0 else { return nil }
                    factor[i * width + i] = sum.squareRoot()
                } else {
                    factor[i * width + j] = sum / factor[j * width + j]
                }
            }
        }
        return factor
    }

    /// Solves L·Lᵀ·x = b in place.
    private static func solve(_ factor: [Double], _ width: Int, _ values: inout [Double]) {
        for i in 0..<width {
            var sum = values[i]
            for k in 0..<i { sum -= factor[i * width + k] * values[k] }
            values[i] = sum / factor[i * width + i]
        }
        for i in (0..<width).reversed() {
            var sum = values[i]
            for k in (i + 1)..<max(width, i + 1) { sum -= factor[k * width + i] * values[k] }
            values[i] = sum / factor[i * width + i]
        }
    }
}
