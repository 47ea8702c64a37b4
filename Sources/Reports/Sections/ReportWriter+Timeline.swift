// SPDX-License-Identifier: Apache-2.0

import Domain
import Experiments

extension ReportWriter {
    /// Something that happened and is marked on the chart.
    struct Event: Sendable {
        var number: Int
        var time: Timestamp
        var isAlert: Bool
        var what: String
        var why: String
    }

    /// How many marks a chart carries.
    private static let markLimit = 20

    /// What is worth a mark between two instants, numbered in order of time, and how many more there were.
    ///
    /// A decision is worth one when its outcome differs from the one before by the same policy. When there are too many, the gravest
    /// stay: goals, guardrails and sudden changes first, then decisions that changed something, then the rest, first come.
    func timeline(from start: Timestamp, to end: Timestamp) -> (events: [Event], omitted: Int) {
        let within = (alertEvents() + decisionEvents()).filter { $0.event.time >= start && $0.event.time <= end }
        let kept = within.enumerated()
            .sorted { left, right in
                (left.element.weight, left.element.event.time, left.offset)
                    < (right.element.weight, right.element.event.time, right.offset)
            }
            .prefix(Self.markLimit)
        var events = kept.sorted { ($0.element.event.time, $0.offset) < ($1.element.event.time, $1.offset) }
            .map(\.element.event)
        for index in events.indices { events[index].number = index + 1 }
        return (events, within.count - events.count)
    }

    /// The legend of the marks.
    func table(of events: [Event]) -> Table {
        let rows = events.map { event in
            Table.Row(cells: [
                Table.Cell(text: "\(event.isAlert ? "■" : "●") \(event.number)", style: "s w"),
                Table.Cell(text: wording.time(event.time), style: "w"),
                .text(event.what), .text(event.why),
            ])
        }
        let head = [Phrase.columnMark, .columnTime, .columnWhat, .columnWhy].map { Table.Cell.text(wording($0)) }
        return Table(head: head, rows: rows)
    }

    private typealias Weighed = (weight: Int, event: Event)

    private func alertEvents() -> [Weighed] {
        dossier.alerts.map { alert in
            let isGrave: Bool =
                switch alert.kind {
                case .goalReached, .guardrailBreached, .changePoint, .environmentChanged, .budgetUsed: true
                default: alert.severity == .critical
                }
            let event = Event(
                number: 0,
                time: alert.time,
                isAlert: true,
                what: wording(Self.phrase(of: alert.kind)),
                why: recorded(alert.message)
            )
            return (isGrave ? 0 : 2, event)
        }
    }

    private func decisionEvents() -> [Weighed] {
        var last: [String: String] = [:]
        var events: [Weighed] = []
        for decision in dossier.decisions {
            let before = last.updateValue(decision.outcome, forKey: decision.policy)
            guard before != decision.outcome else { continue }
            let event = Event(
                number: 0,
                time: decision.time,
                isAlert: false,
                what: wording(.markDecision, policyName(decision.policy)),
                why: recorded(decision.reason)
            )
            let isRoutine = before == nil || Self.routinePolicies.contains(decision.policy)
            events.append((isRoutine ? 2 : 1, event))
        }
        return events
    }

    /// Policies that decide about single trials or about the pace; their marks give way to others.
    private static let routinePolicies: Set<String> = ["failure", "pacing", "anomaly"]

    /// What a policy is called; its own name where this version does not know it.
    private func policyName(_ policy: String) -> String {
        switch policy {
        case "pacing": wording(.decisionPacing)
        case "target": wording(.decisionTarget)
        case "plan": wording(.decisionPlan)
        case "environment": wording(.decisionEnvironment)
        case "winner": wording(.decisionWinner)
        case "next_campaign": wording(.decisionNextCampaign)
        case "failure": wording(.decisionFailure)
        case "anomaly": wording(.decisionAnomaly)
        case "course": wording(.decisionCourse)
        case "worth": wording(.decisionWorth)
        case "warm_start": wording(.decisionWarmStart)
        case "trend": wording(.decisionTrend)
        default: policy
        }
    }

    /// What a kind of alert is called.
    static func phrase(of kind: Alert.Kind) -> Phrase {
        switch kind {
        case .rankFell: .alertRankFell
        case .workerSilent: .alertWorkerSilent
        case .workerIsolated: .alertWorkerIsolated
        case .effectUnclear: .alertEffectUnclear
        case .campaignLate: .alertCampaignLate
        case .changePoint: .alertChangePoint
        case .goalReached: .alertGoalReached
        case .guardrailBreached: .alertGuardrailBreached
        case .budgetUsed: .alertBudgetUsed
        case .trialFailed: .alertTrialFailed
        case .environmentChanged: .alertEnvironmentChanged
        case .agentRestarted: .alertAgentRestarted
        case .subjectTrending: .alertSubjectTrending
        case .rankChanged: .alertRankChanged
        case .sourceChanged: .alertSourceChanged
        case .sourceMissing: .alertSourceMissing
        }
    }
}
