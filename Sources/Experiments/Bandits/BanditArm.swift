// SPDX-License-Identifier: Apache-2.0

/// What one arm of a bandit was seen to do: sufficient statistics, so that a million visitors are four numbers.
package struct BanditArm: Hashable, Codable, Sendable {
    /// The arm's name, such as a level.
    package var name: String
    /// How many were served.
    package var count: Double
    /// The sum of the values: the number of successes for rates.
    package var sum: Double
    /// The sum of the squared values; unused for rates.
    package var sumOfSquares: Double

    /// Creates an arm; one that was never served has zeros.
    package init(name: String, count: Double = 0, sum: Double = 0, sumOfSquares: Double = 0) {
        self.name = name
        self.count = count
        self.sum = sum
        self.sumOfSquares = sumOfSquares
    }

    /// The plain mean; nil before the first.
    package var mean: Double? { count > 0 ? sum / count : nil }

    /// Adds what a batch of rates was seen to do.
    package mutating func add(successes: Int, of served: Int) {
        count += Double(served)
        sum += Double(successes)
        sumOfSquares += Double(successes)
    }

    /// Adds one value.
    package mutating func add(_ value: Double) {
        count += 1
        sum += value
        sumOfSquares += value * value
    }
}

/// How the values of arms are distributed.
package enum BanditResponse: String, Codable, Sendable, CaseIterable {
    /// Yes or no: Beta-Bernoulli with Jeffreys' prior Beta(½, ½).
    case rate
    /// Numbers of unknown mean and variance: Student's t with n − 1 degrees of freedom, the posterior of the usual
    /// non-informative prior 1/σ².
    case mean
}
