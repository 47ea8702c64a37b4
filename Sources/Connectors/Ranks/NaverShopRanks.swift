// SPDX-License-Identifier: Apache-2.0
package import Domain

/// Ranks in Naver's shop search, as its interface orders them: without advertisements and without what the page knows of who looks.
///
/// A unit is a keyword of the goal; a goal with one keyword and one unit has that keyword. Places go down to 1,099; pages of all keywords are
/// read in turn, and a keyword's end when the product is found. It knows only the present.
package struct NaverShopRanks: RankSource {
    /// The deepest place that can be seen.
    package static let depth = 1_099

    private let search: NaverSearch
    private let memory: ShopMemory

    init(_ search: NaverSearch, memory: ShopMemory) {
        self.search = search
        self.memory = memory
    }

    package func name(observer: String) -> String { "naver-shop:\(observer)" }

    package func observe(
        units: [String],
        of goal: Goal,
        observer: String,
        at now: Timestamp
    ) async throws -> [RankObservation] {
        let words = try units.map { try Self.keyword(of: $0, goal) }
        guard let product = goal.product.identifier ?? goal.product.url else {
            throw Failure(.invalid, "goal '\(goal.name)' names no product; give product.id or product.url")
        }
        let places = try await self.places(of: product, words: words, depth: goal.objective.depth)
        return zip(units, words).map {
            RankObservation(unit: $0, rank: places[$1].flatMap { $0.map { Double($0.rank) } })
        }
    }

    /// The keyword that a unit is.
    static func keyword(of unit: String, _ goal: Goal) throws(Failure) -> String {
        if goal.keywords.contains(unit) { return unit }
        if goal.keywords.count == 1, goal.units == [unit] { return goal.keywords[0] }
        let words = goal.keywords.prefix(10).joined(separator: ", ")
        throw Failure(.notFound, "unit '\(unit)' is no keyword of goal '\(goal.name)'; its keywords are \(words)")
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
        let address = try ShopAddress(product)
        let subject = ShopReading.Subject(
            address: address,
            traits: memory[address.number],
            depth: min(max(depth, 0), Self.depth)
        )
        var seen: Set<String> = []
        var open = words.filter { seen.insert($0).inserted }.map { ($0, ShopReading(subject)) }
        var places: [String: Place?] = [:]
        while !open.isEmpty {
            var (word, reading) = open.removeFirst()
            guard let start = reading.next else {
                if let found = reading.found, found.match == .exact {
                    try memory.remember(address.number, ShopTraits(found.entry))
                }
                places[word] = .some(reading.found.map { Place(rank: $0.rank, isExact: $0.match == .exact) })
                continue
            }
            let (entries, total) = try await page(word, start)
            reading.take(entries, from: start, total: total)
            open.append((word, reading))
        }
        return places
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
