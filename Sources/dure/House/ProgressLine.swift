// SPDX-License-Identifier: Apache-2.0

import Domain
import Foundation

/// Shows how a campaign moves on: a line that renews itself for a person, JSON lines for a program.
final class ProgressLine: Sendable {
    /// One look, as a JSON line.
    struct Look: Codable, Equatable {
        var event = "progress"
        var campaign: CampaignID
        var status: CampaignStatus
        var stage: CampaignStage
        var generation: Int
        var trialsEnded: Int
        var trialsPlanned: Int
        var spent: Money?
        /// The best mean of a combination so far, with its 95 % interval where it has two trials or more.
        var best: Double?
        var bestLower: Double?
        var bestUpper: Double?
        var secondsLeft: Int?
    }

    private let store: any Store
    private let isJSON: Bool
    private let isTerminal: Bool
    private let last = Locked<Look?>(nil)

    init(store: any Store, isJSON: Bool) {
        self.store = store
        self.isJSON = isJSON
        isTerminal = isatty(2) == 1
    }

    /// Shows the present state when it differs from the one shown last.
    func show(_ campaign: Campaign, at now: Timestamp) async throws {
        let look = try await look(at: campaign, now: now)
        let isNews = last.withLock { last in
            defer { last = look }
            return last.map { $0.trialsEnded != look.trialsEnded || $0.stage != look.stage || $0.status != look.status }
                ?? true
        }
        guard isNews else { return }
        if isJSON {
            try Console.json(look)
        } else {
            write(text(look, metric: campaign.goal.objective.metric))
        }
    }

    /// Ends the line.
    func end() {
        if isTerminal, !isJSON { Console.note("") }
    }

    private func write(_ text: String) {
        guard isTerminal else {
            Console.note(text)
            return
        }
        do {
            try FileHandle.standardError.write(contentsOf: Data(("\r\u{1B}[2K" + text).utf8))
        } catch {
            return
        }
    }

    private func text(_ look: Look, metric: String) -> String {
        var parts = [
            "\(look.stage.rawValue)", "generation \(look.generation)",
            "trial \(look.trialsEnded)/\(look.trialsPlanned)",
        ]
        if let best = look.best {
            var text = "best \(metric) " + Self.number(best)
            if let lower = look.bestLower, let upper = look.bestUpper {
                text += " (\(Self.number(lower))–\(Self.number(upper)))"
            }
            parts.append(text)
        }
        if let spent = look.spent { parts.append("spent \(spent)") }
        if let left = look.secondsLeft { parts.append("about \(TimeSpan.seconds(left)) left") }
        return parts.joined(separator: " · ")
    }

    private static func number(_ value: Double) -> String {
        String(format: "%.4g", value)
    }

    private func look(at campaign: Campaign, now: Timestamp) async throws -> Look {
        let trials = try await store.trials(of: campaign.id, in: campaign.workspace)
        let spending = try await store.spending(of: campaign.id, in: campaign.workspace)
        let metric = campaign.goal.objective.metric
        let groups = Dictionary(grouping: trials.filter { $0.status == .completed }, by: \.combination)
            .mapValues { $0.compactMap { $0.metrics[metric] } }
            .filter { $0.value.count >= 2 }
        let best = groups.map { (combination: $0.key, values: $0.value) }
            .map { ($0.combination, Self.mean($0.values), $0.values) }
            .sorted { $0.0 < $1.0 }
            .min { campaign.goal.objective.direction.isBetter($0.1, than: $1.1) }
        let half = best.map { Self.halfWidth($0.2) }
        let planned = max(trials.count, campaign.goal.budget.trials ?? campaign.plan.trials)
        return Look(
            campaign: campaign.id,
            status: campaign.status,
            stage: campaign.stage,
            generation: trials.isEmpty ? 0 : Set(trials.map(\.generation)).count,
            trialsEnded: spending.settledTrials,
            trialsPlanned: planned,
            spent: campaign.goal.trial.cost.map { Money(minorUnits: spending.settled, currency: $0.currency) },
            best: best?.1,
            bestLower: best.flatMap { best in half.map { best.1 - $0 } },
            bestUpper: best.flatMap { best in half.map { best.1 + $0 } },
            secondsLeft: secondsLeft(campaign, ended: spending.settledTrials, planned: planned, now: now)
        )
    }

    private static func mean(_ values: [Double]) -> Double { values.reduce(0, +) / Double(values.count) }

    /// Half of an approximate 95 % interval of a mean: two standard errors.
    private static func halfWidth(_ values: [Double]) -> Double {
        let mean = mean(values)
        let squares = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
        return 2 * (squares / Double(values.count - 1) / Double(values.count)).squareRoot()
    }

    private func secondsLeft(_ campaign: Campaign, ended: Int, planned: Int, now: Timestamp) -> Int? {
        guard let startedAt = campaign.startedAt, ended >= 5, planned > ended else { return nil }
        let perTrial = (now - startedAt).inSeconds / Double(ended)
        return Int(exactly: (perTrial * Double(planned - ended)).rounded())
    }
}
