// SPDX-License-Identifier: Apache-2.0

import Domain

/// Remembers campaigns as they were last read, for they are read at every round and seldom change.
///
/// A campaign is taken from here only when its stored body is still the same to the byte, whoever wrote it meanwhile; so nothing has
/// to be told of writes, and a write that is rolled back leaves nothing behind.
package final class KnownCampaigns: Sendable {
    private struct Entry {
        var body: String
        var campaign: Campaign
    }

    /// How many campaigns are remembered; with one more all are forgotten.
    static let limit = 64

    private let entries = Locked<[String: Entry]>([:])

    /// The campaign of a stored body, read from it by `decode` unless that was done before.
    func campaign(_ id: String, body: String, decode: () throws -> Campaign) rethrows -> Campaign {
        if let entry = entries.withLock({ $0[id] }), entry.body == body { return entry.campaign }
        let campaign = try decode()
        entries.withLock { entries in
            if entries.count >= Self.limit, entries[id] == nil { entries = [:] }
            entries[id] = Entry(body: body, campaign: campaign)
        }
        return campaign
    }
}
