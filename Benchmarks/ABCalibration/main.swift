// SPDX-License-Identifier: Apache-2.0

// `ABCalibration [--full]`: measures how often the A/B tests err, by simulation with a fixed seed, and prints a Markdown
// table. Without `--full` the always-valid tests, which take nearly all of the time, are run 200 times and not 2,000.
// `ABCalibration --prediction` measures instead how often the interval of a next campaign (`dure predict`) holds.

import Domain
import Experiments
import Foundation
import Statistics

/// What the simulations draw.
extension SplitMix64 {
    /// Successes among trials, by the gaps between successes: exact, and quick for small rates.
    mutating func binomial(_ trials: Int, _ rate: Double) -> Int {
        let logFailure = log1p(-rate)
        var successes = 0
        var position = 0
        while true {
            let gap = (log(1 - unit()) / logFailure).rounded(.down)
            guard gap < Double(trials - position) else { return successes }
            position += Int(gap) + 1
            successes += 1
            guard position < trials else { return successes }
        }
    }

    /// An exponential value with mean 1.
    mutating func exponential() -> Double { -log(1 - unit()) }

    mutating func normal() -> Double { StandardNormal.sample(using: &self) }

    /// Events of a Poisson process, by the gaps between them.
    mutating func poisson(_ mean: Double) -> Int {
        var time = exponential()
        var events = 0
        while time < mean {
            events += 1
            time += exponential()
        }
        return events
    }
}

/// Writes at once, so that what was found is seen while the rest still runs.
func say(_ line: String) { FileHandle.standardOutput.write(Data((line + "\n").utf8)) }

func row(_ name: String, _ share: Double, _ wanted: String, _ isRight: Bool) {
    say("| \(name) | \(String(format: "%.2f %%", share * 100)) | \(wanted) | \(isRight ? "yes" : "NO") |")
}

func nominal(_ name: String, _ share: Double) {
    row(name, share, "4.5 to 5.5 %", (0.045...0.055).contains(share))
}

func covers(_ name: String, _ share: Double) {
    row(name, share, "94 to 96 %", (0.94...0.96).contains(share))
}

let repetitions = 20_000

/// How often a test is looked at after each of 100,000 units.
let sequentialRuns = CommandLine.arguments.contains("--full") ? 2_000 : 200

func proportions() throws {
    for (n, rate) in [(500, 0.3), (2_000, 0.02), (28_000, 0.02)] {
        var generator = SplitMix64(seed: 1)
        var counts = [Int](repeating: 0, count: 8)
        for _ in 0..<repetitions {
            let result = try ProportionComparison(
                control: BinomialCount(trials: n, successes: generator.binomial(n, rate)),
                treatment: BinomialCount(trials: n, successes: generator.binomial(n, rate))
            )
            counts[0] += (result.pooledP ?? 1) <= 0.05 ? 1 : 0
            counts[1] += (result.table?.gP ?? 1) <= 0.05 ? 1 : 0
            counts[2] += result.fisherP <= 0.05 ? 1 : 0
            counts[3] += result.wald.contains(0) ? 1 : 0
            counts[4] += result.newcombe.contains(0) ? 1 : 0
            counts[5] += result.relativeLiftInterval?.contains(0) ?? true ? 1 : 0
            counts[6] += result.riskRatioInterval?.contains(1) ?? true ? 1 : 0
        }
        let shares = counts.map { Double($0) / Double(repetitions) }
        let setting = "\(n) per arm at \(rate)"
        nominal("pooled z (and chi-squared), \(setting)", shares[0])
        nominal("G, \(setting)", shares[1])
        row("Fisher exact, \(setting)", shares[2], "at most 5 %", shares[2] <= 0.05)
        covers("Wald interval covers, \(setting)", shares[3])
        covers("Newcombe interval covers, \(setting)", shares[4])
        covers("lift's delta interval covers, \(setting)", shares[5])
        covers("risk ratio's interval covers, \(setting)", shares[6])
    }
}

