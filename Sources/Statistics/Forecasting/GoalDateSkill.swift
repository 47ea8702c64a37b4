// SPDX-License-Identifier: Apache-2.0

/// How the distribution of a goal's date did on the panel's own past, against the share of all products that got there.
///
/// At origins in the newer half, learned from what was known then, the probability of meeting the target within the steps is
/// compared with what happened by Brier's score. The steps are as many as asked for, or the third of the panel when that is less.
/// JSON keys are the names of the properties.
package struct GoalDateSkill: Sendable, Equatable, Codable {
    /// How many products at origins were tested.
    package let cases: Int
    /// Within how many steps.
    package let steps: Int
    /// The mean squared error of the probabilities; nil without cases.
    package let brier: Double?
    /// 1 − error / error of the share of all; nil when that is 0 or unknown.
    package let skill: Double?

    /// The fewest cases on which dates may be shown.
    package static let leastCases = 50

    /// Whether dates may be shown: only with skill, on 50 cases at least.
    package var isShown: Bool { cases >= Self.leastCases && (skill ?? 0) > 0 }

    /// The most origins, and products at each.
    private static let limits = (origins: 8, products: 60)

    /// Tests the dates of a target.
    ///
    /// - Parameters:
    ///   - panel: the ranks.
    ///   - target: the rank to reach.
    ///   - steps: how far to look.
    ///   - generator: draws products and paths.
    /// - Throws: for a target out of range.
    package init(
        _ panel: RankPanel,
        target: Int,
        steps: Int,
        using generator: inout some RandomNumberGenerator
    ) throws(StatisticsError) {
        let ahead = max(1, min(steps, panel.steps / 3))
        let last = panel.steps - 1 - ahead
        let first = max(panel.steps / 3, last - panel.steps / 2)
        var errors = (own: 0.0, plain: 0.0)
        var cases = 0
        let stride = max(1, (last - first) / Self.limits.origins)
        var origin = first
        while origin <= last, origin > 0 {
            let transitions = RankTransitions(panel, upTo: origin)
            let before = Self.cases(panel, target: target, at: origin - ahead, ahead: ahead)
            let share = Double(before.count { $0.isMet } + 1) / Double(before.count + 2)
            for item in Self.cases(panel, target: target, at: origin, ahead: ahead).shuffled(using: &generator)
                .prefix(Self.limits.products)
            {
                guard
                    let chance = try? transitions.reaching(
                        target,
                        from: .listed(item.now),
                        before: panel.outcome(of: item.position, at: origin - 1),
                        steps: ahead,
                        paths: 200,
                        using: &generator
                    ).reached.last
                else { continue }
                let outcome = item.isMet ? 1.0 : 0.0
                errors.own += (chance - outcome) * (chance - outcome)
                errors.plain += (share - outcome) * (share - outcome)
                cases += 1
            }
            origin += stride
        }
        self.cases = cases
        self.steps = ahead
        brier = cases > 0 ? errors.own / Double(cases) : nil
        skill = errors.plain > 0 ? 1 - errors.own / errors.plain : nil
    }

    /// The products listed beyond the target at a step, and whether they met it within the steps ahead.
    private static func cases(
        _ panel: RankPanel,
        target: Int,
        at origin: Int,
        ahead: Int
    ) -> [(position: Int, now: Int, isMet: Bool)] {
        guard origin >= 0 else { return [] }
        return panel.series.indices.compactMap { position in
            guard let now = panel.outcome(of: position, at: origin)?.rank, now > target else { return nil }
            let isMet = (1...ahead).contains { step in
                panel.outcome(of: position, at: origin + step)?.rank.map { $0 <= target } ?? false
            }
            return (position, now, isMet)
        }
    }
}
