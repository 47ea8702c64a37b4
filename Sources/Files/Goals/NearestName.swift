// SPDX-License-Identifier: Apache-2.0

/// Finds the known name that a mistyped one was probably meant to be.
enum NearestName {
    /// The known name at the smallest edit distance, unless more than half of the name would have to change.
    ///
    /// Of equally near names the first in the given order wins.
    static func of(_ name: String, among known: [String]) -> String? {
        let wanted = Array(name.lowercased().prefix(64))
        let ranked = known.map { (name: $0, distance: distance(wanted, Array($0))) }
        guard let best = ranked.min(by: { $0.distance < $1.distance }) else {
            return nil
        }
        return best.distance * 2 <= max(wanted.count, best.name.count) ? best.name : nil
    }

    /// The edit distance of Levenshtein, with a swap of neighbours counted as one edit.
    private static func distance(_ left: [Character], _ right: [Character]) -> Int {
        var beforeLast: [Int] = []
        var last = Array(0...right.count)
        for (row, letter) in left.enumerated() {
            var current = [row + 1]
            for (column, other) in right.enumerated() {
                var cost = min(last[column + 1] + 1, current[column] + 1, last[column] + (letter == other ? 0 : 1))
                if row > 0, column > 0, letter == right[column - 1], left[row - 1] == other {
                    cost = min(cost, beforeLast[column - 1] + 1)
                }
                current.append(cost)
            }
            beforeLast = last
            last = current
        }
        return last[right.count]
    }
}
