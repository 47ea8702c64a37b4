// SPDX-License-Identifier: Apache-2.0
package import Domain

/// Ranks in Naver's shop search, as its interface orders them: without advertisements and without what the page knows of who looks.
///
/// A unit is a keyword of the goal; the only unit of a goal that is none has all its keywords, and stands where it stands in the middle of
/// them. Places go down to 1,099; pages of all keywords are read in turn, and a keyword's end when the product is found, with those of the
/// competitors that the goal names. Beside them it tells of the first products of each list, and goes on to tell of them where it sees them.
/// It knows only the present.
package struct NaverShopRanks: RankSource {
    /// The deepest place that can be seen.
    package static let depth = 1_099

    private let search: NaverSearch
    private let memory: ShopMemory
    private let crowd = ShopCrowd()

    init(_ search: NaverSearch, memory: ShopMemory) {
        self.search = search
        self.memory = memory
    }

    /// The name of what it tells: whoever looks asks the same interface with the same key, and so is no source of its own.
    package static let name = "naver-shop"

    package func name(observer: String, of goal: Goal) -> String { Self.name }

    package func observe(
        units: [String],
        of goal: Goal,
        observer: String,
        at now: Timestamp
    ) async throws -> [RankObservation] {
        let words = try units.map { try Self.keywords(of: $0, goal) }
        guard let product = goal.product.identifier ?? goal.product.url else {
            throw Failure(.invalid, "goal '\(goal.name)' names no product; give product.id or product.url")
        }
        let address = try ShopAddress(product)
        let others = try goal.product.competitors.map { try ShopAddress($0) }
        let lists = try await readings(
            of: address,
            others: others,
            words: words.flatMap(\.self),
            depth: goal.objective.depth
        )
        return zip(units, words).map { unit, words in
            let own = words.compactMap { word in lists[word].map { (word, $0) } }
            return RankObservation(
                unit: unit,
                rank: Self.middle(own.map { $1.found?.rank }),
                entries: own.flatMap { entries(of: address, $0, $1, title: goal.product.title) }
            )
        }
    }

    /// The keywords that a unit has.
    static func keywords(of unit: String, _ goal: Goal) throws(Failure) -> [String] {
        if goal.keywords.contains(unit) { return [unit] }
        if !goal.keywords.isEmpty, goal.units == [unit] { return goal.keywords }
        let words = goal.keywords.prefix(10).joined(separator: ", ")
        throw Failure(.notFound, "unit '\(unit)' is no keyword of goal '\(goal.name)'; its keywords are \(words)")
    }

    /// Throws `Failure` where a goal cannot be looked at: a unit without keywords, or a product or competitor that names none.
    package static func check(_ unit: String, of goal: Goal) throws(Failure) {
        _ = try keywords(of: unit, goal)
        for product in [goal.product.identifier ?? goal.product.url].compactMap(\.self) + goal.product.competitors {
            _ = try ShopAddress(product)
        }
    }

    /// The median place, of two middle ones their mean; nil where it is beyond the depth.
    static func middle(_ places: [Int?]) -> Double? {
        let sorted = places.map { $0 ?? .max }.sorted()
        guard let upper = sorted.isEmpty ? nil : sorted[sorted.count / 2], upper < .max else { return nil }
        return sorted.count.isMultiple(of: 2) ? Double(sorted[sorted.count / 2 - 1] + upper) / 2 : Double(upper)
    }

    /// The product in a list, and whom it is seen beside.
    private func entries(
        of address: ShopAddress,
        _ word: String,
        _ reading: ShopReading,
        title: String?
    ) -> [RankedEntry] {
        let depth = reading.subject.depth
        let own = RankedEntry(
            keyword: word,
            product: address.number,
            name: reading.found?.entry.name ?? title,
            rank: reading.found?.rank,
            depth: depth,
            isOwn: true
        )
        let ours = reading.found?.entry.productId
        let first = reading.passed.filter { $0.entry.productId != ours }.prefix(ShopCrowd.first).map(\.entry.productId)
        let followed = crowd.following(word, first)
        var entries = [own]
        for (rank, entry) in reading.passed where entry.productId != ours {
            let named = reading.subject.others.first { ShopMatch(entry, address: $0, traits: nil) != nil }
            guard named != nil || followed.contains(entry.productId) else { continue }
            entries.append(
                RankedEntry(
                    keyword: word,
                    product: named?.number ?? entry.productId,
                    name: entry.name,
                    rank: rank,
                    depth: depth,
                    isOwn: false
                )
            )
        }
        // of who was looked for down to the depth it is known that they are not there
        for other in reading.missing where reading.isWhole {
            entries.append(
                RankedEntry(keyword: word, product: other.number, name: nil, rank: nil, depth: depth, isOwn: false)
            )
        }
        return entries
    }

    /// Where a product stands.
    package struct Place: Hashable, Codable, Sendable {
        package var rank: Int
        /// Whether it was found by its number rather than by mall, title and price.
        package var isExact: Bool
    }

    /// Where a product stands for each of some words; nil where it is not within the depth.
    ///
    /// - Parameters:
    ///   - product: its number or address.
    ///   - words: a word that comes twice is asked for once.
    ///   - depth: how deep to look, at most 1,099.
    /// - Returns: a place, or nil, for each word.
    /// - Throws: `Failure` where a word's list could not be read, and `CancellationError`.
    package func places(of product: String, words: [String], depth: Int) async throws -> [String: Place?] {
        try await readings(of: try ShopAddress(product), others: [], words: words, depth: depth).mapValues { reading in
            reading.found.map { Place(rank: $0.rank, isExact: $0.match == .exact) }
        }
    }

    /// Reads each word's list, a page of each in turn.
    private func readings(
        of address: ShopAddress,
        others: [ShopAddress],
        words: [String],
        depth: Int
    ) async throws -> [String: ShopReading] {
        let subject = ShopReading.Subject(
            address: address,
            traits: memory[address.number],
            depth: min(max(depth, 0), Self.depth),
            others: others
        )
        var seen: Set<String> = []
        var open = words.filter { seen.insert($0).inserted }.map { ($0, ShopReading(subject)) }
        var readings: [String: ShopReading] = [:]
        while !open.isEmpty {
            var (word, reading) = open.removeFirst()
            guard let start = reading.next else {
                if let found = reading.found, found.match == .exact {
                    try memory.remember(address.number, ShopTraits(found.entry))
                }
                readings[word] = reading
                continue
            }
            let (entries, total) = try await page(word, start)
            reading.take(entries, from: start, total: total)
            open.append((word, reading))
        }
        return readings
    }

    private func page(_ word: String, _ start: Int) async throws -> (entries: [ShopEntry?], total: Int?) {
        var calls = 0
        let outcome = try await search.page(
            "shop",
            word,
            start: start,
            sort: "sim",
            for: "shop:\(word)",
            calls: &calls
        )
        switch outcome {
        case .problem(let problem, _): throw problem.failure
        case .value(let body):
            return ((body["items"]?.elements ?? []).map { ShopEntry($0) }, body["total"]?.count)
        }
    }
}

/// Who stood among the first of a keyword's list, and is followed from then on.
final class ShopCrowd: Sendable {
    /// How many of a list are followed, and how many there may be in the end.
    static let first = 5
    private static let limit = 40

    private let known = Locked<[String: [String]]>([:])

    /// Takes those who are first now, and tells whom to follow.
    func following(_ word: String, _ first: [String]) -> Set<String> {
        known.withLock { known in
            var followed = known[word] ?? []
            for product in first where !followed.contains(product) && followed.count < Self.limit {
                followed.append(product)
            }
            known[word] = followed
            return Set(followed)
        }
    }
}

/// Opens rank sources by their names.
package enum RankSources {
    /// Naver's shop search; throws `Failure` naming the environment variable that is missing or the file that cannot be read.
    package static func naverShop(with access: SourceAccess) throws(Failure) -> NaverShopRanks {
        NaverShopRanks(
            try access.naverSearch(for: "naver-shop"),
            memory: try ShopMemory(path: access.setting.quotaFolder + "/naver-shop-products.json")
        )
    }
}