func means() throws {
    var generator = SplitMix64(seed: 2)
    var counts = [Int](repeating: 0, count: 8)
    for _ in 0..<repetitions {
        var values: [[Double]] = [[], []]
        var covariates: [[Double]] = [[], []]
        var numerators: [[Double]] = [[], []]
        var denominators: [[Double]] = [[], []]
        for arm in 0..<2 {
            for _ in 0..<(arm == 0 ? 200 : 120) {
                let before = generator.normal()
                values[arm].append((arm == 0 ? 1 : 2) * generator.normal() + before)
                covariates[arm].append(before)
                let sessions = 1 + (generator.exponential() * 2).rounded(.down)
                denominators[arm].append(sessions)
                numerators[arm].append(sessions * (1 + 0.5 * generator.normal()) + generator.normal())
            }
        }
        let raw = try MeanComparison(control: SampleSummary(values[0]), treatment: SampleSummary(values[1]))
        counts[0] += (raw.p ?? 1) <= 0.05 ? 1 : 0
        counts[1] += raw.interval?.contains(0) ?? true ? 1 : 0
        let adjusted = try CovariateAdjustment(values: values, covariates: covariates)
        let cuped = try MeanComparison(
            control: SampleSummary(adjusted.values[0]),
            treatment: SampleSummary(adjusted.values[1])
        )
        counts[2] += (cuped.p ?? 1) <= 0.05 ? 1 : 0
        counts[3] += cuped.interval?.contains(0) ?? true ? 1 : 0
        let ratio = try MeanComparison(
            control: SampleSummary(
                RatioSample(numerators: numerators[0], denominators: denominators[0]).linearised
            ),
            treatment: SampleSummary(
                RatioSample(numerators: numerators[1], denominators: denominators[1]).linearised
            )
        )
        counts[4] += (ratio.p ?? 1) <= 0.05 ? 1 : 0
        counts[5] += ratio.interval?.contains(0) ?? true ? 1 : 0
        let first = covariates[0]
        counts[6] += try RankSumTest(covariates[1], first).p <= 0.05 ? 1 : 0
    }
    let shares = counts.map { Double($0) / Double(repetitions) }
    nominal("Welch, 200 and 120 units of unequal spread", shares[0])
    covers("its interval covers", shares[1])
    nominal("the same with CUPED", shares[2])
    covers("its interval covers", shares[3])
    nominal("ratio by the delta method", shares[4])
    covers("its interval covers", shares[5])
    nominal("Mann-Whitney", shares[6])
}

func rates() throws {
    var generator = SplitMix64(seed: 3)
    var counts = [0, 0, 0]
    for _ in 0..<repetitions {
        let result = try RateComparison(
            control: EventCount(events: generator.poisson(60), exposure: 1_000),
            treatment: EventCount(events: generator.poisson(45), exposure: 750)
        )
        counts[0] += (result.p ?? 1) <= 0.05 ? 1 : 0
        counts[1] += result.exactP <= 0.05 ? 1 : 0
        counts[2] += result.interval.contains(0) ? 1 : 0
    }
    let shares = counts.map { Double($0) / Double(repetitions) }
    nominal("Poisson rates, score test, 60 and 45 events", shares[0])
    row("the same, exact", shares[1], "at most 5 %", shares[1] <= 0.05)
    covers("its interval covers", shares[2])
}

/// 14 daily looks, 2 % conversion, 2,000 visitors per arm and day.
func plannedLooks() throws {
    let design = try GroupSequentialDesign(looks: 14)
    for lift in [0.0, 0.1, 0.2] {
        var generator = SplitMix64(seed: 4)
        var found = 0
        var days = 0
        var covered = 0
        var checked = 0
        let difference = 0.02 * lift
        for repetition in 0..<repetitions {
            var a = 0
            var b = 0
            for look in 1...14 {
                a += generator.binomial(2_000, 0.02)
                b += generator.binomial(2_000, 0.02 * (1 + lift))
                let n = Double(2_000 * look)
                let pooled = Double(a + b) / (2 * n)
                let error = (2 * pooled * (1 - pooled) / n).squareRoot()
                let z = error > 0 ? Double(b - a) / n / error : 0
                let crossed = z.magnitude >= design.boundaries[look - 1]
                guard crossed || look == 14 else { continue }
                found += crossed ? 1 : 0
                days += look
                if repetition % 10 == 0, let stop = design.stop(atLook: look, z: z) {
                    let scale = (Double(look) / 14).squareRoot() * error
                    checked += 1
                    covered += stop.lower * scale <= difference && difference <= stop.upper * scale ? 1 : 0
                }
                break
            }
        }
        let share = Double(found) / Double(repetitions)
        let mean = String(format: "%.1f", Double(days) / Double(repetitions))
        let wanted = lift == 0 ? "at most 5.5 %" : lift == 0.2 ? "at least 88 %" : "-"
        row(
            "14 planned looks, lift \(Int(lift * 100)) %, \(mean) days on average",
            share,
            wanted,
            lift == 0 ? share <= 0.055 : lift == 0.2 ? share >= 0.88 : true
        )
        covers("its interval after stopping covers (\(checked) of them)", Double(covered) / Double(checked))
    }
}

