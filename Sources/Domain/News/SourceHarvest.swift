// SPDX-License-Identifier: Apache-2.0

/// What a source of news or videos is asked for.
package struct SourceQuery: Hashable, Codable, Sendable {
    /// Words or phrases to look for; empty for all that the source has (a feed, a file, a chart).
    package var terms: [String]
    /// Nothing that came out before this instant.
    package var since: Timestamp
    /// Nothing that came out at this instant or later.
    package var until: Timestamp
    /// Such as `ko`; nil for every language that the source has.
    package var language: String?
    /// At most so many items for each term.
    package var limit: Int

    /// Creates a query.
    package init(
        terms: [String] = [],
        since: Timestamp,
        until: Timestamp,
        language: String? = nil,
        limit: Int = 1_000
    ) {
        self.terms = terms
        self.since = since
        self.until = until
        self.language = language
        self.limit = limit
    }
}

/// Why a source gave less than was asked for.
package struct SourceProblem: Hashable, Codable, Sendable {
    /// The source's name.
    package var source: String
    /// What went wrong, as every outcome in the house is told: a class that says whether another try makes sense, and a message.
    package var failure: Failure
    /// When the source may be asked again, where it or its quota says so.
    package var notBefore: Timestamp?

    /// Creates a problem.
    package init(source: String, failure: Failure, notBefore: Timestamp? = nil) {
        self.source = source
        self.failure = failure
        self.notBefore = notBefore
    }
}

/// What a source gave: items, and what is missing of them.
package struct SourceHarvest<Item: Hashable & Codable & Sendable>: Hashable, Codable, Sendable {
    /// Without repetitions by identity, in the order in which the source gave them.
    package var items: [Item]
    /// Empty when the source gave all that was asked for.
    package var problems: [SourceProblem]
    /// How many calls were made to the outside.
    package var calls: Int

    /// Creates a harvest.
    package init(items: [Item] = [], problems: [SourceProblem] = [], calls: Int = 0) {
        self.items = items
        self.problems = problems
        self.calls = calls
    }
}
