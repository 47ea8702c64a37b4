// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import Domain
import Experiments
import Foundation
import Statistics
import Storage

/// `dure best`: the best combination found, on request and with filters (B6).
struct BestCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "best",
        abstract: "Show the best combination found.",
        discussion: "Taken from the campaign's stored analysis, or from its trials as long as there is none. Without a "
            + "campaign the newest that has started is meant, with --marketplace that of the marketplace. Exit codes: 0 done, "
            + "66 there is no such campaign or database, or nothing passes the filters."
    )

    @OptionGroup var options: CampaignOptions

    @Option(
        help: "Only campaigns of this marketplace: \(Marketplace.allCases.map(\.rawValue).joined(separator: ", "))."
    )
    var marketplace: Marketplace?

    @Option(name: .customLong("min-success"), help: "The least share of trials that ended with a result, 0 to 1.")
    var leastSuccess = 0.0

    @Flag(help: "Print one JSON object.")
    var json = false

    func validate() throws {
        guard (0...1).contains(leastSuccess) else {
            throw ValidationError("--min-success: got '\(leastSuccess)'; give a share between 0 and 1, such as 0.8")
        }
    }

    func run() async throws {
        let answer = try await options.place.reading { store in
            try await BestAnswer(of: try await campaign(store), from: store, leastSuccess: leastSuccess)
        }
        guard let answer else {
            throw ExitCode.noInput.saying(
                leastSuccess > 0
                    ? "no combination has a result and a success rate of \(leastSuccess) or more; lower --min-success"
                    : "no trial has a result yet; look at 'dure status'"
            )
        }
        if json {
            try Console.json(answer)
        } else {
            try Console.line(answer.text)
        }
    }

    private func campaign(_ store: any Store) async throws -> Campaign {
        guard let marketplace else {
            return try await CampaignLookup(store: store, place: options.place.name).find(
                options.campaign,
                isReading: true
            )
        }
        let all = try await store.campaigns(in: .default)
        if options.campaign == nil {
            let fitting = all.filter { $0.goal.marketplace == marketplace }
            guard let newest = fitting.last(where: { $0.startedAt != nil }) ?? fitting.last else {
                let known = Set(all.map(\.goal.marketplace.rawValue)).sorted().joined(separator: ", ")
                throw ExitCode.noInput.saying(
                    "no campaign is about the marketplace '\(marketplace.rawValue)'; those here are about: "
                        + (known.isEmpty ? "nothing yet" : known)
                )
            }
            return newest
        }
        let campaign = try await CampaignLookup(store: store, place: options.place.name).find(
            options.campaign,
            isReading: true
        )
        guard campaign.goal.marketplace == marketplace else {
            throw ExitCode.noInput.saying(
                "\(campaign.id) is about the marketplace '\(campaign.goal.marketplace.rawValue)', not "
                    + "'\(marketplace.rawValue)'; leave out --marketplace"
            )
        }
        return campaign
    }
}

extension Marketplace: ExpressibleByArgument {}

/// The best combination of a campaign, and how sure that is.
struct BestAnswer: Encodable {
    /// One factor's level, and whether it differs from the present setting.
    struct Setting: Encodable, Equatable {
        let factor: String
        let level: LevelValue
        let isChanged: Bool
    }

    let campaign: CampaignID
    let name: String
    let metric: String
    let direction: Direction
    let combination: Combination
    /// Whether the present setting itself is the best.
    let isControl: Bool
    let settings: [Setting]
    let trials: Int
    let expected: Interval
    /// The present setting's expected value.
    let control: Interval
    /// Best less control, in the units of the metric; nil when it is the control, or nothing can be said.
    let gain: Interval?
    let score: Double
    let grade: Grade
    let successRate: Double
    let guardrailRate: Double
    /// Whether fresh trials confirmed the gain; nil when there were none.
    let isConfirmed: Bool?
    /// Whether this comes from trials that no agent has analysed yet.
    let isProvisional: Bool

