// SPDX-License-Identifier: Apache-2.0

/// A product in the results of a keyword: what a series of ranks is about.
package struct RankSeriesKey: Sendable, Hashable, Comparable, Codable {
    /// The product's identifier.
    package let product: String
    /// The keyword, or the name of the list.
    package let keyword: String

    /// Makes a key.
    package init(product: String, keyword: String) {
        self.product = product
        self.keyword = keyword
    }

    package static func < (left: RankSeriesKey, right: RankSeriesKey) -> Bool {
        (left.keyword, left.product) < (right.keyword, right.product)
    }
}

/// What was seen of a product: a rank, or that it was not among the first so many.
///
/// Off the list is censored, "beyond the depth", and never a rank: nothing takes a mean over it.
package enum RankOutcome: Sendable, Hashable, Codable {
    /// At this rank, from 1.
    case listed(Int)
    /// Not among the first `depth`.
    case offList(depth: Int)

    /// The rank; nil off the list.
    package var rank: Int? {
        if case .listed(let rank) = self { rank } else { nil }
    }

    /// The rank, or the least that it can be: one beyond the depth.
    package var atLeast: Int {
        switch self {
        case .listed(let rank): rank
        case .offList(let depth): depth + 1
        }
    }

    /// Throws for a rank or depth below 1, or one so great that it cannot be meant.
    func validate() throws(StatisticsError) {
        let (name, value) =
            switch self {
            case .listed(let rank): ("rank", rank)
            case .offList(let depth): ("depth", depth)
            }
        guard (1...RankScale.greatestDepth).contains(value) else {
            throw .invalidArgument(
                name: name,
                value: "\(value)",
                remedy: "give 1 to \(RankScale.greatestDepth)"
            )
        }
    }
}

/// What one observer saw of one series at one time.
package struct RankLook: Sendable, Hashable, Codable {
    /// What was looked for.
    package let series: RankSeriesKey
    /// Who looked; observers that ask one interface with one key are one observer.
    package let observer: String
    /// When, in steps of the series (days, rounds): only differences count.
    package let time: Int
    /// What was seen.
    package let outcome: RankOutcome

    /// Makes an observation.
    package init(series: RankSeriesKey, observer: String, time: Int, outcome: RankOutcome) {
        self.series = series
        self.observer = observer
        self.time = time
        self.outcome = outcome
    }

    /// Throws for an impossible rank, depth or time.
    func validate() throws(StatisticsError) {
        try outcome.validate()
        guard time.magnitude <= Self.greatestTime else {
            throw .invalidArgument(name: "time", value: "\(time)", remedy: "give at most \(Self.greatestTime) steps")
        }
    }

    /// Beyond it differences of times might overflow.
    private static let greatestTime: UInt = 1_000_000_000_000
}
