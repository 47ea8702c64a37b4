// SPDX-License-Identifier: Apache-2.0

/// The number, mean and variance of a sample, all that a comparison of means needs.
///
/// JSON keys are the names of the properties.
package struct SampleSummary: Sendable, Equatable, Codable {
    /// The number of values, at least 2.
    package let count: Int
    /// The mean.
    package let mean: Double
    /// The variance with n − 1.
    package let variance: Double

    /// Makes a summary from its parts; throws for fewer than two values, or what no sample can have.
    package init(count: Int, mean: Double, variance: Double) throws(StatisticsError) {
        guard count > 1 else {
            throw .tooFewObservations(subject: "The sample", found: count, needed: 2)
        }
        guard mean.isFinite else {
            throw .invalidArgument(name: "mean", value: "\(mean)", remedy: "give a finite number")
        }
        guard variance >= 0, variance.isFinite else {
            throw .invalidArgument(name: "variance", value: "\(variance)", remedy: "give a finite number, 0 or more")
        }
        self.count = count
        self.mean = mean
        self.variance = variance
    }

    /// Summarises values; throws for fewer than two or one that is not finite.
    package init(_ values: [Double]) throws(StatisticsError) {
        try values.requireFinite("values")
        let moments = Moments(values)
        guard let variance = moments.sampleVariance else {
            throw .tooFewObservations(subject: "The sample", found: values.count, needed: 2)
        }
        guard variance.isFinite, moments.mean.isFinite else {
            throw .tooLarge(column: "values")
        }
        try self.init(count: values.count, mean: moments.mean, variance: variance)
    }

    /// The variance of the mean.
    package var meanVariance: Double { variance / Double(count) }
}
