// SPDX-License-Identifier: Apache-2.0
import Statistics

extension ABEstimate {
    /// Compares two samples of one metric; the rank-sum test, which sorts all values, only when it is asked for.
    init(
        kind: ABMetric.Kind,
        control: ABSample,
        treatment: ABSample,
        confidence: Double,
        hasRanks: Bool = true
    ) throws(StatisticsError) {
        switch (control, treatment) {
        case (.successes(let a), .successes(let b)):
            try self.init(ProportionComparison(control: a, treatment: b, confidence: confidence))
        case (.events(let a), .events(let b)):
            try self.init(RateComparison(control: a, treatment: b, confidence: confidence))
        case (.summary(let a), .summary(let b)):
            self.init(try MeanComparison(control: a, treatment: b, confidence: confidence), test: "Welch's t")
        case (.ratio(let a, let x), .ratio(let b, let y)):
            let first = try RatioSample(numerators: a, denominators: x)
            let second = try RatioSample(numerators: b, denominators: y)
            let means = try MeanComparison(
                control: SampleSummary(first.linearised),
                treatment: SampleSummary(second.linearised),
                confidence: confidence
            )
            self.init(means, test: "delta method")
        case (.values(let a), .values(let b)):
            switch kind {
            case .proportion:
                try self.init(
                    ProportionComparison(
                        control: Self.binomial(a),
                        treatment: Self.binomial(b),
                        confidence: confidence
                    )
                )
            case .count:
                try self.init(counts: a, b, confidence)
            case .mean, .ratio:
                let means = try MeanComparison(
                    control: SampleSummary(a),
                    treatment: SampleSummary(b),
                    confidence: confidence
                )
                self.init(means, test: "Welch's t")
                rankSum = hasRanks ? try RankSumTest(b, a) : nil
            }
        default:
            throw .invalidArgument(
                name: "The samples",
                value: "of two kinds",
                remedy: "give the control and the treatment in the same form"
            )
        }
    }

    /// Proportions: pooled z, or Fisher's exact test where a count below 5 is expected.
    private init(_ proportions: ProportionComparison) {
        let isSmall = (proportions.table?.smallestExpected ?? 0) < 5
        self.init(
            controlUnits: proportions.control.trials,
            treatmentUnits: proportions.treatment.trials,
            controlValue: proportions.control.rate,
            treatmentValue: proportions.treatment.rate,
            difference: proportions.difference,
            standardError: proportions.standardErrorUnpooled,
            z: proportions.pooledZ,
            p: isSmall ? proportions.fisherP : proportions.pooledP,
            test: isSmall ? "Fisher's exact" : "pooled z",
            interval: proportions.newcombe,
            relativeLift: proportions.relativeLift,
            relativeLiftInterval: proportions.relativeLiftInterval,
            proportions: proportions
        )
    }

    /// Totals of events: the score test, or the exact one where fewer than 10 events happened.
    private init(_ rates: RateComparison) {
        let events = rates.control.events + rates.treatment.events
        self.init(
            controlUnits: 0,
            treatmentUnits: 0,
            controlValue: rates.control.rate,
            treatmentValue: rates.treatment.rate,
            difference: rates.difference,
            standardError: rates.standardError,
            z: rates.z,
            p: events < 10 ? rates.exactP : rates.p,
            test: events < 10 ? "exact Poisson" : "Poisson score",
            interval: rates.interval,
            relativeLift: rates.relativeLift,
            relativeLiftInterval: rates.relativeLiftInterval,
            rates: rates
        )
    }

    /// A count per unit: by the spread that is seen, since units seldom are Poisson; the Poisson tests beside.
    private init(counts a: [Double], _ b: [Double], _ confidence: Double) throws(StatisticsError) {
        let means = try MeanComparison(
            control: SampleSummary(a),
            treatment: SampleSummary(b),
            confidence: confidence
        )
        self.init(means, test: "Welch's t")
        let rates = try RateComparison(
            control: EventCount(events: Self.total(a), exposure: Double(a.count)),
            treatment: EventCount(events: Self.total(b), exposure: Double(b.count)),
            confidence: confidence
        )
        self.rates = rates
        let within =
            means.control.variance * Double(a.count - 1) + means.treatment.variance * Double(b.count - 1)
        let mean = (means.control.mean * Double(a.count) + means.treatment.mean * Double(b.count))
        dispersion =
            mean > 0
            ? within / Double(a.count + b.count - 2) / (mean / Double(a.count + b.count)) : nil
    }

    init(_ means: MeanComparison, test: String) {
        self.init(
            controlUnits: means.control.count,
            treatmentUnits: means.treatment.count,
            controlValue: means.control.mean,
            treatmentValue: means.treatment.mean,
            difference: means.difference,
            standardError: means.standardError,
            z: means.t,
            p: means.p,
            test: test,
            interval: means.interval,
            relativeLift: means.relativeLift,
            relativeLiftInterval: means.relativeLiftInterval,
            means: means
        )
    }

    private static func binomial(_ values: [Double]) throws(StatisticsError) -> BinomialCount {
        var successes = 0
        for value in values {
            guard value == 0 || value == 1 else {
                throw .invalidArgument(name: "A proportion's value", value: "\(value)", remedy: "give 0 or 1")
            }
            successes += value == 1 ? 1 : 0
        }
        return try BinomialCount(trials: values.count, successes: successes)
    }

    private static func total(_ values: [Double]) throws(StatisticsError) -> Int {
        var sum = 0.0
        for value in values {
            guard value >= 0, value.rounded() == value else {
                throw .invalidArgument(name: "A count", value: "\(value)", remedy: "give whole numbers, 0 or more")
            }
            sum += value
        }
        guard sum < 1e15 else {
            throw .tooLarge(column: "counts")
        }
        return Int(sum)
    }
}

extension ABSample {
    /// One value per unit, for what works on values; nil for totals.
    var perUnit: [Double]? {
        switch self {
        case .values(let values):
            return values
        case .ratio, .successes, .events, .summary:
            return nil
        }
    }

    /// The number of successes or events; nil for what counts none.
    func total(of kind: ABMetric.Kind) -> Int? {
        switch self {
        case .successes(let count): return count.successes
        case .events(let count): return count.events
        case .values(let values):
            guard kind == .proportion || kind == .count else { return nil }
            let sum = values.reduce(0, +)
            return sum >= 0 && sum < 1e15 ? Int(sum) : nil
        case .ratio, .summary: return nil
        }
    }
}
