// SPDX-License-Identifier: Apache-2.0
import Domain

/// Reads one keyword's list page by page until the product is found: pure, so that every order of pages can be tested.
///
/// The list may change while it is read: an entry that moves from a page that was not read yet to one that was is not seen. That shows in
/// entries that are seen at two places. Where it did, and the product was not found, the list is read once more before the product is said to
/// be absent; a place that was seen is told as it was seen.
struct ShopReading {
    /// What is known of a product.
    struct Subject: Sendable {
        var address: ShopAddress
        var traits: ShopTraits?
        var depth: Int
        /// Products that are looked for besides; the list is read on until they are found, too.
        var others: [ShopAddress] = []
    }

    let subject: Subject
    /// Where the page to ask for next begins; nil when the reading is over.
    private(set) var next: Int? = 1
    /// Where the product was seen, and as what.
    private(set) var found: (rank: Int, match: ShopMatch, entry: ShopEntry)?
    /// Whether entries changed places while the list was read.
    private(set) var isShuffled = false
    private(set) var passes = 1
    /// The entries in the order in which they were seen, each at its first place.
    private(set) var passed: [(rank: Int, entry: ShopEntry)] = []
    /// Those of the others that were not seen yet.
    private(set) var missing: [ShopAddress]
    private var places: [String: Int] = [:]

    /// Whether the whole list was read, down to the depth.
    private(set) var isWhole = false

    init(_ subject: Subject) {
        self.subject = subject
        missing = subject.others
        if subject.depth < 1 { next = nil }
    }

    /// Takes a page.
    ///
    /// - Parameters:
    ///   - entries: in the list's order; nil for one that makes no sense, which keeps its place.
    ///   - start: the place of the first.
    ///   - total: how many entries the list has; nil if that is not told.
    mutating func take(_ entries: [ShopEntry?], from start: Int, total: Int?) {
        for (offset, entry) in entries.enumerated() {
            let rank = start + offset
            guard rank <= subject.depth, let entry else { continue }
            if let before = places[entry.productId], before != rank { isShuffled = true }
            if places[entry.productId] == nil {
                places[entry.productId] = rank
                passed.append((rank, entry))
                missing.removeAll { ShopMatch(entry, address: $0, traits: nil) != nil }
            }
            guard let match = ShopMatch(entry, address: subject.address, traits: subject.traits) else { continue }
            if let found, found.match >= match { continue }
            found = (rank, match, entry)
        }
        if let found, found.match > .comparison, missing.isEmpty {
            next = nil
            return
        }
        let last = start + entries.count - 1
        let isEnd = entries.count < NaverSearch.pageSize || last >= subject.depth || last >= total ?? .max
        next = isEnd ? nil : NaverSearch.start(after: start)
        isWhole = next == nil
        if next == nil, found == nil, isShuffled, passes == 1 {
            (next, passes, isShuffled, isWhole) = (1, 2, false, false)
            (places, passed, missing) = ([:], [], subject.others)
        }
    }
}
