// SPDX-License-Identifier: Apache-2.0
package import Domain

/// The combinations that a strategy wants to have tried, and what a person should know about them.
package struct Proposal: Hashable, Codable, Sendable {
    /// A combination that is measured again, and why.
    package struct StatedReplicate: Hashable, Codable, Sendable {
        /// What is measured again.
        package var combination: Combination
        /// A whole sentence.
        package var reason: String

        /// Creates a replicate.
        package init(combination: Combination, reason: String) {
            self.combination = combination
            self.reason = reason
        }
    }

    /// Different combinations, never the control: every block holds that anyway.
    package var members: [Generation.Member]
    /// The members that were tried before or are being tried, in the members' order, each with its reason.
    package var replicates: [StatedReplicate]
    /// Whole sentences.
    package var notes: [String]

    /// Creates a proposal.
    package init(
        members: [Generation.Member],
        replicates: [StatedReplicate] = [],
        notes: [String]
    ) {
        self.members = members
        self.replicates = replicates
        self.notes = notes
    }

    /// Nothing, while half of the workers are not healthy.
    static var emergency: Proposal {
        Proposal(members: [], notes: ["Emergency: no new combinations are tried until the workers are healthy."])
    }
}

/// What a campaign wants from its strategy next.
package struct AskRequest: Hashable, Codable, Sendable {
    /// The generation's number, from 1; the first is a design.
    package var generation: Int
    /// How many combinations, at least 1.
    package var size: Int
    /// How many trials each gets on average, at least 1.
    package var replicates: Int
    /// How the new is weighed against the known.
    package var phase: SearchPhase
    /// Whether the market changed since the last request (B4): older outcomes then lose their say.
    package var environmentChanged: Bool
    /// How many trials the campaign can still make, this request's included; nil when that is not limited.
    package var trialsLeft: Int?

    /// Creates a request.
    package init(
        generation: Int,
        size: Int,
        replicates: Int,
        phase: SearchPhase,
        environmentChanged: Bool = false,
        trialsLeft: Int? = nil
    ) {
        self.generation = generation
        self.size = size
        self.replicates = replicates
        self.phase = phase
        self.environmentChanged = environmentChanged
        self.trialsLeft = trialsLeft
    }

    /// Throws unless size and replicates are 1 or more.
    func validate() throws {
        guard size >= 1 else {
            throw ExperimentError.invalidRequest(field: "size", value: size, least: 1)
        }
        guard replicates >= 1 else {
            throw ExperimentError.invalidRequest(field: "replicates", value: replicates, least: 1)
        }
    }
}

extension SearchRecord {
    /// A proposal that keeps the rules: canonical members, none forbidden, the control or twice; others fill the gaps.
    ///
    /// Members that are known already become replicates with the reason that their origin gives.
    func settled(_ raw: Proposal, _ request: AskRequest, using generator: inout SplitMix64) -> Proposal {
        let space = problem.space
        let known = known
        var proposal = raw
        var taken: Set<Combination> = [problem.control]
        var members: [Generation.Member] = []
        var gaps: [Int] = []
        for var member in raw.members {
            member.combination = space.canonical(member.combination)
            if space.contains(member.combination), space.allows(member.combination),
                taken.insert(member.combination).inserted
            {
                members.append(member)
            } else if member.combination != problem.control {
                gaps.append(member.replicates)
            }
        }
        if !gaps.isEmpty {
            let fillers = space.distinct(gaps.count, excluding: taken.union(known), using: &generator)
            for (combination, replicates) in zip(fillers, gaps) {
                members.append(Generation.Member(combination: combination, origin: .random, replicates: replicates))
            }
            proposal.notes.append(
                "\(gaps.count) combinations were forbidden or the same as others: "
                    + "\(fillers.count) random ones that were not tried take their places."
            )
        }
        proposal.members = members
        let stated = Set(raw.replicates.map(\.combination))
        for member in members where known.contains(member.combination) && !stated.contains(member.combination) {
            proposal.replicates.append(
                Proposal.StatedReplicate(combination: member.combination, reason: Self.reason(for: member.origin))
            )
        }
        if !proposal.replicates.isEmpty {
            let reasons = Set(proposal.replicates.map(\.reason)).sorted().joined(separator: " ")
            proposal.notes.append(
                "\(proposal.replicates.count) of \(members.count) combinations are measured again. \(reasons)"
            )
        }
        return proposal
    }

    private static func reason(for origin: CombinationOrigin) -> String {
        switch origin {
        case .elite: "The best are measured again, so that a lucky result does not stay."
        case .finalist: "The finalists are measured again before one is chosen."
        case .winner, .control: "Winner and control are compared."
        case .array, .spread, .crossover, .mutation, .random:
            "No combinations are left that were not tried, so that these are made surer."
        }
    }
}
