// SPDX-License-Identifier: Apache-2.0
import Domain

extension DesignAdvisor {
    /// Why a choice was taken, in a sentence or two.
    func reason(_ best: Choice, among choices: [Choice]) -> String {
        let runs =
            "\(best.total) runs" + (best.replicates > 1 ? " (\(best.candidate.runs.count) × \(best.replicates))" : "")
        guard request.kind == .auto else {
            return "\(best.candidate.name), \(runs), as asked for." + shortfall(best, choices)
        }
        var text: String
        if !request.existing.isEmpty {
            text = "\(runs) chosen by exchange add most to the \(request.existing.count) that exist."
        } else {
            switch best.candidate.kind {
            case .full:
                text = "\(runs): all combinations are few enough, and every effect and interaction can be told apart."
            case .fractional where best.candidate.areMainsClear:
                text = "\(runs) tell every main effect from every interaction of two factors."
            case .fractional, .plackettBurman:
                text = "\(runs) estimate every main effect, each mixed with interactions of two factors."
            case .taguchi:
                let isAsItIs = !best.candidate.notes.contains { $0.contains("dummy levels") }
                text =
                    "\(runs) of the array \(best.candidate.name) "
                    + (isAsItIs
                        ? "balance every pair of factors, with the levels as they are."
                        : "estimate every main effect; levels that stand twice in it get more runs than others.")
            default:
                text =
                    request.forbidden.isEmpty
                    ? "\(runs) chosen by exchange: no array holds these factors in as few runs."
                    : "\(runs) chosen by exchange keep to the allowed combinations, which no array can."
            }
        }
        if let full = FactorSpace(levelCounts: builder.levelCounts).combinationCount, full > best.candidate.runs.count {
            text += " All combinations would be \(full)."
        }
        return text + repeats(best, choices) + shortfall(best, choices)
    }

    /// Why new combinations were preferred to repeats of fewer, where there was a choice.
    private func repeats(_ best: Choice, _ choices: [Choice]) -> String {
        let rival = choices.filter { other in
            other.estimatesAll && other.replicates > 1 && other.total <= best.total
                && 10 * other.total >= 9 * best.total
                && other.candidate.runs.count < best.candidate.runs.count && other.mixing > best.mixing + 1e-6
                && (other.power ?? 0) >= min(request.power, (best.power ?? 0) - 0.03)
        }
        .max { $0.candidate.runs.count < $1.candidate.runs.count }
        guard request.replicates == nil, let rival else { return "" }
        return
            " New combinations tell more than repeats: \(rival.candidate.name) made \(rival.replicates) times is about "
            + "as likely to find an effect, but its main effects are mixed more with interactions of two factors."
    }

    /// What the wanted power would need when the budget does not reach it.
    private func shortfall(_ best: Choice, _ choices: [Choice]) -> String {
        guard let effect = request.effect, request.noise != nil else { return "" }
        let wanted = Self.percent(request.power)
        if let power = best.power, power >= request.power {
            return " An effect of \(Self.short(effect)) is found with a chance of \(Self.percent(power))."
        }
        let have =
            best.power.map { "only \(Self.percent($0))" } ?? "unknown, since no runs are left to judge the error by"
        var free = request
        free.budget = nil
        free.replicates = nil
        free.kind = .auto
        let cheapest = DesignAdvisor.cheapestTotal(free)
        let remedy = cheapest.map { "; \($0) runs would reach \(wanted)" } ?? ""
        return " The chance to find an effect of \(Self.short(effect)) is \(have)\(remedy)."
    }

    /// The fewest runs that reach the wanted power without a budget; nil when no design does.
    private static func cheapestTotal(_ request: DesignRequest) -> Int? {
        guard request.existing.isEmpty else { return nil }
        do throws(DesignError) {
            let found = try DesignAdvisor(request).choose()
            return (found.choice.power ?? 0) >= request.power ? found.choice.total : nil
        } catch {
            // Without a design there is no number to name.
            return nil
        }
    }

    /// A share as a percentage without decimals, never rounded up to 100.
    static func percent(_ share: Double) -> String {
        "\(min(Int((100 * share).rounded()), share < 1 ? 99 : 100)) %"
    }

    /// A number in a few digits.
    static func short(_ value: Double) -> String {
        value.magnitude < 1e15 ? (Int64(exactly: value).map(String.init) ?? "\(value)") : "\(value)"
    }
}

/// The cheapest design that finds effects of a size with a wanted chance.
package struct CheapestDesign: Hashable, Sendable {
    /// What it is called, such as `L18`.
    package let name: String
    /// The family.
    package let kind: DesignKind
    /// The number of different runs.
    package let runs: Int
    /// How many times each is made.
    package let replicates: Int
    /// The least chance over all main effects and wanted interactions.
    package let power: Double

    /// The number of runs in all.
    package var total: Int { runs * replicates }

    /// Finds it; nil when no design of at most `maximumRuns` reaches the power.
    ///
    /// `levelCounts` are the numbers of levels of the factors, `noise` the standard deviation of one run, `effect` the
    /// smallest difference between two levels that matters. Throws for numbers outside their range.
    package static func find(
        levelCounts: [Int],
        interactions: [[Int]] = [],
        noise: Double,
        effect: Double,
        power: Double = 0.8,
        level: Double = 0.05,
        maximumRuns: Int = DesignRequest.runLimit
    ) throws(DesignError) -> CheapestDesign? {
        var request = DesignRequest(
            factors: levelCounts.enumerated().map { index, count in
                DesignFactor(
                    name: "factor \(index + 1)",
                    values: .levels((0..<max(0, count)).map { .integer(Int64($0)) })
                )
            }
        )
        request.interactions = interactions
        request.noise = noise
        request.effect = effect
        request.power = power
        request.level = level
        request.budget = maximumRuns
        let advisor = try DesignAdvisor(request)
        let choices = advisor.sufficientChoices()
        guard let best = choices.min(by: { ($0.total, $0.replicates) < ($1.total, $1.replicates) }) else { return nil }
        return CheapestDesign(
            name: best.candidate.name,
            kind: best.candidate.kind,
            runs: best.candidate.runs.count,
            replicates: best.replicates,
            power: best.power ?? 0
        )
    }
}
