// SPDX-License-Identifier: Apache-2.0

/// Rows of features in at most 64 bins a column: what trees are grown on.
struct BinnedFeatures: Sendable {
    static let binLimit = 64

    let rows: Int
    let columns: Int
    /// The bin of row r, column c at r · columns + c.
    let bins: [UInt8]
    /// The greatest value of each bin but the last, ascending, by column.
    let edges: [[Float]]

    /// Bins row-major values by quantiles of at most 4,000 rows.
    init(_ values: [Float], columns: Int) {
        self.columns = columns
        rows = columns > 0 ? values.count / columns : 0
        let stride = max(1, rows / 4_000)
        var edges: [[Float]] = []
        for column in 0..<columns {
            var sample: [Float] = []
            for row in Swift.stride(from: 0, to: rows, by: stride) {
                sample.append(values[row * columns + column])
            }
            sample.sort()
            edges.append(Self.edges(of: sample))
        }
        self.edges = edges
        var bins = [UInt8](repeating: 0, count: rows * columns)
        for column in 0..<columns {
            let cuts = edges[column]
            for row in 0..<rows {
                bins[row * columns + column] = UInt8(Self.bin(values[row * columns + column], cuts))
            }
        }
        self.bins = bins
    }

    private static func edges(of sorted: [Float]) -> [Float] {
        var distinct: [Float] = []
        for value in sorted where distinct.last != value {
            distinct.append(value)
        }
        if distinct.count <= binLimit {
            return Array(distinct.dropLast())
        }
        var cuts: [Float] = []
        for part in 1..<binLimit {
            let value = sorted[part * sorted.count / binLimit]
            if cuts.last != value { cuts.append(value) }
        }
        return cuts
    }

    /// The number of edges below a value.
    static func bin(_ value: Float, _ edges: [Float]) -> Int {
        var low = 0
        var high = edges.count
        while low < high {
            let middle = (low + high) / 2
            if edges[middle] < value { low = middle + 1 } else { high = middle }
        }
        return low
    }
}
