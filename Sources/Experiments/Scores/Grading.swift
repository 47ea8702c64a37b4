// SPDX-License-Identifier: Apache-2.0
package import Domain

/// Grades combinations against each other (B3).
package enum Grading {
    /// The grade of each score: the top 10 % are elite (one at least), the next 40 % significant, the rest deprecated.
    ///
    /// Shares are rounded down, elite and significant together to no more than half (one at least). Of equal scores the
    /// earlier is graded first.
    package static func grades(_ scores: [Double]) -> [Grade] {
        let order = scores.indices.sorted { (-scores[$0], $0) < (-scores[$1], $1) }
        let elite = max(1, scores.count / 10)
        let good = max(elite, scores.count / 2)
        var grades = [Grade](repeating: .deprecated, count: scores.count)
        for (place, index) in order.enumerated() where place < good {
            grades[index] = place < elite ? .elite : .significant
        }
        return grades
    }
}
