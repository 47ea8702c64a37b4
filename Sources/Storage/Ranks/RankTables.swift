// SPDX-License-Identifier: Apache-2.0

package import Domain

/// Ranks that were seen, within a transaction that the caller has begun.
struct RankTables<Session: SQLSession> {
    /// The connection, inside the transaction.
    let session: Session

    /// Writes sightings; one under the same names and time replaces what was.
    func write(_ sightings: [RankSighting]) throws {
        guard !sightings.isEmpty else { return }
        try session.execute(
            """
            INSERT INTO rank_sightings (workspace, keyword, product, time, source, observer, rank, depth)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?)
            ON CONFLICT (workspace, keyword, product, time, source, observer)
            DO UPDATE SET rank = excluded.rank, depth = excluded.depth
            """,
            batch: sightings.map { sighting in
                [
                    .text(sighting.workspace.name), .text(sighting.keyword), .text(sighting.product),
                    .integer(sighting.time.milliseconds), .text(sighting.source), .text(sighting.observer),
                    .optional(sighting.rank.map(Int64.init)), .integer(sighting.depth),
                ]
            }
        )
    }

    /// Writes products; one that is known is replaced.
    func write(_ products: [RankedProduct]) throws {
        guard !products.isEmpty else { return }
        try session.execute(
            """
            INSERT INTO ranked_products (workspace, product, name, is_own) VALUES (?, ?, ?, ?)
            ON CONFLICT (workspace, product) DO UPDATE SET name = excluded.name, is_own = excluded.is_own
            """,
            batch: products.map { product in
                [
                    .text(product.workspace.name), .text(product.product), .text(product.name), .flag(product.isOwn),
                ]
            }
        )
    }

    /// A workspace's sightings from an instant on, those of one keyword or of all.
    func sightings(in workspace: WorkspaceID, keyword: String?, since: Timestamp?) throws -> [RankSighting] {
        let start = SQLValue.integer(since?.milliseconds ?? .min)
        let columns = "SELECT keyword, product, time, source, observer, rank, depth FROM rank_sightings"
        let order = "ORDER BY keyword, product, time, source, observer"
        func sighting(_ row: any SQLRow) -> RankSighting {
            RankSighting(
                workspace: workspace,
                keyword: row.text(0),
                product: row.text(1),
                source: row.text(3),
                observer: row.text(4),
                time: Timestamp(milliseconds: row.integer(2)),
                rank: row.optionalInteger(5).map { Int(clamping: $0) },
                depth: Int(clamping: row.integer(6))
            )
        }
        guard let keyword else {
            return try session.query(
                "\(columns) WHERE workspace = ? AND time >= ? \(order)",
                [.text(workspace.name), start],
                sighting
            )
        }
        return try session.query(
            "\(columns) WHERE workspace = ? AND keyword = ? AND time >= ? \(order)",
            [.text(workspace.name), .text(keyword), start],
            sighting
        )
    }

    /// A workspace's products.
    func products(in workspace: WorkspaceID) throws -> [RankedProduct] {
        try session.query(
            "SELECT product, name, is_own FROM ranked_products WHERE workspace = ? ORDER BY product",
            [.text(workspace.name)]
        ) { row in
            RankedProduct(workspace: workspace, product: row.text(0), name: row.text(1), isOwn: row.flag(2))
        }
    }
}

extension SQLStore {
    package func rankSightings(
        in workspace: WorkspaceID,
        keyword: String?,
        since: Timestamp?
    ) async throws -> [RankSighting] {
        try await read { try RankTables(session: $0).sightings(in: workspace, keyword: keyword, since: since) }
    }

    package func rankedProducts(in workspace: WorkspaceID) async throws -> [RankedProduct] {
        try await read { try RankTables(session: $0).products(in: workspace) }
    }

    package func alertsWithoutCampaign(in workspace: WorkspaceID) async throws -> [Alert] {
        try await read { [decoder] in
            try KnowledgeReader(session: $0, decoder: decoder).alertsWithoutCampaign(in: workspace)
        }
    }
}
