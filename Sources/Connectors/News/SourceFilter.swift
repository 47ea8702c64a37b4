// SPDX-License-Identifier: Apache-2.0
import Domain

/// What a query lets through of a source that gives all it has.
struct SourceFilter {
    private let query: SourceQuery
    private let terms: [String]
    private var counts: [Int]

    init(_ query: SourceQuery) {
        self.query = query
        terms = query.terms.map { $0.lowercased() }
        counts = terms.map { _ in 0 }
    }

    /// Whether an instant is in the query's span.
    func takes(_ instant: Timestamp) -> Bool { instant >= query.since && instant < query.until }

    /// Whether a text has one of the terms, of which there are not enough yet; every text where there are none.
    mutating func takes(_ texts: String...) -> Bool {
        guard !terms.isEmpty else { return true }
        let lower = texts.map { $0.lowercased() }
        for (index, term) in terms.enumerated() where lower.contains(where: { $0.contains(term) }) {
            guard counts[index] < query.limit else { continue }
            counts[index] += 1
            return true
        }
        return false
    }

    /// Whether a language is the one that is asked for; what states none is taken.
    func takes(language: String?) -> Bool {
        guard let wanted = query.language, let language else { return true }
        return Self.primary(language) == Self.primary(wanted)
    }

    private static func primary(_ tag: String) -> String {
        tag.prefix { $0 != "-" && $0 != "_" }.lowercased()
    }
}

/// The records of a file that could not be used, in one problem.
struct BadRecords {
    private var count = 0
    private var first: [BadRecord] = []

    mutating func add(_ record: BadRecord) {
        count += 1
        if first.count < 3 { first.append(record) }
    }

    /// What to tell of them; nil when there is none.
    ///
    /// - Parameters:
    ///   - source: whose they are.
    ///   - path: the file.
    ///   - good: how many records could be used.
    /// - Returns: the problem.
    func problem(source: String, path: String, beside good: Int) -> SourceProblem? {
        guard count > 0 else { return nil }
        let total = good + count
        let examples = first.map(\.description).joined(separator: " | ")
        let what = "\(path): \(count) of \(total) record\(total == 1 ? "" : "s") cannot be used, left out: \(examples)"
        return SourceProblem(source: source, failure: Failure(.invalid, what + (count > 3 ? " | …" : "")))
    }
}
