// SPDX-License-Identifier: Apache-2.0

/// The identifier of a workspace: one seller's records, apart from every other seller's.
///
/// It is a name that the operator chooses (letters, digits, `-`), not a generated identifier; `default` until somebody makes more.
package struct WorkspaceID: Hashable, Sendable, Comparable, Codable, CustomStringConvertible {
    /// The name.
    package let name: String

    /// The workspace that exists from the start.
    package static let `default` = WorkspaceID(unchecked: "default")

    /// Reads a name of 1 to 63 lower-case letters, digits and hyphens; nil for anything else.
    package init?(_ name: String) {
        let allowed = name.utf8.allSatisfy { byte in
            (0x61...0x7A).contains(byte) || (0x30...0x39).contains(byte) || byte == 0x2D
        }
        guard allowed, (1...63).contains(name.utf8.count) else { return nil }
        self.name = name
    }

    private init(unchecked name: String) {
        self.name = name
    }

    package init(from decoder: any Decoder) throws {
        let name = try decoder.singleValueContainer().decode(String.self)
        guard let workspace = Self(name) else {
            throw DecodingError.dataCorrupted(
                .init(codingPath: decoder.codingPath, debugDescription: "'\(name)' is not a workspace name")
            )
        }
        self = workspace
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(name)
    }

    package var description: String { name }

    package static func < (left: Self, right: Self) -> Bool { left.name < right.name }
}

package typealias CampaignID = Identifier<Campaign>
package typealias TrialID = Identifier<Trial>
package typealias GenerationID = Identifier<Generation>
package typealias JobID = Identifier<Job>
package typealias WorkerID = Identifier<Worker>
package typealias DecisionID = Identifier<Decision>
package typealias AlertID = Identifier<Alert>
package typealias AnalysisID = Identifier<AnalysisRecord>
package typealias LedgerEntryID = Identifier<LedgerEntry>
package typealias OrderID = Identifier<PersonOrder>
package typealias MessageID = Identifier<MessageIdentity>

/// What a message identifier identifies; the envelope itself lives in `Messaging`.
package enum MessageIdentity: Identified {
    package static var identifierPrefix: String { "msg" }
}

extension Campaign: Identified {
    package static var identifierPrefix: String { "cmp" }
}

extension Trial: Identified {
    package static var identifierPrefix: String { "trl" }
}

extension Generation: Identified {
    package static var identifierPrefix: String { "gen" }
}

extension Job: Identified {
    package static var identifierPrefix: String { "job" }
}

extension Worker: Identified {
    package static var identifierPrefix: String { "wrk" }
}

extension Decision: Identified {
    package static var identifierPrefix: String { "dec" }
}

extension Alert: Identified {
    package static var identifierPrefix: String { "alr" }
}

extension AnalysisRecord: Identified {
    package static var identifierPrefix: String { "ana" }
}

extension PersonOrder: Identified {
    package static var identifierPrefix: String { "ord" }
}

extension LedgerEntry: Identified {
    package static var identifierPrefix: String { "led" }
}
