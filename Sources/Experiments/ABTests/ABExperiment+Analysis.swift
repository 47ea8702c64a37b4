// SPDX-License-Identifier: Apache-2.0
package import Statistics

extension ABExperiment {
    /// Compares every variant with the control on every metric and says what that means.
    ///
    /// Throws for data or settings from which nothing can be computed; a bad split is no error but a verdict.
    package func analyse() throws(StatisticsError) -> ABResult {
        try validate()
        let split = try SampleRatioTest(observed: units, shares: shares)
        let isMismatch = split.p < SampleRatioTest.threshold
        let drafts = try drafts()
        let deciding = drafts.indices.filter { drafts[$0].data.metric.margin == nil }
        let pValues = deciding.map { drafts[$0].p }
        let corrected: [Double?] =
            switch correction {
            case .holm: MultipleTesting.holm(pValues)
            case .benjaminiHochberg: MultipleTesting.benjaminiHochberg(pValues)
            case .none: pValues
            }
        var adjustedP = [Double?](repeating: nil, count: drafts.count)
        for (index, p) in zip(deciding, corrected) {
            adjustedP[index] = p
        }
        let comparisons = drafts.indices.map { index in
            comparison(drafts[index], adjustedP: adjustedP[index], tests: deciding.count, isInvalid: isMismatch)
        }
        let answer = verdict(comparisons, split)
        let total = shares.reduce(0, +)
        return ABResult(
            verdict: answer.verdict,
            why: answer.why,
            winner: answer.winner,
            level: level,
            confidence: 1 - level,
            looks: looks.name,
            correction: deciding.count > 1 ? correction : .none,
            tests: deciding.count,
            days: days,
            variants: variants.indices.map { index in
                .init(
                    name: variants[index],
                    units: units[index],
                    expectedUnits: split.expected[index],
                    share: shares[index] / total,
                    isControl: index == control
                )
            },
            sampleRatio: .init(
                chiSquared: split.chiSquared,
                degreesOfFreedom: split.degreesOfFreedom,
                p: split.p,
                threshold: SampleRatioTest.threshold,
                isMismatch: isMismatch
            ),
            comparisons: comparisons,
            notes: notes(comparisons, split)
        )
    }

    private func validate() throws(StatisticsError) {
        guard variants.count > 1 else {
            throw .tooFewObservations(subject: "Variants", found: variants.count, needed: 2)
        }
        guard variants.indices.contains(control) else {
            throw .invalidArgument(name: "control", value: "\(control)", remedy: "name one of the variants")
        }
        guard units.count == variants.count else {
            throw .lengthMismatch(column: "units", found: units.count, expected: variants.count)
        }
        guard metrics.contains(where: { $0.metric.margin == nil }) else {
            throw .invalidArgument(name: "metrics", value: "none", remedy: "give at least one metric that decides")
        }
        guard level > 0, level < 0.5 else {
            throw .invalidArgument(
                name: "alpha",
                value: "\(level)",
                remedy: "give a share above 0 and below 0.5, such as 0.05"
            )
        }
        for data in metrics where data.samples.count != variants.count {
            throw .lengthMismatch(column: data.metric.name, found: data.samples.count, expected: variants.count)
        }
    }

    /// A comparison before its p value is corrected.
    struct Draft {
        let data: ABMetricData
        let variant: Int
        let raw: ABEstimate
        let winsorised: ABEstimate?
        let adjusted: ABEstimate?
        let withoutDominant: ABEstimate?
        let deciding: ABEstimate
        let decidedBy: String
        let sequential: ABComparison.Sequential?
        let alwaysValid: ABComparison.AlwaysValid?
        /// The p value that decides, by the kind of looks.
        let p: Double?
        /// The interval that goes with it.
        let interval: Interval?
    }

    private func drafts() throws(StatisticsError) -> [Draft] {
        let design = try design()
        let tests = metrics.count { $0.metric.margin == nil } * (variants.count - 1)
        var drafts: [Draft] = []
        for data in metrics {
            let limited = try limited(data)
            for variant in variants.indices where variant != control {
                drafts.append(try draft(data, limited, variant, design, isAlone: tests == 1))
            }
        }
        return drafts
    }

    private func design() throws(StatisticsError) -> GroupSequentialDesign? {
        guard case .planned(let information, let count, let rule) = looks else {
            return nil
        }
        guard (1...GroupSequentialDesign.mostLooks).contains(count), information.count <= count else {
            throw .invalidArgument(
                name: "look",
                value: "\(information.count) of \(count)",
                remedy: "give a look from 1 to the number of looks, at most \(GroupSequentialDesign.mostLooks)"
            )
        }
        guard case .wangTsiatis = rule else {
            return try GroupSequentialDesign(information: information, level: level, rule: rule)
        }
        throw .invalidArgument(
            name: "rule",
            value: "fixed boundaries",
            remedy: "use a spending function, whose boundaries need no knowledge of later looks"
        )
    }

