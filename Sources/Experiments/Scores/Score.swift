// SPDX-License-Identifier: Apache-2.0
package import Domain

/// How good a rank is, from 0 to 1 (B2).
package enum RankScore {
    /// 1 − average rank / depth, kept within 0 and 1; 0 for a depth below 1 or a rank that is not a number.
    package static func score(averageRank: Double, depth: Int) -> Double {
        guard depth > 0, !averageRank.isNaN else { return 0 }
        return (1 - averageRank / Double(depth)).clampedToUnit
    }
}

/// How good a metric is against the control of the same block, from 0 to 1; the control itself has 0.5.
package enum GainScore {
    /// 0.5 + 0.5 × relative gain over the control, kept within 0 and 1.
    ///
    /// The relative gain is (value − control) / |control| when more is better, and its opposite when less is. Over a
    /// control of 0 any gain is infinite: the score is 1, 0.5 or 0. A value or control that is not finite has 0.
    package static func score(value: Double, control: Double, direction: Direction) -> Double {
        guard value.isFinite, control.isFinite else { return 0 }
        let difference = direction == .higher ? value - control : control - value
        guard control != 0 else {
            return difference > 0 ? 1 : difference < 0 ? 0 : 0.5
        }
        return (0.5 + 0.5 * (difference / control.magnitude)).clampedToUnit
    }
}

/// The score of a combination (B2).
package enum CombinationScore {
    /// The weighted mean of response score, success rate and guardrail rate, each kept within 0 and 1.
    ///
    /// The weights are divided by their sum, so that the score is within 0 and 1 too. Negative weights count as 0;
    /// without any positive weight the score is the response score.
    package static func score(
        response: Double,
        successRate: Double,
        guardrailRate: Double,
        weights: ScoreWeights
    ) -> Double {
        let rank = max(0, weights.rank)
        let success = max(0, weights.success)
        let guardrails = max(0, weights.guardrails)
        let sum = rank + success + guardrails
        guard sum > 0, sum.isFinite else { return response.clampedToUnit }
        let weighted =
            rank * response.clampedToUnit + success * successRate.clampedToUnit
            + guardrails * guardrailRate.clampedToUnit
        return weighted / sum
    }
}

extension Double {
    /// The number kept within 0 and 1; 0 when it is not a number.
    var clampedToUnit: Double { isNaN ? 0 : Swift.min(1, Swift.max(0, self)) }
}
