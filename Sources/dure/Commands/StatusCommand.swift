// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import Domain
import Experiments
import Foundation
import Storage

/// `dure status`: how one campaign stands.
struct StatusCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "status",
        abstract: "Show how a campaign stands.",
        discussion: "Works while another process runs it. Exit codes: 0 done, 66 there is no such campaign or database."
    )

    @OptionGroup var options: CampaignOptions

    @Flag(help: "Print one JSON object.")
    var json = false

    func run() async throws {
        let status = try await options.read { store, campaign in
            try await CampaignState(of: campaign, from: store, at: SystemClock().now)
        }
        if json {
            try Console.json(status)
        } else {
            try Console.line(status.text)
        }
    }
}

/// Everything that `dure status` tells of a campaign.
struct CampaignState: Encodable {
    /// The units that have one combination now.
    struct LeverGroup: Encodable, Equatable {
        let combination: Combination
        let changes: String
        let units: [String]
        /// The units among them whose lever has not answered yet.
        let unconfirmed: Int
    }

    /// How many workers are in one state.
    struct WorkerGroup: Encodable, Equatable {
        let state: WorkerState
        let count: Int
    }

    /// How many alerts are shown.
    static let alertLimit = 5

    let overview: CampaignOverview
    /// The share of the planned time that has passed, 0 to 1.
    let timeProgress: Double
    let goalProgress: Double?
    let levers: [LeverGroup]
    let workers: [WorkerGroup]
    /// The newest, oldest first.
    let alerts: [Alert]
    /// What the newest look at the results found; nil before the first hundred results.
    let patterns: TrialPatternsFinding?
    let next: String
    let endReason: String?
    private let timeZone: String
    private let duration: TimeSpan

    /// Reads how a campaign stands at an instant; one that has ended is shown as at its end.
    init(of campaign: Campaign, from store: any KnowledgeStore, at now: Timestamp) async throws {
        let goal = campaign.goal
        overview = try await CampaignOverview(of: campaign, from: store)
        timeProgress = campaign.timeProgress(at: campaign.endedAt ?? now)
        goalProgress = overview.goalProgress
        levers = Self.groups(try await store.levers(of: campaign.id, in: campaign.workspace), goal: goal)
        let states = try await store.workers().map(\.state).filter { $0 != .offline }
        workers = WorkerState.allCases.compactMap { state in
            let count = states.count { $0 == state }
            return count > 0 ? WorkerGroup(state: state, count: count) : nil
        }
        alerts = try await store.alerts(of: campaign.id, in: campaign.workspace)
            .filter { $0.campaign != nil || $0.kind != .rankChanged }
            .suffix(Self.alertLimit)
        patterns = try await store.analyses(of: campaign.id, in: campaign.workspace, kind: .patterns).last
            .map { try CanonicalJSON.decode(TrialPatternsFinding.self, from: $0.body) }
        let following = try await store.campaigns(in: campaign.workspace)
            .first { $0.parent == campaign.id && $0.status == .awaitingApproval }
        next = Self.next(campaign) + (following.map { ". Then: dure approve \($0.id)" } ?? "")
        endReason = campaign.endReason
        timeZone = goal.timeZone
        duration = campaign.plan.duration
    }

    private static func groups(_ levers: [LeverState], goal: Goal) -> [LeverGroup] {
        Dictionary(grouping: levers, by: \.combination)
            .map { combination, states in
                LeverGroup(
                    combination: combination,
                    changes: goal.changes(of: combination),
                    units: states.map(\.unit).sorted(),
                    unconfirmed: states.count { !$0.isConfirmed }
                )
            }
            .sorted { ($1.units.count, $0.combination) < ($0.units.count, $1.combination) }
    }

    /// What happens next, or what a person can do.
    static func next(_ campaign: Campaign) -> String {
        let id = campaign.id
        // A campaign that was made by the API is from no file.
        let file = campaign.goalPath.flatMap { $0.hasPrefix("api/") ? nil : $0 }
        let another = file.map { "Start another: dure run \($0) --new" } ?? "Create another from the same goal"
        if campaign.closing != nil { return "The levers go back, then the campaign ends." }
        return switch campaign.status {
        case .draft, .ready:
            file.map { "Start it: dure run \($0)" }
                ?? "The agents of the server start it as soon as its units are free."
        case .awaitingApproval: "Decide: dure approve \(id), or dure reject \(id)"
        case .rejected, .expired: "It will not run. \(another)"
        case .paused: "Go on: dure resume \(id)"
        case .completed: "Read what came of it: dure report \(id)"
        case .stopped, .failed: "Read why: dure report \(id). \(another)"
        case .running:
            switch campaign.stage {
            case .baseline: "The present setting is measured, then the first generation is tried."
            case .searching: "The generation's trials end, then the next generation is chosen from what they say."
            case .finalists: "The best combinations are measured again, then one is chosen."
            case .confirming: "The winner is measured against the present setting."
            case .afterwards: "The metric is measured a last time, then the report can be read."
            case .finished: "The campaign ends."
            }
        }
    }

