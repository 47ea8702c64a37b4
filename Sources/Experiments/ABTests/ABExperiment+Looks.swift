// SPDX-License-Identifier: Apache-2.0
import Statistics

extension ABExperiment {
    func sequential(
        _ design: GroupSequentialDesign,
        _ estimate: ABEstimate,
        _ data: ABMetricData,
        _ variant: Int
    ) throws(StatisticsError) -> ABComparison.Sequential {
        guard case .planned(_, let count, _) = looks, let bound = design.boundaries.last,
            let fraction = design.information.last
        else {
            throw .invalidArgument(name: "looks", value: "none", remedy: "give the planned looks")
        }
        let look = design.information.count
        let z = estimate.z
        let hasCrossed = z.map { $0.magnitude >= bound } ?? false
        let hasStopped = hasCrossed || look == count || fraction >= 1
        let scale = fraction.squareRoot() * estimate.standardError
        let sign: Double = data.metric.lowerIsBetter ? -1 : 1
        let plan = wholePlan(design, count)
        let bounds = data.metric.margin == nil ? try futility(plan) : nil
        let futility = bounds.flatMap { look < count ? $0[look - 1] : nil }
        let stop = hasStopped ? z.flatMap { design.stop(atLook: look, z: $0) } : nil
        return ABComparison.Sequential(
            look: look,
            looks: count,
            information: design.information,
            boundary: bound.isFinite ? bound : nil,
            spent: design.spent.last ?? 0,
            z: z,
            futility: futility.map { $0 * sign },
            mayGiveUp: bounds == nil || hasStopped ? nil : z.map { $0 * sign < futility ?? -.infinity } ?? false,
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
            },
            schedule: try schedule(
                plan,
                bounds?.map { $0.map { $0 * sign } },
                now: (look, estimate),
                data: data,
                variant: variant
            )
        )
    }

    /// The looks so far and those to come at equal steps; those so far alone when nothing is left to come.
    private func wholePlan(_ design: GroupSequentialDesign, _ count: Int) -> GroupSequentialDesign {
        let made = design.information
        guard let now = made.last, now < 1, made.count < count else {
            return design
        }
        let left = count - made.count
        let coming = (1...left).map { $0 == left ? 1 : now + (1 - now) * Double($0) / Double(left) }
        do {
            return try GroupSequentialDesign(information: made + coming, level: level, rule: design.rule)
        } catch {
            return design
        }
    }

    /// The statistics below which one may give up, nil for looks that cannot; nil when none were planned.
    private func futility(_ plan: GroupSequentialDesign) throws(StatisticsError) -> [Double?]? {
        guard let futilityPower else {
            return nil
        }
        let found = try FutilityBoundaries(design: plan, power: futilityPower).boundaries
        return found.enumerated().map { index, bound in
            bound.isFinite && index < found.count - 1 ? bound : nil
        }
    }

    private func schedule(
        _ plan: GroupSequentialDesign,
        _ futility: [Double?]?,
        now: (look: Int, estimate: ABEstimate),
        data: ABMetricData,
        variant: Int
    ) throws(StatisticsError) -> [ABComparison.Sequential.Look] {
        var looks: [ABComparison.Sequential.Look] = []
        for index in plan.information.indices {
            let bound = plan.boundaries[index]
            var look = ABComparison.Sequential.Look(
                look: index + 1,
                information: plan.information[index],
                boundary: bound.isFinite ? bound : nil,
                futility: futility?[index]
            )
            var made: (estimate: ABEstimate, day: Int?)?
            if index == now.look - 1 {
                made = (now.estimate, days)
            } else if index < now.look - 1 {
                let share = plan.information[index] / plan.information[now.look - 1]
                made = day(of: share).flatMap { day in
                    estimate(data, variant, through: day).map { ($0, day + 1) }
                }
            }
            if let made, made.estimate.standardError > 0 {
                look.day = made.day
                look.z = made.estimate.z
                look.interval =
                    bound.isFinite
                    ? Interval(
                        estimate: made.estimate.difference,
                        lower: made.estimate.difference - bound * made.estimate.standardError,
                        upper: made.estimate.difference + bound * made.estimate.standardError,
                        confidence: 1 - level
                    ) : nil
            }
            looks.append(look)
        }
        return looks
    }

    // MARK: Days

    /// The first day by whose end a share of all units was in; nil when unknown or when it is the last.
    private func day(of share: Double) -> Int? {
        let totals = dailyUnits.map { $0.reduce(0, +) }
        guard let all = totals.last, totals.count > 1 else {
            return nil
        }
        let wanted = share * Double(all) * (1 - 1e-9)
        return totals.dropLast().firstIndex { Double($0) >= wanted }
    }

    /// The estimate that decides as it was at the end of a day; nil when nothing could be estimated by then.
    private func estimate(_ data: ABMetricData, _ variant: Int, through day: Int) -> ABEstimate? {
        guard let early = data.through(day) else {
            return nil
        }
        do {
            return try estimates(early, limited(early), variant, hasRanks: false).deciding
        } catch {
            return nil
        }
    }

    /// The always-valid interval at the end of each day, of at most 60 evenly spread ones.
    private func path(
        _ sequence: ConfidenceSequence,
        _ data: ABMetricData,
        _ variant: Int,
        last: (units: Int, interval: Interval?)
    ) -> [ABComparison.AlwaysValid.Point] {
        guard looks == .unplanned, dailyUnits.count > 1, let end = last.interval else {
            return []
        }
        let all = dailyUnits.count
        let step = max(1, (all + 59) / 60)
        var points: [ABComparison.AlwaysValid.Point] = []
        for day in stride(from: (all - 1) % step, to: all - 1, by: step) {
            guard let early = data.through(day), let estimate = estimate(data, variant, through: day),
                estimate.standardError > 0, isTrusted(estimate, early, variant)
            else { continue }
            let counted = estimate.controlUnits + estimate.treatmentUnits
            let units = counted > 0 ? counted : dailyUnits[day][control] + dailyUnits[day][variant]
            guard
                let interval = sequence.interval(
                    estimate: estimate.difference,
                    standardError: estimate.standardError,
                    units: units
                )
            else { continue }
            points.append(.init(day: day + 1, units: units, interval: interval))
        }
        return points + [.init(day: all, units: last.units, interval: end)]
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
            mixtureP: mixture,
            path: path(sequence, data, variant, last: (total, interval))
        )
    }

    /// Whether there is enough of everything that is counted for the standard error to be trusted.
    func isTrusted(_ estimate: ABEstimate, _ data: ABMetricData, _ variant: Int) -> Bool {
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
