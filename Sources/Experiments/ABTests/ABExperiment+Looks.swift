// SPDX-License-Identifier: Apache-2.0
import Statistics

extension ABExperiment {
    func sequential(
        _ design: GroupSequentialDesign,
        _ estimate: ABEstimate
    ) throws(StatisticsError) -> ABComparison.Sequential {
        guard case .planned(_, let count, _) = looks, let bound = design.boundaries.last,
            let fraction = design.information.last
        else {
            throw .invalidArgument(name: "looks", value: "none", remedy: "give the planned looks")
        }
        let look = design.information.count
        let z = estimate.z
        let hasCrossed = z.map { $0.magnitude >= bound } ?? false
        let hasStopped = hasCrossed || look == count
        let scale = fraction.squareRoot() * estimate.standardError
        let stop = hasStopped ? z.flatMap { design.stop(atLook: look, z: $0) } : nil
        return ABComparison.Sequential(
            look: look,
            looks: count,
            information: design.information,
            boundary: bound.isFinite ? bound : nil,
            spent: design.spent.last ?? 0,
            z: z,
            hasCrossed: hasCrossed,
            hasStopped: hasStopped,
            repeatedInterval: bound.isFinite
                ? Interval(
                    estimate: estimate.difference,
                    lower: estimate.difference - bound * estimate.standardError,
                    upper: estimate.difference + bound * estimate.standardError,
                    confidence: 1 - level
                ) : nil,
            stoppedP: stop?.p,
            stoppedInterval: stop.map {
                Interval(
                    estimate: $0.drift * scale,
                    lower: $0.lower * scale,
                    upper: $0.upper * scale,
                    confidence: 1 - level
                )
            }
        )
    }

    func alwaysValid(
        _ estimate: ABEstimate,
        _ data: ABMetricData,
        _ variant: Int
    ) throws(StatisticsError) -> ABComparison.AlwaysValid {
        let sequence = try ConfidenceSequence(level: level, tunedFor: tunedFor)
        let perUnit = estimate.controlUnits + estimate.treatmentUnits
        let total = perUnit > 0 ? perUnit : units[control] + units[variant]
        let trusted = isTrusted(estimate, data, variant) && estimate.standardError > 0
        let interval =
            trusted
            ? sequence.interval(
                estimate: estimate.difference,
                standardError: estimate.standardError,
                units: total
            ) : nil
        var mixture: Double?
        if let a = data.samples[control].total(of: data.metric.kind), data.metric.kind == .proportion,
            let b = data.samples[variant].total(of: data.metric.kind)
        {
            let test = try SuccessMixtureTest(share: shares[variant] / (shares[control] + shares[variant]))
            mixture = MixtureTest.p(logEvidence: try test.logEvidence(control: a, treatment: b))
        }
        return ABComparison.AlwaysValid(
            tunedFor: tunedFor,
            interval: interval,
            p: trusted ? sequence.p(z: estimate.difference / estimate.standardError, units: total) : 1,
            mixtureP: mixture
        )
    }

    /// Whether there is enough of everything that is counted for the standard error to be trusted.
    private func isTrusted(_ estimate: ABEstimate, _ data: ABMetricData, _ variant: Int) -> Bool {
        let least = ConfidenceSequence.leastPerGroup
        for (index, count) in [(control, estimate.controlUnits), (variant, estimate.treatmentUnits)] {
            if count > 0, count < least {
                return false
            }
            if let total = data.samples[index].total(of: data.metric.kind) {
                guard total >= least else {
                    return false
                }
                if data.metric.kind == .proportion, count - total < least {
                    return false
                }
            }
        }
        return true
    }

    func decidingP(
        _ estimate: ABEstimate,
        _ sequential: ABComparison.Sequential?,
        _ alwaysValid: ABComparison.AlwaysValid,
        isAlone: Bool
    ) throws(StatisticsError) -> Double? {
        switch looks {
        case .once:
            return estimate.p
        case .unplanned:
            return alwaysValid.p
        case .planned(let information, _, let rule):
            guard let z = estimate.z else {
                return nil
            }
            // Alone, the boundary decides, and the p value once stopped agrees with it.
            if isAlone, let stopped = sequential?.stoppedP {
                return stopped
            }
            return try GroupSequentialDesign.sequentialP(information: information, rule: rule, z: z)
        }
    }

    func decidingInterval(
        _ estimate: ABEstimate,
        _ sequential: ABComparison.Sequential?,
        _ alwaysValid: ABComparison.AlwaysValid
    ) -> Interval? {
        switch looks {
        case .once: estimate.interval
        case .unplanned: alwaysValid.interval
        case .planned: sequential?.stoppedInterval ?? sequential?.repeatedInterval
        }
    }
}