    /// The patterns found, one a row; how many results were looked at where there is none.
    static func rows(of patterns: TrialPatternsFinding) -> [[String]] {
        guard !patterns.sentences.isEmpty else {
            return [["patterns", "none in \(patterns.results ?? patterns.trials) results"]]
        }
        return patterns.sentences.enumerated().map { [$0 == 0 ? "patterns" : "", $1] }
    }

    private enum CodingKeys: String, CodingKey {
        case overview
        case timeProgress
        case goalProgress
        case levers
        case workers
        case alerts
        case patterns
        case next
        case endReason
    }

    /// The state for a person to read.
    var text: String {
        var rows = [
            ["status", standing],
            ["goal", course],
            ["generation", String(overview.generation)],
            ["trials", trialCounts],
            ["spent", spending],
        ]
        if duration > .zero { rows.insert(["time", "\(Self.percent(timeProgress)) of \(duration)"], at: 1) }
        if let best = overview.bestChanges { rows.append(["best", best]) }
        for (index, group) in levers.enumerated() {
            let open = group.unconfirmed > 0 ? " (\(group.unconfirmed) not confirmed yet)" : ""
            rows.append([
                index == 0 ? "levers" : "",
                "\(group.units.count) \(group.units.count == 1 ? "unit" : "units"): \(group.changes)\(open)",
            ])
        }
        if !workers.isEmpty {
            rows.append(["workers", workers.map { "\($0.count) \($0.state.rawValue)" }.joined(separator: ", ")])
        }
        for (index, alert) in alerts.enumerated() {
            let time = TextTable.time(alert.time, in: timeZone)
            rows.append([index == 0 ? "alerts" : "", "\(time)  \(alert.severity.rawValue)  \(alert.message)"])
        }
        if let patterns { rows += Self.rows(of: patterns) }
        rows.append(["next", next])
        let heading = "\(overview.name.printable)  \(overview.campaign)"
        return ([heading] + TextTable.lines(rows).map { "  " + $0 }).joined(separator: "\n")
    }

    private var standing: String {
        let reason = endReason.map { ": \($0)" } ?? ""
        guard overview.status.holdsUnits else { return overview.status.rawValue + reason }
        return
            "\(overview.status.rawValue), stage \(overview.stage.rawValue), phase \(overview.phase.rawValue)\(reason)"
    }

    private var course: String {
        var text = "\(overview.metric) \(overview.course)"
        if let target = overview.target { text += ", target \(TextTable.number(target))" }
        if let goalProgress { text += ": \(Self.percent(goalProgress)) of the way" }
        return text
    }

    private var trialCounts: String {
        let trials = overview.trials
        var parts = ["\(trials.completed) completed", "\(trials.running) running", "\(trials.planned) planned"]
        if trials.failed > 0 { parts.append("\(trials.failed) failed") }
        if trials.withdrawn > 0 { parts.append("\(trials.withdrawn) cancelled or discarded") }
        return parts.joined(separator: ", ") + "; the plan has \(overview.plannedTrials)"
    }

    private var spending: String {
        let used = overview.spending
        var text = overview.spent
        if let currency = overview.currency {
            if used.reserved > 0 { text += ", \(Money(minorUnits: used.reserved, currency: currency)) set aside" }
            text += ", \(used.settledTrials) trials"
        }
        if used.reservedTrials > 0 { text += ", \(used.reservedTrials) more set aside" }
        let limits = [overview.budget.amount?.description, overview.budget.trials.map { "\($0) trials" }]
            .compactMap(\.self)
        return text + (limits.isEmpty ? "; no budget" : "; the budget is " + limits.joined(separator: " and "))
    }

    private static func percent(_ share: Double) -> String { String(format: "%.0f %%", share * 100) }
}
