// SPDX-License-Identifier: Apache-2.0

import Domain
import Foundation
import Storage

@testable import dure

/// A clock that stands still.
struct StandingClock: TimeSource {
    var now = Timestamp(milliseconds: 1_750_000_000_000)

    func sleep(until instant: Timestamp) async throws {}
}

/// A folder of a test's own, removed when the test lets it go.
final class TemporaryFolder: Sendable {
    let url: URL

    init() throws {
        url = FileManager.default.temporaryDirectory.appending(path: "dure-command-" + UUID().uuidString)
        try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
    }

    deinit {
        do {
            try FileManager.default.removeItem(at: url)
        } catch {
            FileHandle.standardError.write(Data("\(url.path) was not removed: \(error)\n".utf8))
        }
    }

    var data: DataFolder { DataFolder(path: url.path) }

    /// Writes a file and returns its path.
    func file(_ name: String, _ text: String) throws -> String {
        let file = url.appending(path: name)
        try Data(text.utf8).write(to: file)
        return file.path
    }
}

/// Makes records of one campaign.
struct Sample {
    static let start = StandingClock().now
    let ids = IdentifierGenerator(clock: StandingClock(), seed: 11)

    /// Two factors of two levels, one of which a spreadsheet would take for a formula.
    static func goal(_ name: String = "rank of the vacuum", marketplace: Marketplace = .simulated) -> Goal {
        Goal(
            name: name,
            marketplace: marketplace,
            objective: Objective(metric: "rank", direction: .lower, target: 20, depth: 100),
            factors: [
                Factor(name: "제목", levels: [.text("=short"), .text("long, with a comma")]),
                Factor(name: "price", levels: [.integer(329_000), .integer(319_000)]),
            ],
            trial: TrialTemplate(
                kind: .simulated,
                window: .hours(6),
                cost: Money(minorUnits: 150, currency: .krw)
            ),
            units: ["u1", "u2"],
            budget: Budget(amount: Money(minorUnits: 500_000, currency: .krw))
        )
    }

    func campaign(_ name: String = "rank of the vacuum", marketplace: Marketplace = .simulated) -> Campaign {
        Campaign(
            id: ids.next(),
            workspace: .default,
            goal: Self.goal(name, marketplace: marketplace),
            plan: Plan(difficulty: 0.5, trials: 40, generations: 2, duration: .days(10)),
            createdAt: Self.start
        )
    }

    func generation(of campaign: Campaign) -> Generation {
        Generation(
            id: ids.next(),
            workspace: .default,
            campaign: campaign.id,
            number: 1,
            createdAt: Self.start,
            strategy: "genetic",
            seed: 7,
            members: [.init(combination: Combination([1, 1]), origin: .array, replicates: 4)],
            notes: []
        )
    }

    /// Sixteen trials in four blocks, in which the second title gains 8 places and the second price 3.
    func trials(of generation: Generation) -> [Trial] {
        (0..<16).map { index in
            let combination = Combination([(index / 2) % 2, index % 2])
            var trial = Trial(
                id: ids.next(),
                workspace: .default,
                campaign: generation.campaign,
                generation: generation.id,
                block: index / 4,
                position: index,
                unit: index % 3 == 0 ? "u1" : "u2",
                combination: combination,
                purpose: combination == Combination([0, 0]) ? .control : .search
            )
            trial.startedAt = Self.start + .hours(6 * (index / 4))
            trial.endedAt = Self.start + .hours(6 * (index / 4) + 6)
            guard index != 5 else {
                trial.status = .failed
                trial.failure = Failure(.timeOut, "no answer, \"twice\"\nin a row")
                return trial
            }
            trial.status = .completed
            let noise = Double((index * 7) % 5) / 10
            trial.metrics = [
                "rank": 80 - 8 * Double(combination.levels[0]) - 3 * Double(combination.levels[1]) + noise,
                "margin": 0.121_710_094_267_399_29 + Double(index) / 3,
            ]
            trial.guardrailsHeld = index != 6
            trial.cost = Money(minorUnits: 150, currency: .krw)
            return trial
        }
    }

    func decision(
        of campaign: Campaign,
        policy: String,
        inputs: String,
        outcome: String,
        reason: String,
        after minutes: Int = 0
    ) -> Decision {
        Decision(
            id: ids.next(),
            workspace: .default,
            campaign: campaign.id,
            time: Self.start + .minutes(minutes),
            agent: "campaign",
            policy: policy,
            inputs: inputs,
            outcome: outcome,
            reason: reason
        )
    }

    /// A running campaign with its generation and trials.
    func change(_ campaign: Campaign) throws -> KnowledgeChange {
        var campaign = campaign
        try campaign.status.move(to: .ready)
        try campaign.status.move(to: .running)
        campaign.startedAt = Self.start
        campaign.startValue = 80
        let generation = generation(of: campaign)
        var change = KnowledgeChange()
        change.campaigns = [campaign]
        change.generations = [generation]
        change.trials = trials(of: generation)
        return change
    }
}
