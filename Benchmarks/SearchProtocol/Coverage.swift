// SPDX-License-Identifier: Apache-2.0
import Foundation

/// How often the 95 % interval of the recommended combination holds its true value, over many campaigns.
struct Coverage: Encodable {
    /// The counts of evaluations at which intervals are compared with the truth.
    static let counts = [108, 198, 504]

    struct Point: Encodable {
        let n: Int
        let campaigns: Int
        /// The share of intervals that hold the true value.
        let coverage: Double
        /// Its standard error.
        let standardError: Double
        /// Predicted less true value, in standard deviations of the noise-free value over all combinations.
        let meanOverstatement: Double
        /// The median regret.
        let medianRegret: Double
    }

    let problem: String
    let strategy: String
    let points: [Point]

    init(_ runs: [[ProtocolRun.Look]], problem: Problem, strategy: String) {
        self.problem = problem.name
        self.strategy = strategy
        points = Self.counts.compactMap { n in
            let looks = runs.compactMap { $0.first { $0.n == n } }
            guard !looks.isEmpty else { return nil }
            let count = Double(looks.count)
            let share = Double(looks.count { $0.covered }) / count
            return Point(
                n: n,
                campaigns: looks.count,
                coverage: share,
                standardError: (share * (1 - share) / count).squareRoot(),
                meanOverstatement: looks.map(\.overstatement).reduce(0, +) / count / problem.signal,
                medianRegret: looks.map(\.regret).sorted()[looks.count / 2]
            )
        }
    }
}
