// SPDX-License-Identifier: Apache-2.0

/// A difference of means with its test and interval, such as winner against control in a confirmation run.
///
/// JSON keys are the names of the properties.
package struct MeanDifference: Sendable, Equatable, Codable {
    /// First mean less second.
    package let difference: Double
    /// Its standard error.
    package let standardError: Double
    /// The degrees of freedom; absent when both samples do not vary.
    package let degreesOfFreedom: Double?
    /// Difference over standard error; absent when nothing varies.
    package let t: Double?
    /// The two-sided p value; absent when nothing varies.
    package let p: Double?
    /// The interval; absent when nothing varies.
    package let interval: Interval?
    /// The number of values, or of blocks, that each mean rests on.
    package let counts: [Int]
    /// What a reader must know, in English sentences.
    package let notes: [String]

    private init(
        difference: Double,
        standardError: Double,
        degreesOfFreedom: Double?,
        confidence: Double,
        counts: [Int],
        notes: [String]
    ) {
        self.difference = difference
        self.standardError = standardError
        let distribution = degreesOfFreedom.flatMap { StudentT(degreesOfFreedom: $0) }
        let varies = standardError > 0 && distribution != nil
        self.degreesOfFreedom = varies ? degreesOfFreedom : nil
        t = varies ? difference / standardError : nil
        p = varies ? distribution?.twoSidedP(difference / standardError) : nil
        interval =
            varies
            ? .student(
                estimate: difference,
                standardError: standardError,
                degreesOfFreedom: degreesOfFreedom ?? 0,
                confidence: confidence
            ) : nil
        self.counts = counts
        self.notes = varies ? notes : notes + ["The values do not vary, so the difference has no p value or interval."]
    }

    /// Welch's t test, which does not assume equal variances.
    ///
    /// Degrees of freedom by Satterthwaite. Throws for fewer than two values in a sample or a value that is not finite.
    package static func welch(
        _ first: [Double],
        _ second: [Double],
        confidence: Double = 0.95
    ) throws(StatisticsError) -> MeanDifference {
        try Interval.validate(confidence: confidence)
        try first.requireFinite("The first sample")
        try second.requireFinite("The second sample")
        let a = Moments(first)
        let b = Moments(second)
        guard let varianceA = a.sampleVariance, let varianceB = b.sampleVariance else {
            throw .tooFewObservations(subject: "Each sample", found: min(a.count, b.count), needed: 2)
        }
        let shareA = varianceA / Double(a.count)
        let shareB = varianceB / Double(b.count)
        let sum = shareA + shareB
        let spread = shareA * shareA / Double(a.count - 1) + shareB * shareB / Double(b.count - 1)
        return MeanDifference(
            difference: a.mean - b.mean,
            standardError: sum.squareRoot(),
            degreesOfFreedom: spread > 0 ? sum * sum / spread : nil,
            confidence: confidence,
            counts: [a.count, b.count],
            notes: []
        )
    }

    /// A value measured in a block, of the treatment or of the control.
    package struct BlockedValue: Sendable, Equatable {
        /// The block.
        package let block: Int
        /// Whether the value is of the treatment (the winner), not of the control.
        package let isTreatment: Bool
        /// The value.
        package let value: Double

        /// Makes a value.
        package init(block: Int, isTreatment: Bool, value: Double) {
            self.block = block
            self.isTreatment = isTreatment
            self.value = value
        }
    }

    /// Treatment less control within blocks: the mean over blocks of the difference of the block's two means.
    ///
    /// Blocks without both are left out and counted in a note. Throws for fewer than two complete blocks.
    package static func pairedByBlock(
        _ values: [BlockedValue],
        confidence: Double = 0.95
    ) throws(StatisticsError) -> MeanDifference {
        try Interval.validate(confidence: confidence)
        try values.map(\.value).requireFinite("The values")
        let blocks = Dictionary(grouping: values, by: \.block).sorted { $0.key < $1.key }
        let differences = blocks.compactMap { _, members -> Double? in
            let treatment = members.filter(\.isTreatment).map(\.value)
            let control = members.filter { !$0.isTreatment }.map(\.value)
            guard !treatment.isEmpty, !control.isEmpty else {
                return nil
            }
            return Moments(treatment).mean - Moments(control).mean
        }
        let moments = Moments(differences)
        guard let variance = moments.sampleVariance else {
            throw .tooFewObservations(
                subject: "Blocks with both treatment and control",
                found: differences.count,
                needed: 2
            )
        }
        let dropped = blocks.count - differences.count
        return MeanDifference(
            difference: moments.mean,
            standardError: (variance / Double(moments.count)).squareRoot(),
            degreesOfFreedom: Double(moments.count - 1),
            confidence: confidence,
            counts: [moments.count, moments.count],
            notes: dropped > 0 ? ["\(dropped) blocks lacked treatment or control and were left out."] : []
        )
    }
}
