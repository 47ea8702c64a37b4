// SPDX-License-Identifier: Apache-2.0

/// p values adjusted for the number of tests that were made.
package enum MultipleTesting {
    /// Holm's step-down adjustment, which bounds the chance of any false positive.
    ///
    /// Undefined p values stay nil and are not counted. Source: S. Holm, Scandinavian Journal of Statistics 6 (1979).
    package static func holm(_ pValues: [Double?]) -> [Double?] {
        adjusted(pValues) { sorted in
            var greatest = 0.0
            return sorted.enumerated().map { position, p in
                greatest = max(greatest, min(1, Double(sorted.count - position) * p))
                return greatest
            }
        }
    }

    /// Benjamini and Hochberg's step-up adjustment, which bounds the expected share of false positives.
    ///
    /// Undefined p values stay nil and are not counted. Source: Journal of the Royal Statistical Society B 57 (1995).
    package static func benjaminiHochberg(_ pValues: [Double?]) -> [Double?] {
        adjusted(pValues) { sorted in
            var least = 1.0
            var result = sorted
            for position in sorted.indices.reversed() {
                least = min(least, Double(sorted.count) / Double(position + 1) * sorted[position])
                result[position] = least
            }
            return result
        }
    }

    private static func adjusted(_ pValues: [Double?], _ adjust: ([Double]) -> [Double]) -> [Double?] {
        let present = pValues.enumerated().compactMap { index, p in
            p.map { (index: index, p: $0) }
        }
        let order = present.sorted { $0.p == $1.p ? $0.index < $1.index : $0.p < $1.p }
        var result = [Double?](repeating: nil, count: pValues.count)
        for (entry, value) in zip(order, adjust(order.map(\.p))) {
            result[entry.index] = value
        }
        return result
    }
}
