// SPDX-License-Identifier: Apache-2.0

/// Whether several samples scatter equally, by an analysis of variance of the distances from their centres.
///
/// JSON keys are the names of the properties. With means it is Levene's test (1960), with medians Brown and Forsythe's
/// (Journal of the American Statistical Association 69, 1974), which long tails do not mislead.
package struct EqualVarianceTest: Sendable, Equatable, Codable {
    /// Where the distances are measured from.
    package enum Centre: String, Sendable, Codable {
        case mean
        case median
    }

    /// The F ratio.
    package let f: Double
    /// The number of samples less one.
    package let df: Int
    /// The number of values less the number of samples.
    package let residualDf: Int
    /// The p value.
    package let p: Double
    /// Where the distances were measured from.
    package let centre: Centre

    /// Compares samples; those of fewer than 2 values are left out.
    ///
    /// Throws unless two samples are left, one of at least 3 values, whose distances from the centre differ.
    package init(_ samples: [[Double]], centre: Centre = .median) throws(StatisticsError) {
        let present = samples.filter { $0.count > 1 }
        guard present.count > 1 else {
            throw .tooFewObservations(subject: "Samples of 2 values or more", found: present.count, needed: 2)
        }
        for (index, sample) in present.enumerated() {
            try sample.requireFinite("sample \(index + 1)")
        }
        let distances = present.map { sample in
            let middle = centre == .mean ? Moments(sample).mean : sample.median ?? 0
            return sample.map { ($0 - middle).magnitude }
        }
        let count = distances.reduce(0) { $0 + $1.count }
        let all = Moments(distances.flatMap(\.self))
        let each = distances.map { Moments($0) }
        let within = each.reduce(0) { $0 + $1.sumOfSquaredDeviations }
        let between = each.reduce(0) { $0 + Double($1.count) * ($1.mean - all.mean) * ($1.mean - all.mean) }
        df = present.count - 1
        residualDf = count - present.count
        let ratio = between / Double(df) / (within / Double(max(1, residualDf)))
        guard residualDf > 0, within > 1e-24 * (all.mean * all.mean * Double(count) + between), ratio.isFinite,
            let tail = FisherF(numerator: Double(df), denominator: Double(residualDf))?.sf(ratio)
        else {
            throw .invalidArgument(
                name: "samples",
                value: "equal distances from the centre within every sample",
                remedy: "give three values or more per sample"
            )
        }
        f = ratio
        p = tail
        self.centre = centre
    }
}