    /// The best combination that passes the filter; nil when there is none.
    init?(of campaign: Campaign, from store: any KnowledgeStore, leastSuccess: Double) async throws {
        let (id, workspace, goal) = (campaign.id, campaign.workspace, campaign.goal)
        let record = try await store.analyses(of: id, in: workspace, kind: .effects).last
        let stored = try record.map { try CanonicalJSON.decode(EffectsFinding.self, from: $0.body) }
        let passes = { (candidate: EffectsFinding.Candidate) in
            candidate.trials > 0 && candidate.successRate >= leastSuccess
        }
        let chosen: EffectsFinding.Candidate
        let control: EffectsFinding.Candidate
        if let stored, passes(stored.best ?? stored.control) {
            chosen = stored.best ?? stored.control
            control = stored.control
            gain = stored.best == nil ? nil : stored.gain
            isProvisional = false
        } else {
            let effects = try CampaignEffects(
                goal: goal,
                trials: try await store.trials(of: id, in: workspace)
            )
            let finding = try effects.finding()
            let recommended = finding.best ?? finding.control
            guard let best = try passes(recommended) ? recommended : effects.candidates().first(where: passes) else {
                return nil
            }
            chosen = best
            control = finding.control
            gain = try effects.gain(of: best.combination)
            isProvisional = stored == nil
        }
        let confirmation = try await store.analyses(of: id, in: workspace, kind: .confirmation).last
        let confirmed = try confirmation.map { try CanonicalJSON.decode(ConfirmationFinding.self, from: $0.body) }
        self.campaign = id
        name = goal.name
        metric = goal.objective.metric
        direction = goal.objective.direction
        combination = chosen.combination
        isControl = chosen.combination == goal.control
        settings = zip(goal.factors, chosen.combination.levels).map { factor, level in
            Setting(factor: factor.name, level: factor.levels[level], isChanged: level != factor.control)
        }
        trials = chosen.trials
        expected = chosen.expected
        self.control = control.expected
        score = chosen.score
        grade = chosen.grade
        successRate = chosen.successRate
        guardrailRate = chosen.guardrailRate
        isConfirmed = confirmed?.winner == chosen.combination ? confirmed?.isConfirmed : nil
    }

    /// The answer for a person to read.
    var text: String {
        let rows = settings.map { [$0.factor, $0.level.description + ($0.isChanged ? "  (changed)" : "")] }
        var facts = [
            ["expected \(metric)", Self.text(expected)],
            ["present setting", Self.text(control)],
        ]
        if let gain {
            let isGood = direction == .lower ? gain.upper < 0 : gain.lower > 0
            facts.append(["gain", Self.text(gain) + (isGood ? "" : ", which could be none")])
        }
        facts.append([
            "trials",
            "\(trials), success rate \(Self.percent(successRate)), guardrails kept \(Self.percent(guardrailRate))",
        ])
        facts.append(["score", String(format: "%.4f", score) + ", \(grade.rawValue)"])
        if let isConfirmed {
            facts.append([
                "confirmation", isConfirmed ? "fresh trials confirm the gain" : "fresh trials do not confirm it",
            ])
        }
        var lines = ["Best combination of \(name.printable) (\(metric), \(direction.rawValue) is better):"]
        if isControl { lines[0] = "Nothing beats the present setting of \(name.printable) (\(metric)):" }
        lines += TextTable.lines(rows).map { "  " + $0 }
        lines += TextTable.lines(facts)
        if isProvisional { lines.append("From the trials so far; finalists have not been measured again.") }
        return lines.joined(separator: "\n")
    }

    private static func text(_ interval: Interval) -> String {
        let range = "\(TextTable.number(interval.lower)) to \(TextTable.number(interval.upper))"
        return
            "\(TextTable.number(interval.estimate)) (\(TextTable.number(interval.confidence * 100)) % interval \(range))"
    }

    private static func percent(_ share: Double) -> String { String(format: "%.0f %%", share * 100) }
}
