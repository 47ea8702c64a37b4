// SPDX-License-Identifier: Apache-2.0

/// Centre and spread of values that a few wild ones do not move.
struct RobustScale: Sendable, Equatable {
    /// The median absolute deviation times this is the standard deviation of normal values.
    private static let normalFactor = 1.482_602_218_505_602

    let centre: Double
    /// The spread in standard deviations; 0 when all values are equal.
    let spread: Double

    /// Uses the median absolute deviation, or the standard deviation when more than half of the values are equal.
    init?(_ values: [Double]) {
        guard let centre = values.median, let deviation = values.map({ ($0 - centre).magnitude }).median else {
            return nil
        }
        self.centre = centre
        let plain = Moments(values).sampleVariance?.squareRoot() ?? 0
        spread = deviation > 0 ? deviation * Self.normalFactor : plain
    }
}
