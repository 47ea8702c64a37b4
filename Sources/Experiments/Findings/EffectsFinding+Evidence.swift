// SPDX-License-Identifier: Apache-2.0

package import Domain
package import Statistics

extension EffectsFinding {
    /// Two factors together: the expected metric at their levels, and whether they do more together than alone.
    package struct Interaction: Codable, Sendable, Equatable {
        /// The expected metric of one pair of levels, the other factors averaged.
        package struct Cell: Codable, Sendable, Equatable {
            package var mean: Double
            /// The ends of the mean's interval; nil where the trials give none.
            package var lower: Double?
            package var upper: Double?
            /// The trials that had both levels.
            package var trials: Int
        }

        package var first: String
        package var second: String
        package var firstLevels: [String]
        package var secondLevels: [String]
        /// One row for each level of the second factor, with a cell for each level of the first; nil where nothing was tried.
        package var cells: [[Cell?]]
        package var df: Int
        package var f: Double?
        /// The p value of this interaction alone.
        package var p: Double?
        /// The p value times the number of pairs among which the strongest were chosen, 1 at most.
        package var adjustedP: Double?
        /// The number of pairs that could be compared.
        package var pairs: Int
    }

    /// Where the search stood after one of its batches.
    package struct Progress: Codable, Sendable, Equatable {
        /// The batch's number, from 1.
        package var batch: Int
        /// The completed trials until then.
        package var trials: Int
        /// The combination that the trials until then recommend.
        package var combination: Combination
        /// What they say of it; never its luckiest measurement.
        package var expected: Interval
    }
}
