// SPDX-License-Identifier: Apache-2.0

/// The number, mean and sum of squared deviations of values, in two passes.
struct Moments: Sendable, Equatable {
    let count: Int
    let mean: Double
    let sumOfSquaredDeviations: Double

    init(_ values: [Double]) {
        count = values.count
        let shift = values.first ?? 0
        let shiftedMean = values.reduce(0) { $0 + ($1 - shift) } / Double(max(1, values.count))
        mean = shift + shiftedMean
        sumOfSquaredDeviations = values.reduce(0) { sum, value in
            let deviation = (value - shift) - shiftedMean
            return sum + deviation * deviation
        }
    }

    /// The variance with n − 1; nil for fewer than two values.
    var sampleVariance: Double? {
        count > 1 ? sumOfSquaredDeviations / Double(count - 1) : nil
    }
}
