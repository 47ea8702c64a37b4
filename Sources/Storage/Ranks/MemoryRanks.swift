// SPDX-License-Identifier: Apache-2.0

package import Domain

/// Ranks that were seen, in memory.
struct MemoryRanks {
    private struct Key: Hashable, Comparable {
        let workspace: WorkspaceID
        let keyword: String
        let product: String
        let time: Timestamp
        let source: String
        let observer: String

        init(_ sighting: RankSighting) {
            workspace = sighting.workspace
            keyword = sighting.keyword
            product = sighting.product
            time = sighting.time
            source = sighting.source
            observer = sighting.observer
        }

        static func < (left: Self, right: Self) -> Bool {
            (left.keyword, left.product, left.time, left.source, left.observer)
                < (right.keyword, right.product, right.time, right.source, right.observer)
        }
    }

    private struct ProductKey: Hashable {
        let workspace: WorkspaceID
        let product: String
    }

    private var sightings: [Key: RankSighting] = [:]
    private var products: [ProductKey: RankedProduct] = [:]

    /// Writes what a change holds of ranks.
    mutating func apply(_ change: KnowledgeChange) {
        for sighting in change.sightings { sightings[Key(sighting)] = sighting }
        for product in change.rankedProducts {
            products[ProductKey(workspace: product.workspace, product: product.product)] = product
        }
    }

    /// A workspace's sightings from an instant on, those of one keyword or of all.
    func sightings(in workspace: WorkspaceID, keyword: String?, since: Timestamp?) -> [RankSighting] {
        sightings.filter { key, _ in
            key.workspace == workspace && (keyword == nil || key.keyword == keyword)
                && (since.map { key.time >= $0 } ?? true)
        }
        .sorted { $0.key < $1.key }.map(\.value)
    }

    /// A workspace's products.
    func products(in workspace: WorkspaceID) -> [RankedProduct] {
        products.values.filter { $0.workspace == workspace }.sorted { $0.product < $1.product }
    }
}

extension MemoryStore: RankStore {
    package func rankSightings(
        in workspace: WorkspaceID,
        keyword: String?,
        since: Timestamp?
    ) async throws -> [RankSighting] {
        contents.withLock { $0.ranks.sightings(in: workspace, keyword: keyword, since: since) }
    }

    package func rankedProducts(in workspace: WorkspaceID) async throws -> [RankedProduct] {
        contents.withLock { $0.ranks.products(in: workspace) }
    }

    package func alertsWithoutCampaign(in workspace: WorkspaceID) async throws -> [Alert] {
        contents.withLock { Array(($0.alerts[workspace] ?? [:]).values) }
            .filter { $0.campaign == nil }
            .sorted { ($0.time, $0.id) < ($1.time, $1.id) }
    }
}
