// SPDX-License-Identifier: Apache-2.0

/// What the repeats of each run say about its level and its noise, and the means of that by factor level.
///
/// JSON keys are the names of the properties. Means are over the runs that have the value; a run whose formula has no
/// value (see ``SignalToNoise``) is counted in `undefined`.
package struct RunStatistic: Sendable, Equatable, Codable {
    /// What is computed from the repeats of a run.
    package enum Kind: String, Sendable, Codable, CaseIterable {
        case mean
        case larger
        case smaller
        case nominal
        /// ln s², after M. S. Bartlett and D. G. Kendall (1946), free of the mean's influence on the nominal ratio.
        case logVariance = "ln_s2"

        /// The value of one run's repeats; nil where it is undefined.
        package func value(_ repeats: [Double]) -> Double? {
            switch self {
            case .mean: repeats.isEmpty ? nil : Moments(repeats).mean
            case .larger: SignalToNoise.largerIsBetter.ratio(repeats)
            case .smaller: SignalToNoise.smallerIsBetter.ratio(repeats)
            case .nominal: SignalToNoise.nominalIsBest.ratio(repeats)
            case .logVariance: SignalToNoise.logVariance(repeats)
            }
        }
    }

    /// The mean at one level.
    package struct Level: Sendable, Equatable, Codable {
        package let level: String
        package let mean: Double?
        package let n: Int
    }

    /// The level means of one factor.
    package struct Factor: Sendable, Equatable, Codable {
        package let factor: String
        package let levels: [Level]
        /// The greatest less the smallest level mean.
        package let delta: Double?
        /// 1 for the factor of the greatest `delta`.
        package let rank: Int?
    }

    package let kind: Kind
    /// One value per run.
    package let perRun: [Double?]
    /// The runs without a value.
    package let undefined: Int
    package let grandMean: Double?
    package let factors: [Factor]

    /// Computes one kind for runs given by their repeats and by one level code per factor and run.
    package init(
        _ kind: Kind,
        repeats: [[Double]],
        factors: [(name: String, levels: [String], codes: [Int])]
    ) throws(StatisticsError) {
        for (index, values) in repeats.enumerated() where values.contains(where: { !$0.isFinite }) {
            throw .notFinite(column: "repeats", row: index)
        }
        let perRun = repeats.map(kind.value)
        self.kind = kind
        self.perRun = perRun
        let present = perRun.compactMap(\.self)
        undefined = perRun.count - present.count
        grandMean = present.isEmpty ? nil : Moments(present).mean
        var means: [(name: String, levels: [Level], delta: Double?)] = []
        for factor in factors {
            guard factor.codes.count == repeats.count else {
                throw .lengthMismatch(column: factor.name, found: factor.codes.count, expected: repeats.count)
            }
            var values = [[Double]](repeating: [], count: factor.levels.count)
            for (run, code) in factor.codes.enumerated() {
                guard values.indices.contains(code) else {
                    throw .invalidLevelCode(
                        column: factor.name,
                        row: run,
                        code: code,
                        levelCount: factor.levels.count
                    )
                }
                if let value = perRun[run] {
                    values[code].append(value)
                }
            }
            let levels = zip(factor.levels, values).map { label, values in
                Level(level: label, mean: values.isEmpty ? nil : Moments(values).mean, n: values.count)
            }
            let known = levels.compactMap(\.mean)
            let delta = known.count > 1 ? (known.max() ?? 0) - (known.min() ?? 0) : nil
            means.append((factor.name, levels, delta))
        }
        self.factors = means.map { factor in
            let rank = factor.delta.map { delta in 1 + means.count { ($0.delta ?? -1) > delta } }
            return Factor(factor: factor.name, levels: factor.levels, delta: factor.delta, rank: rank)
        }
    }
}
