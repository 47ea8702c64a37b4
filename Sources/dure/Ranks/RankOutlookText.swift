// SPDX-License-Identifier: Apache-2.0

import Domain
import Experiments
import Foundation
import Reports
import Statistics

/// A forecast of ranks for a terminal.
struct RankOutlookText {
    let outlook: RankOutlook
    let timeZone: String

    /// The lines; own products first, so many in all, 0 for all.
    func text(top: Int) -> String {
        var lines = [
            "From \(day(outlook.origin)), steps of \(outlook.step), lists of \(outlook.depth); "
                + "\(TextTable.number(outlook.confidence * 100)) % intervals"
        ]
        lines += outlook.horizons.map { "  " + skill(at: $0) }
        if let skill = outlook.goalSkill { lines.append("  " + sentence(on: skill)) }
        lines += outlook.notes.map { "  " + $0 }
        let own = outlook.lines.filter(\.isOwn) + outlook.lines.filter { !$0.isOwn }
        let shown = top == 0 ? own : Array(own.prefix(top))
        if shown.isEmpty {
            lines.append("Nothing to forecast: no product is in its list at the newest step.")
        } else {
            lines.append("")
            lines += TextTable.lines([head] + shown.map(row))
            if shown.count < own.count { lines.append("… and \(own.count - shown.count) more; --top 0 shows all") }
        }
        guard !outlook.absent.isEmpty else { return lines.joined(separator: "\n") }
        let absent = top == 0 ? outlook.absent : Array(outlook.absent.prefix(top))
        lines += ["", "Not in the list:"] + absent.map { "  " + sentence(on: $0) }
        if absent.count < outlook.absent.count {
            lines.append("… and \(outlook.absent.count - absent.count) more; --top 0 shows all")
        }
        return lines.joined(separator: "\n")
    }

    private func sentence(on absence: RankAbsence) -> String {
        let name = (absence.isOwn ? "* " : "") + absence.name + (absence.keyword.isEmpty ? "" : " (\(absence.keyword))")
        let last = absence.lastListed.flatMap { time in
            absence.lastRank.map { "last rank \($0) on \(day(time))" }
        }
        guard absence.isOffList else {
            return "\(name): not looked at since \(day(absence.newest))" + (last.map { "; \($0)" } ?? "")
        }
        let steps = "\(absence.steps) step\(absence.steps == 1 ? "" : "s")"
        let since = absence.since.map { "since \(day($0)) (\(steps))" } ?? ""
        guard let last else { return "\(name): never in the list, looked at \(since)" }
        let chance: String =
            if let probability = absence.returnProbability {
                String(format: "back within \(ahead(absence.within, "step")): %.0f %%", probability * 100)
                    + " (\(absence.returns) return\(absence.returns == 1 ? "" : "s") in \(absence.cases) like steps)"
            } else {
                "too few absences to say when it is back"
            }
        let unseen = absence.newest < outlook.origin ? ", not looked at since \(day(absence.newest))" : ""
        return "\(name): off the list \(since)\(unseen); \(last); \(chance)"
    }

    private func ahead(_ count: Int, _ unit: String) -> String { "\(count) \(unit)\(count == 1 ? "" : "s")" }

    private func day(_ time: Timestamp) -> String {
        let text = TextTable.time(time, in: timeZone)
        return outlook.step < .days(1) ? text : String(text.prefix(10))
    }

    private func ahead(_ horizon: Int) -> String { horizon == 1 ? "1 step ahead" : "\(horizon) steps ahead" }

    private func skill(at horizon: Int) -> String {
        guard let used = outlook.used(at: horizon), let skill = used.skill else {
            guard outlook.isTested(at: horizon) else {
                return "\(ahead(horizon)): no method could be tested yet: too few steps, so no rank is forecast"
            }
            return "\(ahead(horizon)): nothing beats 'no change', so no rank is forecast"
        }
        let share = String(format: "%.1f %%", skill * 100)
        return used.isExpected
            ? "\(ahead(horizon)): \(used.method.name(in: .english)), expected \(share) better than 'no change' (the panel is too young to test it)"
            : "\(ahead(horizon)): \(used.method.name(in: .english)), \(share) better than 'no change' in the back-test"
    }

    private func sentence(on skill: GoalDateSkill) -> String {
        guard skill.isShown, let value = skill.skill else {
            if skill.cases < GoalDateSkill.leastCases {
                return
                    "the date of the goal: not tested enough (\(skill.cases) cases of \(GoalDateSkill.leastCases) that it takes), so none is told"
            }
            return "the date of the goal: no better than the share of all products in the back-test, so none is told"
        }
        // Without a single surprise the gain is 100 %, which says more of the ranks than of the method.
        if skill.brier == 0 {
            return
                "the date of the goal: every case of the back-test came as expected (\(skill.cases) cases within \(skill.steps) steps)"
        }
        return
            "the date of the goal: \(String(format: "%.1f %%", value * 100)) better than the share of all products in the back-test "
            + "(\(skill.cases) cases within \(skill.steps) steps)"
    }

    private var head: [String] {
        let hasGoal = outlook.goalSkill?.isShown == true
        return ["product", "list", "now"] + outlook.horizons.map { "+\($0)" } + (hasGoal ? ["goal"] : [])
    }

    private func row(_ line: RankOutlook.Line) -> [String] {
        let name = (line.isOwn ? "* " : "") + line.name
        let short = name.count > 40 ? name.prefix(39) + "…" : name
        var cells = outlook.horizons.map { horizon in
            line.points.first { $0.horizon == horizon }.map(cell) ?? ""
        }
        if line.stepsMissing > 0, !cells.isEmpty {
            cells[0] = "after \(line.stepsMissing) more step\(line.stepsMissing == 1 ? "" : "s")"
        }
        let goal = line.goal.map { [sentence(on: $0)] } ?? []
        return [short, line.keyword, String(line.now)] + cells + goal
    }

    private func cell(_ point: RankOutlook.Point) -> String {
        let rank = point.rank.map { String(format: "%.0f ", $0) } ?? ""
        let upper = point.upper > Double(outlook.depth) ? "off" : String(format: "%.0f", point.upper)
        let off =
            point.offListProbability >= 0.05 ? String(format: ", off %.0f %%", point.offListProbability * 100) : ""
        return "\(rank)(\(String(format: "%.0f", point.lower))–\(upper)\(off))"
    }

    private func sentence(on goal: RankOutlook.GoalDate) -> String {
        if goal.probability == 0 { return "no past path gets there within \(goal.within) steps" }
        let share = String(format: "%.0f %%", goal.probability * 100)
        guard goal.early != nil else { return "\(share) within \(goal.within)" }
        let dates = [goal.early, goal.median, goal.late].map { $0.map(day) ?? "later" }
        return "\(share) within \(goal.within); 10/50/90 %: \(dates.joined(separator: ", "))"
    }
}
