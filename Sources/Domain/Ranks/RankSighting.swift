// SPDX-License-Identifier: Apache-2.0

/// Where one observer saw one product in one list at one instant.
///
/// Keyword, product, source, observer and time name it: what is seen again under all five replaces what was.
package struct RankSighting: Hashable, Codable, Sendable {
    package var workspace: WorkspaceID
    /// The keyword or list; empty where there is only one.
    package var keyword: String
    package var product: String
    /// Where the rank came from, such as `naver`: observers with one source are repeats, not sources.
    package var source: String
    package var observer: String
    package var time: Timestamp
    /// The place from 1; nil when the product was not within the depth.
    package var rank: Int?
    /// How far was looked, from 1.
    package var depth: Int

    /// Creates a sighting.
    package init(
        workspace: WorkspaceID = .default,
        keyword: String,
        product: String,
        source: String,
        observer: String,
        time: Timestamp,
        rank: Int?,
        depth: Int
    ) {
        self.workspace = workspace
        self.keyword = keyword
        self.product = product
        self.source = source
        self.observer = observer
        self.time = time
        self.rank = rank
        self.depth = depth
    }
}

/// A product in a keyword's list, as a rank source came by it.
package struct RankedEntry: Hashable, Codable, Sendable {
    package var keyword: String
    package var product: String
    /// What a reader calls it; nil where that is not known.
    package var name: String?
    /// The place from 1; nil when the product was not within the depth.
    package var rank: Int?
    /// How far was looked, from 1.
    package var depth: Int
    /// Whether it is the goal's product, not one beside it.
    package var isOwn: Bool

    /// Creates an entry.
    package init(keyword: String, product: String, name: String?, rank: Int?, depth: Int, isOwn: Bool) {
        self.keyword = keyword
        self.product = product
        self.name = name
        self.rank = rank
        self.depth = depth
        self.isOwn = isOwn
    }
}

/// What is known of a product whose rank is followed.
package struct RankedProduct: Hashable, Codable, Sendable {
    package var workspace: WorkspaceID
    package var product: String
    /// What a reader calls it.
    package var name: String
    /// Whether it is the seller's own; a competitor otherwise.
    package var isOwn: Bool

    /// Creates a product.
    package init(workspace: WorkspaceID = .default, product: String, name: String, isOwn: Bool) {
        self.workspace = workspace
        self.product = product
        self.name = name
        self.isOwn = isOwn
    }
}
