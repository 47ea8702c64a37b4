// SPDX-License-Identifier: Apache-2.0

/// What cannot be improved in one objective without loss in another.
package enum ParetoFront {
    /// The indices of the points that no other dominates, ascending; all objectives are better when higher.
    ///
    /// A point dominates another when it is at least as good in every objective and better in one; of equal points all
    /// are kept. Points with a number that is not finite, or of another length than the first, are left out.
    package static func indices(of points: [[Double]]) -> [Int] {
        let width = points.first?.count ?? 0
        let valid = points.indices.filter { points[$0].count == width && points[$0].allSatisfy(\.isFinite) }
        return valid.filter { candidate in
            !valid.contains { dominates(points[$0], points[candidate]) }
        }
    }

    /// Whether the first point is at least as good in every objective and better in one.
    package static func dominates(_ first: [Double], _ second: [Double]) -> Bool {
        var isBetter = false
        for (left, right) in zip(first, second) {
            if left < right { return false }
            if left > right { isBetter = true }
        }
        return isBetter
    }
}