    private func draft(
        _ data: ABMetricData,
        _ limited: (values: Winsorising, samples: [ABSample])?,
        _ variant: Int,
        _ design: GroupSequentialDesign?,
        isAlone: Bool
    ) throws(StatisticsError) -> Draft {
        do throws(StatisticsError) {
            let estimates = try estimates(data, limited, variant)
            let deciding = estimates.deciding
            var sequential: ABComparison.Sequential?
            if let design {
                sequential = try self.sequential(design, deciding, data, variant)
            }
            let alwaysValid = try self.alwaysValid(deciding, data, variant)
            return Draft(
                data: data,
                variant: variant,
                raw: estimates.raw,
                winsorised: estimates.winsorised,
                adjusted: estimates.adjusted,
                withoutDominant: try withoutDominant(data, variant),
                deciding: deciding,
                decidedBy: estimates.adjusted != nil
                    ? "adjusted" : estimates.winsorised != nil ? "winsorised" : "raw",
                sequential: sequential,
                alwaysValid: alwaysValid,
                p: try decidingP(deciding, sequential, alwaysValid, isAlone: isAlone),
                interval: decidingInterval(deciding, sequential, alwaysValid)
            )
        } catch {
            throw error.about(data.metric.name)
        }
    }

    // MARK: Variations of the data

    /// The same data in its forms.
    struct Estimates {
        let raw: ABEstimate
        let winsorised: ABEstimate?
        let adjusted: ABEstimate?
        /// The form that decides.
        var deciding: ABEstimate { adjusted ?? winsorised ?? raw }
    }

    func estimates(
        _ data: ABMetricData,
        _ limited: (values: Winsorising, samples: [ABSample])?,
        _ variant: Int,
        hasRanks: Bool = true
    ) throws(StatisticsError) -> Estimates {
        let confidence = 1 - level
        let kind = data.metric.kind
        let raw = try ABEstimate(
            kind: kind,
            control: data.samples[control],
            treatment: data.samples[variant],
            confidence: confidence,
            hasRanks: hasRanks
        )
        var winsorised: ABEstimate?
        if let limited {
            winsorised = try ABEstimate(
                kind: kind == .count ? .mean : kind,
                control: limited.samples[control],
                treatment: limited.samples[variant],
                confidence: confidence,
                hasRanks: hasRanks
            )
            winsorised?.limit = limited.values.upper
            winsorised?.changedUnits = limited.values.changed
        }
        let adjusted = try self.adjusted(data, limited?.samples ?? data.samples, variant)
        return Estimates(raw: raw, winsorised: winsorised, adjusted: adjusted)
    }

    func limited(_ data: ABMetricData) throws(StatisticsError) -> (values: Winsorising, samples: [ABSample])? {
        guard let winsorising, data.metric.kind == .mean || data.metric.kind == .count else {
            return nil
        }
        let groups = data.samples.compactMap(\.perUnit)
        guard groups.count == variants.count else {
            return nil
        }
        do throws(StatisticsError) {
            let values = try Winsorising(groups, quantile: winsorising)
            return (values, values.values.map { .values($0) })
        } catch {
            throw error.about(data.metric.name)
        }
    }

    private func adjusted(
        _ data: ABMetricData,
        _ samples: [ABSample],
        _ variant: Int
    ) throws(StatisticsError) -> ABEstimate? {
        guard let covariates = data.covariates, covariates.count == variants.count else {
            return nil
        }
        var values: [[Double]] = []
        for index in [control, variant] {
            switch samples[index] {
            case .values(let sample): values.append(sample)
            case .ratio(let numerators, let denominators):
                values.append(try RatioSample(numerators: numerators, denominators: denominators).linearised)
            case .successes, .events, .summary: return nil
            }
        }
        let adjustment = try CovariateAdjustment(
            values: values,
            covariates: [covariates[control], covariates[variant]]
        )
        let means = try MeanComparison(
            control: SampleSummary(adjustment.values[0]),
            treatment: SampleSummary(adjustment.values[1]),
            confidence: 1 - level
        )
        var estimate = ABEstimate(means, test: "Welch's t, covariate taken out")
        estimate.slope = adjustment.slope
        estimate.varianceReduction = adjustment.varianceReduction
        return estimate
    }

    private func withoutDominant(_ data: ABMetricData, _ variant: Int) throws(StatisticsError) -> ABEstimate? {
        guard data.metric.kind == .mean || data.metric.kind == .count,
            let a = data.samples[control].perUnit, let b = data.samples[variant].perUnit
        else { return nil }
        let leftOut = [DominantValues.positions(in: a), DominantValues.positions(in: b)]
        guard leftOut.contains(where: { !$0.isEmpty }) else {
            return nil
        }
        let kept = zip([a, b], leftOut).map { values, positions in
            values.indices.filter { !positions.contains($0) }.map { values[$0] }
        }
        var estimate = try ABEstimate(
            kind: .mean,
            control: .values(kept[0]),
            treatment: .values(kept[1]),
            confidence: 1 - level
        )
        estimate.changedUnits = leftOut[0].count + leftOut[1].count
        return estimate
    }
}

extension ABLooks {
    var name: String {
        switch self {
        case .once: "once"
        case .planned: "planned"
        case .unplanned: "unplanned"
        }
    }
}

extension StatisticsError {
    /// The same error, saying which metric it is about.
    fileprivate func about(_ metric: String) -> StatisticsError {
        switch self {
        case .tooFewObservations(let subject, let found, let needed):
            .tooFewObservations(subject: "Metric '\(metric)': \(subject)", found: found, needed: needed)
        case .invalidArgument(let name, let value, let remedy):
            .invalidArgument(name: "Metric '\(metric)': \(name)", value: value, remedy: remedy)
        case .notFinite(_, let row): .notFinite(column: metric, row: row)
        case .tooLarge: .tooLarge(column: metric)
        case .lengthMismatch(_, let found, let expected):
            .lengthMismatch(column: metric, found: found, expected: expected)
        default: self
        }
    }
}
