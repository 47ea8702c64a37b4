// SPDX-License-Identifier: Apache-2.0

import Domain
import Experiments
import Statistics

// Where the campaign stands: the goal, the levers, the account.
extension ReportWriter {
    /// The target as the goal names it, such as `rank 20`; nil without one.
    func targetText() -> String? { goal.objective.target.map { wording.metric($0) } }

    /// The target to reach now, which may have been raised.
    var presentTarget: Double? {
        guard campaign.raises > 0, let raised = campaign.target, raised.isFinite else { return goal.objective.target }
        return raised
    }

    /// Every target that held, for axes that are to show them.
    var targetValues: [Double] {
        var values = [goal.objective.target, presentTarget].compactMap(\.self)
        if values.count == 2, values[0] == values[1] { values.removeLast() }
        return values
    }

    /// The targets as lines: the goal's own up to where it was raised, and the raised one from there.
    ///
    /// `place` gives an instant's place on the x axis; without one, where it was raised is not known and both lines are drawn in full.
    func targetLines(_ place: ((Timestamp) -> Double)? = nil) -> [LineChart.Target] {
        targetValues.enumerated().map { index, value in
            let raisedAt = campaign.reachedAt.flatMap { time in place.map { $0(time) } }
            let name = wording(index == 0 ? .legendTarget : .legendTargetRaised, wording.metric(value))
            return LineChart.Target(
                value: value,
                name: name,
                from: index == 1 ? raisedAt : nil,
                to: index == 0 && targetValues.count > 1 ? raisedAt : nil
            )
        }
    }

    /// The day of the campaign on which an instant lies, from 1.
    func day(of time: Timestamp) -> String {
        guard let start = campaign.startedAt, time >= start else { return "1" }
        return wording.count(Int(clamping: (time - start).milliseconds / 86_400_000) + 1)
    }

    /// The last value of the metric that is known for the campaign as a whole.
    var lastValue: Double? {
        if let end = campaign.endValue, end.isFinite { return end }
        return rounds.last?.consensus
    }

    /// Whether the goal was met, in a few words.
    func goalShort() -> String {
        guard goal.objective.target != nil else { return wording(.tableNone) }
        guard let reached = campaign.reachedAt else { return wording(.goalMissedShort) }
        return wording(.goalReachedShort, day(of: reached))
    }

    /// Whether the goal was met, in a sentence.
    func goalSentence() -> String {
        guard let target = targetText() else { return wording(.goalNone) }
        guard let reached = campaign.reachedAt else {
            guard let lastValue else { return wording(.goalUnknown, target) }
            return wording(.goalMissed, target, wording.metric(lastValue))
        }
        let sentence = wording(.goalReached, target, wording.time(reached), day(of: reached))
        guard campaign.raises > 0, let raised = campaign.target else { return sentence }
        return sentence + " " + wording(.goalRaised, wording.metric(raised))
    }

    /// How many trials were used, of how many.
    func spentTrials() -> String {
        let used = wording.count(dossier.spending.settledTrials)
        guard let limit = goal.budget.trials else { return wording(.factTrials, used) }
        return wording(.factTrialsOfBudget, used, wording.count(limit))
    }

    /// The money spent, of how much; nil where trials cost nothing and no limit was set.
    func spentMoney() -> String? {
        guard let currency = goal.budget.amount?.currency ?? goal.trial.cost?.currency else { return nil }
        let used = Money(minorUnits: dossier.spending.settled, currency: currency).description
        guard let limit = goal.budget.amount else { return wording(.factMoney, used) }
        return wording(.factMoneyOfBudget, used, limit.description)
    }

    /// Trials and money in one line.
    func spentLine() -> String { [spentTrials(), spentMoney()].compactMap(\.self).joined(separator: ", ") }

    /// What a combination is to a reader.
    func role(of combination: Combination) -> String {
        if combination == result.winner { return wording(.appliedRecommended) }
        if combination == goal.control { return wording(.appliedPresent) }
        return wording(.appliedOther, combination.description)
    }

    /// The combinations that are applied now with their units, most units first.
    func appliedGroups() -> [(combination: Combination, levers: [LeverState])] {
        Dictionary(grouping: dossier.levers, by: \.combination)
            .map { ($0.key, $0.value.sorted { $0.unit < $1.unit }) }
            .sorted { ($1.1.count, $0.0) < ($0.1.count, $1.0) }
    }

    /// What is applied to most units.
    func appliedShort() -> String {
        appliedGroups().first.map { role(of: $0.combination) } ?? wording(.tableNone)
    }

    /// A line for each combination that is applied, with its units.
    func applied() -> Block {
        guard !dossier.levers.isEmpty else { return .paragraph(wording(.appliedNone)) }
        let groups = appliedGroups()
        let rows = groups.prefix(12).map { group in
            let since = group.levers.map(\.since).max()
            let confirmed = group.levers.count(where: \.isConfirmed)
            return Table.Row(cells: [
                Table.Cell(text: role(of: group.combination), style: "w"), .text(unitList(group.levers.map(\.unit))),
                Table.Cell(text: since.map(wording.time) ?? Wording.absent, style: "w"),
                .number("\(confirmed) / \(group.levers.count)"),
            ])
        }
        let head: [Table.Cell] = [
            .text(wording(.columnApplied)), .text(wording(.columnUnits)), .text(wording(.columnSince)),
            .number(wording(.columnAnswered)),
        ]
        return .table(Table(head: head, rows: rows))
    }

    private func unitList(_ units: [String]) -> String {
        let count = wording(.unitCount, wording.count(units.count))
        let shown = units.prefix(30).joined(separator: ", ")
        guard units.count > 30 else { return "\(count): \(shown)" }
        return "\(count): \(shown) " + wording(.andMore, wording.count(units.count - 30))
    }
}
