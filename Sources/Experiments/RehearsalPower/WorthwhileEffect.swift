// SPDX-License-Identifier: Apache-2.0
package import Domain

/// The smallest difference of a goal's metric that is worth having, and where it comes from.
package struct WorthwhileEffect: Codable, Sendable, Equatable {
    /// In units of the metric, above 0.
    package var size: Double
    /// One sentence.
    package var reason: String

    /// Takes a stated size, else the goal's own, else derives one; nil when nothing can be derived.
    ///
    /// With a target that is not met yet: the way from the start to the target, over the number of factors, what each would have
    /// to give if all gave alike. Without: a tenth of the start.
    package init?(stated: Double?, goal: Goal, start: Double?) {
        if let stated {
            size = stated
            reason = "as stated"
            return
        }
        if let own = goal.objective.smallestEffect {
            size = own
            reason = "the goal's smallest_effect"
            return
        }
        guard let start, start.isFinite else { return nil }
        if let target = goal.objective.target, !goal.objective.isMet(by: start), target != start {
            let count = max(goal.factors.count, 1)
            size = (target - start).magnitude / Double(count)
            reason =
                "the way from the start to the target over the \(count) factors; state another with smallest_effect or --effect"
            return
        }
        guard start != 0 else { return nil }
        size = start.magnitude / 10
        reason =
            "a tenth of the start, as the goal has no target to reach; state another with smallest_effect or --effect"
    }
}
