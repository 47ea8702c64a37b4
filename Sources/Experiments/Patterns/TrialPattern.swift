// SPDX-License-Identifier: Apache-2.0
package import Domain
package import Statistics

/// What a campaign's results have in common more often than chance would make it, one pattern by one test.
package struct TrialPattern: Codable, Sendable, Equatable {
    /// What kind of result is more or less frequent, or what moves.
    package enum Outcome: String, Codable, Sendable, CaseIterable {
        /// A trial that ended with a valid result, kept every guardrail, and beat the control of its block.
        case success
        /// A trial that ended without a result.
        case failure
        /// A trial that broke a guardrail.
        case breach
        /// The metric itself, the combination and the unit taken out.
        case metric
    }

    /// How it was tested.
    package enum Test: String, Codable, Sendable, CaseIterable {
        /// Fisher's exact test of trials.
        case fisher
        /// A permutation of what is left of combinations' shares after the other factors (Freedman and Lane 1983).
        case freedmanLane = "freedman_lane"
        /// A permutation of time slots within their days, or of days within their weeks.
        case restrictedPermutation = "restricted_permutation"
    }

    package var outcome: Outcome
    /// A factor's name, `unit`, `hour` or `weekday`.
    package var subject: String
    /// The level, the unit, the hour 0 to 23, or the weekday 1 (Monday) to 7.
    package var value: String
    /// The trials, or time slots, that have it.
    package var count: Int
    /// The share of the outcome among them; nil for the metric.
    package var share: Double?
    /// The share elsewhere; nil for the metric.
    package var elsewhere: Double?
    /// The difference with its 95 % interval: of shares, or in the units of the metric.
    package var effect: Interval
    package var test: Test
    /// The p value of this test alone.
    package var p: Double
    /// The p value corrected for all tests (Benjamini and Hochberg 1995); at most 0.05, or it would be no pattern.
    package var adjustedP: Double
}

/// The models as they were fitted anew at a thousand results.
package struct RefittedModels: Codable, Sendable, Equatable {
    /// The results at which they were fitted.
    package var results: Int
    package var time: Timestamp
    /// What the next campaign's control is predicted to do; nil when there is not enough data.
    package var control: Interval?
    /// Why not, when there is not enough data.
    package var notEnough: String?
    /// How alike a level's effect is from campaign to campaign, 0 to 1.
    package var carryOver: Double?

    /// Creates a record.
    package init(results: Int, time: Timestamp, control: Interval?, notEnough: String?, carryOver: Double?) {
        self.results = results
        self.time = time
        self.control = control
        self.notEnough = notEnough
        self.carryOver = carryOver
    }
}

/// What a look for patterns says: stored as an analysis of kind `patterns`.
///
/// Its JSON has the keys of ``PatternsFinding`` and more, so that a report reads either.
package struct TrialPatternsFinding: Codable, Sendable, Equatable {
    /// One sentence for each pattern, and for each that others added.
    package var sentences: [String]
    /// The completed trials that were looked at.
    package var trials: Int
    /// The results that were looked at, failed trials included; nil for a record of an older version.
    package var results: Int?
    /// How many tests were made, for which p values are corrected.
    package var tests: Int?
    /// The patterns that hold after the correction, the smallest p value first.
    package var patterns: [TrialPattern]?
    /// What could not be looked at and why.
    package var notes: [String]?
    /// The models as they were last fitted anew; nil before a thousand results.
    package var refit: RefittedModels?
    /// Those of the sentences that come from rounds of ranks, not from trials.
    package var roundSentences: [String]?

    /// Creates a finding.
    package init(
        sentences: [String],
        trials: Int,
        results: Int? = nil,
        tests: Int? = nil,
        patterns: [TrialPattern]? = nil,
        notes: [String]? = nil,
        refit: RefittedModels? = nil,
        roundSentences: [String]? = nil
    ) {
        self.sentences = sentences
        self.trials = trials
        self.results = results
        self.tests = tests
        self.patterns = patterns
        self.notes = notes
        self.refit = refit
        self.roundSentences = roundSentences
    }

    /// The finding with other sentences from rounds of ranks after those of its own.
    package func with(roundSentences fresh: [String]) -> TrialPatternsFinding {
        var finding = self
        let old = roundSentences ?? []
        finding.sentences = sentences.filter { !old.contains($0) } + fresh
        finding.roundSentences = fresh
        return finding
    }
}

/// When patterns are looked for and models are fitted anew (product feature E).
package enum LearningSchedule {
    /// The fewest results in which patterns are looked for.
    package static let leastResults = 100
    /// Models are fitted anew at every so many results, and patterns looked for at least as often.
    package static let refitInterval = 1_000

    /// The results at which patterns are looked for next, `last` being those of the last look or 0: at 100, 200, 400 and 800,
    /// then at every thousand.
    ///
    /// A look costs as much as all results before it, and each is a chance to be wrong, so that few looks do most.
    package static func nextLook(after last: Int) -> Int {
        guard last >= leastResults else { return leastResults }
        return min(2 * last, (last / refitInterval + 1) * refitInterval)
    }

    /// The looks that are due, the first of them first; none when no look is.
    package static func dueLooks(results: Int, last: Int) -> [Int] {
        Array(sequence(first: nextLook(after: last)) { nextLook(after: $0) }.prefix { $0 <= results })
    }

    /// The results at which a refit is due; nil when none is.
    package static func dueRefit(results: Int, last: Int) -> Int? {
        let due = results / refitInterval * refitInterval
        return due >= refitInterval && due > last ? due : nil
    }

    /// Whether a trial counts as a result: completed with a value of the metric, or failed for good.
    ///
    /// What was paid for it does not matter: patterns of what failures share need every failure.
    package static func isResult(_ trial: Trial, metric: String) -> Bool {
        trial.status == .failed || trial.status == .completed && trial.metrics[metric] != nil
    }

    /// The first results of a campaign in the order in which they came.
    ///
    /// The same whenever they are asked for, so that a look that was delayed says what it would have said in time.
    package static func firstResults(_ trials: [Trial], metric: String, count: Int) -> [Trial] {
        Array(
            trials
                .filter { isResult($0, metric: metric) }
                .sorted {
                    ($0.endedAt?.milliseconds ?? .max, $0.position) < ($1.endedAt?.milliseconds ?? .max, $1.position)
                }
                .prefix(max(count, 0))
        )
    }
}
