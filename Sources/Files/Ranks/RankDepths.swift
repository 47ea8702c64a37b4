// SPDX-License-Identifier: Apache-2.0

import Domain

/// How far the lists of a table were looked at, as rows, a person, or the ranks themselves say.
struct RankDepths {
    /// One look: who looked, at which list, and when.
    private struct Look: Hashable {
        let source: String
        let observer: String
        let time: Timestamp
    }

    /// What the ranks of a keyword say where nobody does.
    private struct Guess {
        /// The depth that is taken.
        var depth: Int
        /// The rank one beyond, which stands for "not in the list".
        var mark: Int?
        /// A rank one beyond a usual size that is taken for a rank.
        var doubtful: Int?
        /// Whether hardly a rank is missing from the fullest look, so that the greatest rank is the list's end.
        var isWhole: Bool
    }

    /// The list sizes that are usual: a greatest rank of one more may be the mark for "beyond".
    private static let usual: Set<Int> = [10, 20, 30, 40, 50, 80, 100, 150, 200, 250, 300, 400, 500, 1_000, 2_000]

    /// By row; 0 where the row says nothing.
    private let written: [Int]
    private let given: Int?
    private var guesses: [String: Guess] = [:]
    /// What a reader should know, as English sentences.
    private(set) var notes: [String] = []

    /// Takes in the rows.
    ///
    /// - Parameters:
    ///   - sightings: as they were read.
    ///   - written: the depth of each; 0 where the row says none.
    ///   - given: the depth that a person gave; nil without one.
    init(_ sightings: [RankSighting], written: [Int], given: Int?) {
        self.written = written
        self.given = given
        notes = Self.contradictions(sightings)
        guard given == nil else { return }
        var rows: [String: [RankSighting]] = [:]
        for (sighting, depth) in zip(sightings, written) where depth == 0 {
            rows[sighting.keyword, default: []].append(sighting)
        }
        guesses = rows.mapValues { Self.guess($0) }
        note()
    }

    /// Gives each row its depth; a rank beyond is not listed.
    func fill(_ sightings: inout [RankSighting]) {
        for index in sightings.indices {
            let depth = written[index] > 0 ? written[index] : given ?? guesses[sightings[index].keyword]?.depth ?? 1
            sightings[index].depth = depth
            if let rank = sightings[index].rank, rank > depth { sightings[index].rank = nil }
        }
    }

    /// The greatest rank is a mark only where it stands for several products of one look, which no rank does, and more often so than any
    /// other rank: one product's path may well end at 21 or 101.
    private static func guess(_ rows: [RankSighting]) -> Guess {
        let greatest = rows.compactMap(\.rank).max() ?? 1
        var looks: [Look: [Int: Int]] = [:]
        for row in rows {
            guard let rank = row.rank else { continue }
            let look = Look(source: row.source, observer: row.observer, time: row.time)
            looks[look, default: [:]][rank, default: 0] += 1
        }
        let fullest = looks.values.map(\.count).max() ?? 0
        var guess = Guess(depth: greatest, isWhole: Double(fullest) >= 0.9 * Double(greatest))
        guard usual.contains(greatest - 1) else { return guess }
        var shared: [Int: Int] = [:]
        for counts in looks.values {
            for (rank, count) in counts where count > 1 { shared[rank, default: 0] += 1 }
        }
        let own = shared[greatest] ?? 0
        let others = shared.filter { $0.key != greatest }.values.max() ?? 0
        let most = looks.values.compactMap { $0[greatest] }.max() ?? 0
        if own > others, own > 1 || most > 2 {
            guess.depth = greatest - 1
            guess.mark = greatest
        } else if looks.values.count(where: { $0[greatest] != nil }) > 1 {
            guess.doubtful = greatest
        }
        return guess
    }

    private mutating func note() {
        for (mark, keywords) in grouped(\.mark) {
            notes.append(
                "Ranks of \(mark) are taken for 'not among the first \(mark - 1)', for several products have it at once\(keywords); give "
                    + "--depth \(mark) or more if it is a rank."
            )
        }
        for (rank, keywords) in grouped(\.doubtful) {
            notes.append(
                "The greatest rank, \(rank), is taken for a rank\(keywords); give --depth \(rank - 1) if it stands for 'not among the first "
                    + "\(rank - 1)'."
            )
        }
        let unknown = grouped { $0.mark == nil && $0.doubtful == nil && !$0.isWhole ? $0.depth : nil }
        if !unknown.isEmpty {
            let told = unknown.prefix(5).map { "\($0.value)\($0.keywords)" }.joined(separator: "; ")
            notes.append(
                "How far was looked is not said, and taken from the greatest rank: \(told)\(unknown.count > 5 ? "; …" : ""); give --depth to "
                    + "say otherwise."
            )
        }
    }

    /// Keywords by what was guessed of them, in words, in order.
    private func grouped(_ value: (Guess) -> Int?) -> [(value: Int, keywords: String)] {
        var keywords: [Int: [String]] = [:]
        for (keyword, guess) in guesses {
            if let value = value(guess) { keywords[value, default: []].append(keyword) }
        }
        return keywords.sorted { $0.key < $1.key }.map { ($0.key, Self.named($0.value)) }
    }

    /// Keywords after a blank; nothing where the table has none.
    private static func named(_ keywords: [String]) -> String {
        let named = keywords.filter { !$0.isEmpty }.sorted()
        guard !named.isEmpty else { return "" }
        return " (" + named.joined(separator: ", ") + ")"
    }

    /// Tells of looks that say two ranks of one product at one time, of which the last counts.
    private static func contradictions(_ sightings: [RankSighting]) -> [String] {
        struct Key: Hashable {
            let keyword: String
            let product: String
            let look: Look
        }
        var known: [Key: Int?] = [:]
        var count = 0
        var first: RankSighting?
        for sighting in sightings {
            let look = Look(source: sighting.source, observer: sighting.observer, time: sighting.time)
            let key = Key(keyword: sighting.keyword, product: sighting.product, look: look)
            if let before = known.updateValue(sighting.rank, forKey: key), before != sighting.rank {
                count += 1
                first = first ?? sighting
            }
        }
        guard let first else { return [] }
        let list = first.keyword.isEmpty ? "" : " for \(first.keyword)"
        return [
            "\(count) look\(count == 1 ? " contradicts" : "s contradict") one before of the same product, observer and time (first: "
                + "\(first.product)\(list) at \(first.time)); the last in the file counts."
        ]
    }
}
