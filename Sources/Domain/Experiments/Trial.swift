// SPDX-License-Identifier: Apache-2.0

/// The life cycle of a trial.
package enum TrialStatus: String, Codable, LifeCycle {
    case planned
    case running
    case completed
    case failed
    case cancelled
    /// It ended, but must not count: its block was spoilt, or its levers were not as planned.
    case discarded

    package static var subject: String { "trial" }
    package static var moves: [TrialStatus: Set<TrialStatus>] {
        [
            .planned: [.running, .cancelled, .failed],
            .running: [.completed, .failed, .cancelled, .planned],
            .completed: [.discarded],
            .failed: [],
            .cancelled: [],
            .discarded: [],
        ]
    }
}

/// One run of one combination on one unit for one window; a replicate is another trial.
package struct Trial: Hashable, Codable, Sendable {
    /// Why the trial is run.
    package enum Purpose: String, Codable, Sendable, CaseIterable {
        /// A strategy asked for it.
        case search
        /// The control of its block.
        case control
        /// A finalist that is measured again.
        case finalist
        /// The winner in the confirmation run.
        case confirmation
    }

    package var id: TrialID
    package var workspace: WorkspaceID
    package var campaign: CampaignID
    package var generation: GenerationID
    /// The number of the block within the campaign, from 0: trials of one block are comparable.
    package var block: Int
    /// The place in the campaign's run order, from 0.
    package var position: Int
    package var unit: String
    package var combination: Combination
    package var purpose: Purpose
    package var status: TrialStatus
    package var startedAt: Timestamp?
    package var endedAt: Timestamp?
    /// The job that runs it, once it was started.
    package var job: JobID?
    /// What the trial reported, by metric name.
    package var metrics: [String: Double]
    /// Whether every guardrail held; nil before the end.
    package var guardrailsHeld: Bool?
    package var failure: Failure?
    /// What the trial cost, once it is settled.
    package var cost: Money?

    /// Creates a planned trial.
    package init(
        id: TrialID,
        workspace: WorkspaceID,
        campaign: CampaignID,
        generation: GenerationID,
        block: Int,
        position: Int,
        unit: String,
        combination: Combination,
        purpose: Purpose
    ) {
        self.id = id
        self.workspace = workspace
        self.campaign = campaign
        self.generation = generation
        self.block = block
        self.position = position
        self.unit = unit
        self.combination = combination
        self.purpose = purpose
        status = .planned
        metrics = [:]
    }
}

/// Why something did not work, classified so that what follows can be decided (A5).
package struct Failure: Hashable, Codable, Sendable, CustomStringConvertible {
    /// The classes of failure.
    package enum Class: String, Codable, Sendable, CaseIterable {
        case timeOut
        case rateLimit
        case permission
        case notFound
        case invalid
        case unknown
    }

    package var `class`: Class
    /// One sentence for a person.
    package var message: String
    /// The last lines that a program wrote, when a program failed.
    package var lastLines: [String]

    /// Creates a failure.
    package init(_ class: Class, _ message: String, lastLines: [String] = []) {
        self.class = `class`
        self.message = message
        self.lastLines = lastLines
    }

    package var description: String { "\(self.class.rawValue): \(message)" }
}