/// A look after every observation, up to 100,000 of them, units assigned at random.
func alwaysValid() throws {
    let runs = sequentialRuns
    let sequence = try ConfidenceSequence()
    let test = try SuccessMixtureTest()
    let least = ConfidenceSequence.leastPerGroup
    let critical = (1...100_000).map { sequence.criticalValue(units: $0) ?? .infinity }
    for rate in [0.02, 0.3] {
        var generator = SplitMix64(seed: 5)
        var sequenceErrors = 0
        var mixtureErrors = 0
        for _ in 0..<runs {
            var trials = [0.0, 0.0]
            var successes = [0.0, 0.0]
            var isOut = false
            var isRejected = false
            for unit in 1...100_000 {
                let arm = Int(generator.next() & 1)
                let isSuccess = generator.unit() < rate
                trials[arm] += 1
                successes[arm] += isSuccess ? 1 : 0
                if isSuccess, !isRejected {
                    let evidence = try test.logEvidence(control: Int(successes[0]), treatment: Int(successes[1]))
                    isRejected = evidence >= -log(0.05)
                }
                let enough = min(
                    min(successes[0], successes[1]),
                    min(trials[0] - successes[0], trials[1] - successes[1])
                )
                guard !isOut, enough >= Double(least) else { continue }
                let p = successes[0] / trials[0]
                let q = successes[1] / trials[1]
                let bound = critical[unit - 1]
                let variance = p * (1 - p) / trials[0] + q * (1 - q) / trials[1]
                isOut = (q - p) * (q - p) > bound * bound * variance
            }
            sequenceErrors += isOut ? 1 : 0
            mixtureErrors += isRejected ? 1 : 0
        }
        let name = "a look after each of 100,000 units at \(rate), \(runs) runs"
        let a = Double(sequenceErrors) / Double(runs)
        let b = Double(mixtureErrors) / Double(runs)
        row("confidence sequence, \(name)", a, "below 5 %", a < 0.05)
        row("mixture test of successes, \(name)", b, "below 5 %", b < 0.05)
    }
    var generator = SplitMix64(seed: 6)
    var errors = [0, 0]
    let gaussian = -log(0.05)
    for _ in 0..<runs {
        var count = [0.0, 0.0]
        var sum = [0.0, 0.0]
        var squares = [0.0, 0.0]
        var isOut = false
        var isRejected = false
        for unit in 1...100_000 where !isOut || !isRejected {
            let arm = Int(generator.next() & 1)
            let value = generator.exponential()
            count[arm] += 1
            sum[arm] += value
            squares[arm] += value * value
            guard min(count[0], count[1]) >= Double(least) else { continue }
            let a = sum[0] / count[0]
            let b = sum[1] / count[1]
            let variance =
                (squares[0] - count[0] * a * a) / (count[0] * (count[0] - 1))
                + (squares[1] - count[1] * b * b) / (count[1] * (count[1] - 1))
            let bound = critical[unit - 1]
            isOut = isOut || (b - a) * (b - a) > bound * bound * variance
            if !isRejected, unit % 10 == 0 {
                let evidence = try MixtureTest.normalLogEvidence(
                    estimate: b - a,
                    standardError: variance.squareRoot(),
                    deviation: 0.1
                )
                isRejected = evidence >= gaussian
            }
        }
        errors[0] += isOut ? 1 : 0
        errors[1] += isRejected ? 1 : 0
    }
    let a = Double(errors[0]) / Double(runs)
    let b = Double(errors[1]) / Double(runs)
    row("confidence sequence, exponential values, a look after each of 100,000", a, "below 5 %", a < 0.05)
    row("normal mixture test, exponential values, a look after every tenth", b, "below 5 %", b < 0.05)
}

/// A split of 50.9 to 49.1 where 50 to 50 was planned.
func mismatch() throws {
    var generator = SplitMix64(seed: 7)
    let runs = 2_000
    var blocked = 0
    var falselyBlocked = 0
    for _ in 0..<runs {
        let lost = generator.binomial(100_000, 0.509)
        blocked += try SampleRatioTest(observed: [lost, 100_000 - lost], shares: [1, 1]).p < 0.001 ? 1 : 0
        let fair = generator.binomial(100_000, 0.5)
        falselyBlocked += try SampleRatioTest(observed: [fair, 100_000 - fair], shares: [1, 1]).p < 0.001 ? 1 : 0
    }
    let share = Double(blocked) / Double(runs)
    let wrong = Double(falselyBlocked) / Double(runs)
    row("sample-ratio mismatch of 50.9 to 49.1 refused", share, "at least 98 %", share >= 0.98)
    row("fair split refused", wrong, "at most 0.3 %", wrong <= 0.003)
}

if CommandLine.arguments.contains("--prediction") {
    try PredictionCoverage.table(repetitions: CommandLine.arguments.contains("--full") ? 400 : 60)
} else {
    say("| what | share | wanted | held |\n| --- | --- | --- | --- |")
    try proportions()
    try means()
    try rates()
    try plannedLooks()
    try alwaysValid()
    try mismatch()
}
