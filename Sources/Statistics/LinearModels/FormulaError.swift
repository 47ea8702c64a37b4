// SPDX-License-Identifier: Apache-2.0

/// Says where a model formula cannot be read, why, and what would be right.
package struct FormulaError: Error, Sendable, Equatable, CustomStringConvertible {
    /// The formula as it was given.
    package let formula: String
    /// The character, from 0, at which reading stopped.
    package let position: Int
    /// What is wrong there.
    package let problem: String
    /// What to write instead.
    package let remedy: String

    package var description: String {
        "Model '\(formula)', character \(position + 1): \(problem); \(remedy)."
    }
}

/// The known name that is most like a mistyped one.
enum NearestName {
    /// The known name of the smallest edit distance, when it is near enough to be meant.
    static func of(_ name: String, among known: [String]) -> String? {
        let wanted = Array(name.lowercased())
        var best: (distance: Int, name: String)?
        for candidate in known {
            let distance = editDistance(wanted, Array(candidate.lowercased()))
            if distance <= max(1, min(wanted.count, candidate.count) / 3), distance < best?.distance ?? .max {
                best = (distance, candidate)
            }
        }
        return best?.name
    }

    /// The number of insertions, deletions, replacements and swaps of neighbours (optimal string alignment).
    private static func editDistance(_ a: [Character], _ b: [Character]) -> Int {
        var previous: [Int] = []
        var current = Array(0...b.count)
        for (i, left) in a.enumerated() {
            var next = [i + 1]
            for (j, right) in b.enumerated() {
                var least = min(current[j + 1] + 1, next[j] + 1, current[j] + (left == right ? 0 : 1))
                if i > 0, j > 0, left == b[j - 1], a[i - 1] == right {
                    least = min(least, previous[j - 1] + 1)
                }
                next.append(least)
            }
            previous = current
            current = next
        }
        return current[b.count]
    }
}
