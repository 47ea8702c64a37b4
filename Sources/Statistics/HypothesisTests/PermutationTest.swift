// SPDX-License-Identifier: Apache-2.0

/// A permutation test of the difference between two samples' means.
///
/// JSON keys are the names of the properties. The p value counts the observed arrangement too: (extreme + 1) /
/// (permutations + 1), so it is never 0 and the test keeps its level.
package struct PermutationTest: Sendable, Equatable, Codable {
    /// Mean of the first sample less mean of the second.
    package let difference: Double
    /// The two-sided p value.
    package let p: Double
    /// The number of random arrangements.
    package let permutations: Int

    /// Compares two samples; throws when one is empty, a value is not finite or there are no permutations.
    package init(
        _ first: [Double],
        _ second: [Double],
        permutations: Int = 9_999,
        using generator: inout some RandomNumberGenerator
    ) throws(StatisticsError) {
        for (name, sample) in [("The first sample", first), ("The second sample", second)] {
            guard !sample.isEmpty else {
                throw .tooFewObservations(subject: name, found: 0, needed: 1)
            }
            try sample.requireFinite(name)
        }
        guard permutations > 0 else {
            throw .invalidArgument(name: "permutations", value: "\(permutations)", remedy: "give at least 1")
        }
        var pooled = first + second
        let mean = Moments(pooled).mean
        pooled = pooled.map { $0 - mean }
        let observed = pooled.prefix(first.count).reduce(0, +)
        let rounding = pooled.reduce(0) { $0 + $1.magnitude } * 1e-12
        var extreme = 0
        for _ in 0..<permutations {
            for position in 0..<first.count {
                pooled.swapAt(position, Int.random(in: position..<pooled.count, using: &generator))
            }
            if pooled.prefix(first.count).reduce(0, +).magnitude >= observed.magnitude - rounding {
                extreme += 1
            }
        }
        difference = Moments(first).mean - Moments(second).mean
        p = Double(extreme + 1) / Double(permutations + 1)
        self.permutations = permutations
    }
}
