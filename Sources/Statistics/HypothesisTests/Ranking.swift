// SPDX-License-Identifier: Apache-2.0

/// The ranks of values, ties sharing the mean of their ranks.
struct Ranking: Sendable {
    /// The rank of each value, from 1.
    let ranks: [Double]
    /// The sum of t³ − t over groups of t tied values.
    let tieTerm: Double

    init(_ values: [Double]) {
        let order = values.indices.sorted { values[$0] == values[$1] ? $0 < $1 : values[$0] < values[$1] }
        var ranks = [Double](repeating: 0, count: values.count)
        var tieTerm = 0.0
        var start = 0
        while start < order.count {
            var end = start + 1
            while end < order.count, values[order[end]] == values[order[start]] {
                end += 1
            }
            let ties = Double(end - start)
            for position in start..<end {
                ranks[order[position]] = Double(start + end + 1) / 2
            }
            tieTerm += ties * ties * ties - ties
            start = end
        }
        self.ranks = ranks
        self.tieTerm = tieTerm
    }
}

extension [Double] {
    /// The middle value, or the mean of the two middle ones; nil when empty.
    package var median: Double? {
        quantile(0.5)
    }

    /// The value below which a share `p` lies, interpolated between neighbours (Hyndman and Fan's type 7).
    func quantile(_ p: Double) -> Double? {
        guard !isEmpty, p >= 0, p <= 1 else {
            return nil
        }
        let sorted = sorted()
        let position = p * Double(count - 1)
        let below = Swift.min(Int(position), count - 1)
        let above = Swift.min(below + 1, count - 1)
        return sorted[below] + (position - Double(below)) * (sorted[above] - sorted[below])
    }

    /// Throws unless all values are finite.
    func requireFinite(_ name: String) throws(StatisticsError) {
        if let row = firstIndex(where: { !$0.isFinite }) {
            throw .notFinite(column: name, row: row)
        }
    }
}
