// SPDX-License-Identifier: Apache-2.0

import Domain

extension KnowledgeReader {
    /// A text that changes with whatever is known of a campaign; nil for a campaign that is not there.
    ///
    /// The campaign itself is looked at to the byte. Of its records it is told how many there are of each kind, where the newest
    /// stands, and how long they are together: no record is written without one of these, or the account, moving.
    func revision(of campaign: CampaignID, in workspace: WorkspaceID) throws -> String? {
        let names: [SQLValue] = [.text(workspace.name), .text(campaign.text)]
        let own = try session.query("SELECT body FROM campaigns WHERE workspace = ? AND id = ?", names) { $0.text(0) }
        guard let body = own.first else { return nil }
        let arguments = Array(repeating: names, count: 7).flatMap(\.self) + [names[0]]
        let parts = try session.query(Self.revisionQuery, arguments) { row in
            ([row.text(0)] + (1...3).map { String(row.integer($0)) }).joined(separator: " ")
        }
        var hasher = Hasher()
        hasher.combine(body)
        for part in parts { hasher.combine(part) }
        return String(UInt(bitPattern: hasher.finalize()), radix: 36)
    }

    /// One row for each kind of record, and for trials and campaigns one for each status: how many, and two sums that move with them.
    ///
    /// Alerts without a campaign are looked at beside the campaign's own, and the workspace's campaigns because one may follow this one,
    /// or have its units.
    private static var revisionQuery: String {
        """
        SELECT 'trials ' || status, count(*), CAST(sum(position) AS BIGINT), CAST(sum(length(body)) AS BIGINT)
        FROM trials WHERE workspace = ? AND campaign = ? GROUP BY status
        UNION ALL SELECT 'generations', count(*), 0, CAST(coalesce(sum(length(body)), 0) AS BIGINT)
        FROM generations WHERE workspace = ? AND campaign = ?
        UNION ALL SELECT 'decisions', count(*), coalesce(max(time), 0), 0
        FROM decisions WHERE workspace = ? AND campaign = ?
        UNION ALL SELECT 'analyses', count(*), coalesce(max(time), 0), CAST(coalesce(sum(length(body)), 0) AS BIGINT)
        FROM analyses WHERE workspace = ? AND campaign = ?
        UNION ALL SELECT 'alerts', count(*), coalesce(max(time), 0), 0
        FROM alerts WHERE workspace = ? AND (campaign = ? OR campaign IS NULL)
        UNION ALL SELECT 'levers', count(*), coalesce(max(since), 0), CAST(coalesce(sum(is_confirmed), 0) AS BIGINT)
        FROM levers WHERE workspace = ? AND campaign = ?
        UNION ALL SELECT 'ledger', count(*), coalesce(max(sequence), 0), CAST(coalesce(sum(is_open), 0) AS BIGINT)
        FROM ledger WHERE workspace = ? AND campaign = ?
        UNION ALL SELECT 'campaigns ' || status, count(*), 0, 0
        FROM campaigns WHERE workspace = ? GROUP BY status
        ORDER BY 1
        """
    }
}
