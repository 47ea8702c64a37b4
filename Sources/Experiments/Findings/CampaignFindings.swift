// SPDX-License-Identifier: Apache-2.0

package import Domain
package import Statistics

/// What the designed experiment of a campaign says: stored as an analysis of kind `effects`.
///
/// Values are in the units of the campaign's metric (places, for a rank); a gain is always winner less control, so that for a metric
/// of which less is better a good gain is negative.
package struct EffectsFinding: Codable, Sendable, Equatable {
    /// One combination as the model sees it.
    package struct Candidate: Codable, Sendable, Equatable {
        package var combination: Combination
        /// Its completed trials.
        package var trials: Int
        /// The plain mean of its measured values; nil when it was never completed.
        package var observedMean: Double?
        /// The model's expected value, with its interval.
        package var expected: Interval
        /// 0 to 1 (B2).
        package var score: Double
        package var grade: Grade
        /// The share of its trials that ended with a valid result.
        package var successRate: Double
        /// The share of its trials that kept every guardrail.
        package var guardrailRate: Double

        /// Creates a candidate.
        package init(
            combination: Combination,
            trials: Int,
            observedMean: Double?,
            expected: Interval,
            score: Double,
            grade: Grade,
            successRate: Double,
            guardrailRate: Double
        ) {
            self.combination = combination
            self.trials = trials
            self.observedMean = observedMean
            self.expected = expected
            self.score = score
            self.grade = grade
            self.successRate = successRate
            self.guardrailRate = guardrailRate
        }
    }

    /// The completed trials that were analysed, controls included.
    package var trials: Int
    /// The recommendation; nil when nothing beats the control's own setting or nothing could be measured.
    package var best: Candidate?
    package var control: Candidate
    /// The ten best by score, the recommendation among them.
    package var candidates: [Candidate]
    /// Winner less control with the model's interval; nil without a winner.
    package var gain: Interval?
    /// The analysis of variance of the metric by the factors, blocks taken out; nil when the trials do not support one.
    package var anova: AnalysisOfVariance?
    /// Factors whose effect is significant at 5 % after Holm's adjustment.
    package var significantFactors: [String]
    /// Factors whose effect could not be told from noise.
    package var insignificantFactors: [String]
    /// What a reader must know, in sentences.
    package var notes: [String]
    /// The strongest interactions of two factors, the strongest first; nil in findings of older versions.
    package var interactions: [Interaction]?
    /// The effects of a campaign whose factors all have two levels, where what was tried is a balanced design.
    package var twoLevel: TwoLevelEffects?
    /// What was recommended after each batch, a dozen at most, the last among them; nil in findings of older versions.
    package var progress: [Progress]?
    /// Whether the model's assumptions hold; nil where it leaves too little to judge by.
    package var residualChecks: ResidualChecks?

    /// Creates a finding without its further evidence, which is set afterwards.
    package init(
        trials: Int,
        best: Candidate?,
        control: Candidate,
        candidates: [Candidate],
        gain: Interval?,
        anova: AnalysisOfVariance?,
        significantFactors: [String],
        insignificantFactors: [String],
        notes: [String]
    ) {
        self.trials = trials
        self.best = best
        self.control = control
        self.candidates = candidates
        self.gain = gain
        self.anova = anova
        self.significantFactors = significantFactors
        self.insignificantFactors = insignificantFactors
        self.notes = notes
    }
}

/// What the confirmation run says: stored as an analysis of kind `confirmation`.
package struct ConfirmationFinding: Codable, Sendable, Equatable {
    package var winner: Combination
    package var winnerTrials: Int
    package var controlTrials: Int
    package var winnerMean: Double
    package var controlMean: Double
    /// Winner less control within the same blocks, with the interval of the fresh trials alone.
    package var difference: Interval
    /// Two-sided.
    package var p: Double?
    /// What the model had claimed before the run.
    package var claimed: Interval?
    /// Whether the whole interval of the fresh trials lies on the better side of no difference.
    package var isConfirmed: Bool

    /// Creates a finding.
    package init(
        winner: Combination,
        winnerTrials: Int,
        controlTrials: Int,
        winnerMean: Double,
        controlMean: Double,
        difference: Interval,
        p: Double?,
        claimed: Interval?,
        isConfirmed: Bool
    ) {
        self.winner = winner
        self.winnerTrials = winnerTrials
        self.controlTrials = controlTrials
        self.winnerMean = winnerMean
        self.controlMean = controlMean
        self.difference = difference
        self.p = p
        self.claimed = claimed
        self.isConfirmed = isConfirmed
    }
}

