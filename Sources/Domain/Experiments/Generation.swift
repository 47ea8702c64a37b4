// SPDX-License-Identifier: Apache-2.0

/// Where a combination of a generation came from.
package enum CombinationOrigin: String, Codable, Sendable, CaseIterable {
    /// A run of the orthogonal array.
    case array
    /// Chosen to lie far from the others.
    case spread
    case elite
    case crossover
    case mutation
    case random
    case finalist
    case winner
    case control
}

/// A batch of combinations that a search strategy asked for.
package struct Generation: Hashable, Codable, Sendable {
    /// One combination of a generation.
    package struct Member: Hashable, Codable, Sendable {
        package var combination: Combination
        package var origin: CombinationOrigin
        /// How many trials it gets in this generation.
        package var replicates: Int

        /// Creates a member.
        package init(combination: Combination, origin: CombinationOrigin, replicates: Int) {
            self.combination = combination
            self.origin = origin
            self.replicates = replicates
        }
    }

    package var id: GenerationID
    package var workspace: WorkspaceID
    package var campaign: CampaignID
    /// The number within the campaign, from 1.
    package var number: Int
    package var createdAt: Timestamp
    package var strategy: String
    package var seed: UInt64
    package var members: [Member]
    /// What a person should know: the array that was used, what did not fit and why.
    package var notes: [String]
    /// Numbers that the strategy keeps from one generation to the next, so that a restart goes on where it was.
    package var memory: [String: [Double]]?

    /// Creates a generation.
    package init(
        id: GenerationID,
        workspace: WorkspaceID,
        campaign: CampaignID,
        number: Int,
        createdAt: Timestamp,
        strategy: String,
        seed: UInt64,
        members: [Member],
        notes: [String],
        memory: [String: [Double]]? = nil
    ) {
        self.id = id
        self.workspace = workspace
        self.campaign = campaign
        self.number = number
        self.createdAt = createdAt
        self.strategy = strategy
        self.seed = seed
        self.members = members
        self.notes = notes
        self.memory = memory
    }
}

/// How good a combination is among those of its campaign (B3).
package enum Grade: String, Codable, Sendable, CaseIterable {
    /// The top 10 %.
    case elite
    /// The next 40 %.
    case significant
    case deprecated
}
