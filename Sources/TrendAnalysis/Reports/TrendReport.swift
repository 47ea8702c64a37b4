// SPDX-License-Identifier: Apache-2.0

package import Domain

/// What people write about more than before: the result of `TrendAnalyser`.
package struct TrendReport: Hashable, Codable, Sendable {
    /// A subject that is written of more than before.
    package struct Trend: Hashable, Codable, Sendable {
        /// What names it.
        package let term: String
        /// Other terms of the same titles.
        package let otherTerms: [String]
        /// The Poisson surprise of the leading term, on a scale on which noise has a spread of 1.
        package let score: Double
        /// In how many titles of the window the leading term is.
        package let count: Int
        /// In how many it was to be expected.
        package let expected: Double
        /// The rate by the expected rate, with a 95 % interval.
        package let growth: Double
        package let growthLow: Double
        package let growthHigh: Double
        /// The false discovery rate at which it is called a trend.
        package let qValue: Double
        package let stage: TrendStage
        /// How it was found.
        package let evidence: TrendEvidence
        /// The chance that it is still written of in the next three days.
        package let persistence: Double
        /// When its first and last item of the window came out.
        package let first: Timestamp
        package let last: Timestamp
        /// Who wrote of it, most often first.
        package let sources: [String]
        /// Titles a day, up to the window's last day.
        package let sparkline: [Int]
        /// The stories, greatest first.
        package internal(set) var stories: [Story]
    }

    /// Items that tell the same.
    package struct Story: Hashable, Codable, Sendable {
        package let title: String
        package let items: Int
        package let sources: [String]
        package let first: Timestamp
        package let last: Timestamp
        package internal(set) var summary: StorySummary
        /// Where its items are in the material, until it is summarised.
        package internal(set) var members: [Int]?
    }

    /// The trends of a category.
    package struct Category: Hashable, Codable, Sendable {
        package let name: String
        package let items: Int
        package internal(set) var trends: [Trend]
    }

    /// What is written of a watched product or brand.
    package struct Watched: Hashable, Codable, Sendable {
        package let name: String
        package let count: Int
        package let expected: Double
        /// The chance of as many mentions or more if nothing had changed.
        package let pValue: Double
        package let sparkline: [Int]
        /// The terms of the trends whose titles name it.
        package let trends: [String]
        package internal(set) var stories: [Story]
    }

    /// The window's first and last day in UTC, `yyyy-mm-dd`.
    package let firstDay: String
    package let lastDay: String
    /// How many items were read, how many of them told nothing new, and how many remain in the window.
    package let items: Int
    package let repeated: Int
    package let inWindow: Int
    /// How many items there are in each language, by ISO 639-1 code.
    package let languages: [String: Int]
    /// How Korean titles were cut: `mecab` or `rules`.
    package let tokeniser: String
    package internal(set) var trends: [Trend]
    package internal(set) var categories: [Category]
    package internal(set) var watched: [Watched]
}
