// SPDX-License-Identifier: Apache-2.0

/// A term that is in more titles than was to be expected.
package struct Burst: Hashable, Sendable {
    /// The term's number in its corpus.
    package let term: Int32
    /// In how many distinct titles of the window it is.
    package let count: Int
    /// In how many of them on the window's last day.
    package let countOnLastDay: Int
    /// In how many titles of all history before the window.
    package let countInHistory: Int
    /// How many were to be expected by the base, the same weekdays and the same weeks of last year.
    package let expected: Double
    /// 2 (√(count + 3/8) − √(expected + 3/8)): the Poisson surprise on a scale on which noise has a spread of 1.
    package let surprise: Double
    /// The log-odds ratio against all history with an informative Dirichlet prior, by its standard error.
    package let logOdds: Double
    /// log₂ of the share in the window by the best share of an earlier window as long.
    package let novelty: Double
    /// Chance of as many titles or more if nothing had changed: negative binomial, so a Poisson rate known only from the base.
    package let pValue: Double
    /// `pValue` adjusted by Benjamini and Hochberg for all terms of the window.
    package internal(set) var qValue: Double
    /// How many sources wrote of it.
    package internal(set) var sources: Int
    /// On how many days of the window it was written of.
    package internal(set) var days: Int
    /// How it is written where titles tell: 1 as a name, 0 as a common word; where they do not, by its rarity.
    package let nameShare: Double
    /// The chance that it is written of at three times its former rate in the three days to come.
    package let persistence: Double
    /// The share of `count` that remains when a source's n titles count as √n.
    var spread: Double

    /// Whether it is beyond doubt or a first sign.
    package var stage: TrendStage {
        let isSpread = (sources >= 2 && days >= 2) || sources >= 4 || (days >= 3 && count >= 6)
        return qValue <= 0.05 && isSpread ? .confirmed : .early
    }

    /// 1 for names, down to 0.4 for words that titles write in lower case.
    var nameWeight: Double { 1 - 0.6 * (1 - min(1, nameShare / 0.6)) }
}

/// How sure a trend is.
package enum TrendStage: String, Codable, Sendable, CaseIterable {
    /// Few titles, one source or one day: a first sign, most of which come to nothing.
    case early
    /// A false discovery rate of 5 % at most, and several sources or days.
    case confirmed
}
