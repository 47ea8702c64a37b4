// SPDX-License-Identifier: Apache-2.0

import Experiments
import Foundation

/// A plan as text for a person: whole units and days, and no more digits than say something.
struct ABPlanText {
    let plan: ABPlan

    init(_ plan: ABPlan) {
        self.plan = plan
    }

    /// The whole text, without a line end.
    var text: String {
        var lines = [effort, found]
        if plan.schedule.count > 1 {
            lines += looks
        }
        lines.append("This assumes:")
        lines += plan.assumptions.map { "- \($0)" }
        if !plan.notes.isEmpty {
            lines.append("Note:")
            lines += plan.notes.map { "- \($0)" }
        }
        return lines.joined(separator: "\n")
    }

    private var effort: String {
        let each =
            Set(plan.units).count == 1
            ? "\(ABText.grouped(plan.units[0])) in each of \(plan.units.count) variants"
            : "control \(ABText.grouped(plan.units[0])), then \(plan.units.dropFirst().map(ABText.grouped).joined(separator: ", "))"
        let days = plan.days.map { ", which takes \(ABText.grouped($0)) day\($0 == 1 ? "" : "s")" } ?? ""
        return "The test needs \(ABText.grouped(plan.totalUnits)) units (\(each))\(days)."
    }

    private var found: String {
        let target = plan.baseline + plan.difference
        let lift =
            plan.relativeLift.map { " (\($0 > 0 ? "+" : "")\(ABText.short(($0 * 1_000).rounded() / 10)) %)" } ?? ""
        return
            "It finds a change from \(ABText.value(plan.baseline, plan.kind)) to \(ABText.value(target, plan.kind))\(lift) in "
            + "\(ABText.short(plan.power * 100)) of 100 tests in which it is there, and sees a change where there is none in "
            + "\(ABText.short(plan.level * 100)) of 100 tests."
    }

    private var looks: [String] {
        let more = String(format: "%.1f", (plan.inflation - 1) * 100)
        var lines = [
            "Looking \(plan.schedule.count) times costs \(more) % more units than once at the end, and mostly ends earlier."
        ]
        if let expected = plan.expectedDays, let without = plan.expectedDaysWithoutEffect {
            lines.append(
                "It ends after about \(Int(expected.rounded())) days on average when the change is there, and "
                    + "\(Int(without.rounded())) when there is none."
            )
        }
        let mayGiveUp = plan.schedule.contains { $0.chanceToGiveUp != nil }
        var head = ["look", "day", "units of the control", "|z| that stops", "plain p", "found by then"]
        if mayGiveUp {
            head += ["z to give up", "given up by then without a change"]
        }
        let rows = plan.schedule.map { look in
            var row = [
                "\(look.look)",
                look.day.map(String.init) ?? "–",
                ABText.grouped(Int(min(1e15, look.controlUnits))),
                look.boundary.map { String(format: "%.3f", $0) } ?? "none",
                look.nominalP.map(ABText.p) ?? "–",
                String(format: "%.0f %%", look.chanceToStop * 100),
            ]
            if mayGiveUp {
                row.append(look.futility.map { String(format: "%.3f", $0) } ?? "–")
                row.append(String(format: "%.0f %%", (look.chanceToGiveUp ?? 0) * 100))
            }
            return row
        }
        return lines + TextTable.lines([head] + rows).map { "  " + $0 }
    }
}