/// One round of rank observations over a campaign's units: stored as an analysis of kind `round`.
package struct RoundFinding: Codable, Sendable, Equatable {
    package var time: Timestamp
    /// The median over units of each unit's consensus; in the units of the metric.
    package var consensus: Double
    /// The lower quartile over units.
    package var lower: Double
    /// The upper quartile over units.
    package var upper: Double
    /// 0 to 10,000.
    package var reliability: Double
    /// How many units were observed.
    package var units: Int

    /// Creates a finding.
    package init(
        time: Timestamp,
        consensus: Double,
        lower: Double,
        upper: Double,
        reliability: Double,
        units: Int
    ) {
        self.time = time
        self.consensus = consensus
        self.lower = lower
        self.upper = upper
        self.reliability = reliability
        self.units = units
    }
}

/// The future of the metric: stored as an analysis of kind `forecast`.
package struct ForecastFinding: Codable, Sendable, Equatable {
    /// One day ahead.
    package struct Point: Codable, Sendable, Equatable {
        package var time: Timestamp
        package var value: Double
        /// The interval of the outcome; an upper end beyond the depth means that "off the list" is in it.
        package var interval: Interval?
        /// The probability that the product is off the list by then.
        package var offList: Double?
        /// The method that gave the value, the one of `RankForecastMethod` that did best so far ahead.
        package var method: String?

        /// Creates a point.
        package init(
            time: Timestamp,
            value: Double,
            interval: Interval?,
            offList: Double? = nil,
            method: String? = nil
        ) {
            self.time = time
            self.value = value
            self.interval = interval
            self.offList = offList
            self.method = method
        }
    }

    /// When the target is met for the first time, as a distribution.
    package struct GoalDate: Codable, Sendable, Equatable {
        /// The probability that it is met within the days that were looked at.
        package var probability: Double
        package var within: Int
        /// The first instants by which the probability is 10, 50 and 90 %; nil where it does not come to that.
        package var early: Timestamp?
        package var median: Timestamp?
        package var late: Timestamp?

        /// Creates a date.
        package init(probability: Double, within: Int, early: Timestamp?, median: Timestamp?, late: Timestamp?) {
            self.probability = probability
            self.within = within
            self.early = early
            self.median = median
            self.late = late
        }
    }

    /// The method of the horizon with the greatest skill, such as `kriging`; `naive` where none beat it.
    package var method: String
    /// 1 − its error / the error of "no change"; 0 for "no change" itself.
    package var skill: Double
    package var points: [Point]
    /// The date by which the target is met with a probability of one half; nil when not within the points.
    package var targetDate: Timestamp?
    /// One sentence.
    package var summary: String
    /// How far was looked.
    package var depth: Int?
    /// The dates of the target; nil without one, where it is met already, or where such dates did no better on the past than the share of
    /// units that met it.
    package var goal: GoalDate?

    /// Creates a finding.
    package init(
        method: String,
        skill: Double,
        points: [Point],
        targetDate: Timestamp?,
        summary: String,
        depth: Int? = nil,
        goal: GoalDate? = nil
    ) {
        self.method = method
        self.skill = skill
        self.points = points
        self.targetDate = targetDate
        self.summary = summary
        self.depth = depth
        self.goal = goal
    }
}

/// What successes and failures share, by hour and weekday: stored as an analysis of kind `patterns`.
package struct PatternsFinding: Codable, Sendable, Equatable {
    /// One sentence for each pattern that a test supports; empty when none does.
    package var sentences: [String]
    /// The completed trials that were looked at.
    package var trials: Int

    /// Creates a finding.
    package init(sentences: [String], trials: Int) {
        self.sentences = sentences
        self.trials = trials
    }
}
