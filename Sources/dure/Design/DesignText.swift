// SPDX-License-Identifier: Apache-2.0

import Domain
import Experiments
import Files
import Foundation

/// A design in words for a terminal, and as CSV.
struct DesignText {
    private let design: PlannedDesign
    private let request: DesignRequest
    private let output: String?
    private let words: AliasWords

    init(_ design: PlannedDesign, _ request: DesignRequest, output: String?) {
        self.design = design
        self.request = request
        self.output = output
        words = AliasWords(design)
    }

    /// The whole answer; `goalFile` is where a goal file was written.
    func text(goalFile: String?) -> String {
        var lines = ["\(design.name): \(design.points.count) runs\(makeUp)", "", design.reason]
        lines += design.notes
        lines += ["", "What it can estimate"] + estimates
        lines += ["", "What it cannot tell apart"] + words.lines.map { "  " + $0 }
        if output == nil {
            lines += ["", "The runs, in this order"] + TextTable.lines([headers] + rows).map { "  " + $0 }
        }
        lines += ["", next]
        if let goalFile {
            lines.append(
                "Wrote \(goalFile). A campaign lays out its first generation itself: the same factors, number of "
                    + "combinations and replicates, with the control in every block."
            )
        }
        return lines.joined(separator: "\n")
    }

    private var makeUp: String {
        // An array of more columns than factors repeats combinations.
        let inner = design.factors.count - design.outerCount
        let different = Set(design.points.filter { !$0.isCentre }.map { Array($0.values.prefix(inner)) }).count
        var parts = [
            different < design.distinctRuns
                ? "\(design.distinctRuns) runs of \(different) combinations" : "\(design.distinctRuns) combinations"
        ]
        if design.replicates > 1 { parts.append("\(design.replicates) times each") }
        if design.outerCount > 0 { parts.append("at every setting of the noise factors") }
        if request.centrePoints > 0 { parts.append("\(request.centrePoints) centre points") }
        if design.blocks > 1 { parts.append("\(design.blocks) blocks") }
        return " (" + parts.joined(separator: ", ") + ")"
    }

    private var estimates: [String] {
        let hasSize = request.effect != nil
        var header = ["effect", "degrees of freedom"]
        if hasSize { header.append("chance to find \(TextTable.number(request.effect ?? 0))") }
        header.append("found with \(Self.percent(request.power))")
        var rows = [header]
        for effect in design.effects {
            let name = effect.factors.map { design.factors[$0].name }.joined(separator: " × ")
            var row = [name, "\(effect.degreesOfFreedom)"]
            guard effect.isEstimable else {
                rows.append([name, "\(effect.degreesOfFreedom)", "not to be told from effects above"])
                continue
            }
            if hasSize { row.append(effect.power.map(Self.percent) ?? "unknown") }
            row.append(effect.detectable.map(size) ?? "unknown")
            rows.append(row)
        }
        var lines = TextTable.lines(rows).map { "  " + $0 }
        lines.append(
            design.errorDegreesOfFreedom > 0
                ? "  Left to judge the error by: \(design.errorDegreesOfFreedom) degree\(design.errorDegreesOfFreedom == 1 ? "" : "s") of freedom."
                : "  Nothing is left to judge the error by: give replicates or centre points, or pool small effects."
        )
        return lines
    }

    /// A difference in units of the metric where the noise is known, else in standard deviations.
    private func size(_ deviations: Double) -> String {
        guard let noise = request.noise else { return "a difference of \(TextTable.number(deviations)) sd" }
        return "a difference of \(TextTable.number(deviations * noise))"
    }

    static func percent(_ share: Double) -> String {
        let rounded = Int((100 * min(1, max(0, share))).rounded())
        return share < 1 && rounded == 100 ? "over 99 %" : "\(rounded) %"
    }

    private var next: String {
        let names = design.factors.map(\.name)
        let inner = names.count - design.outerCount
        let isSpread = [.latinHypercube, .sobol].contains(design.kind)
        // Points that fill ranges have no levels: their factors enter as straight lines.
        let lines = isSpread ? design.factors.filter { if case .range = $0.values { true } else { false } } : []
        let levels = names.prefix(inner).filter { name in !lines.contains { $0.name == name } }
        var options = design.blocks > 1 ? " --block block" : ""
        if !request.interactions.isEmpty {
            let pairs = request.interactions.map { $0.map { Self.term(names[$0]) }.joined(separator: ":") }
            options += " --model '\((names.prefix(inner).map(Self.term) + pairs).joined(separator: " + "))'"
            options += lines.isEmpty ? "" : " --numeric \(Self.quoted(lines.map(\.name)))"
        } else {
            options += levels.isEmpty ? "" : " --factors \(Self.quoted(Array(levels)))"
            options += lines.isEmpty ? "" : " --numeric \(Self.quoted(lines.map(\.name)))"
        }
        if design.outerCount > 0 {
            options += " --snr nominal"
        }
        let file = output ?? "runs.csv"
        let wrote = output.map { "Wrote \($0). " } ?? "Write them to a file by --output runs.csv. "
        return wrote + "Make the runs in this order, fill in the column result, then:\n"
            + "  dure analyze \(file) --response result\(options)"
            + (design.outerCount > 0
                ? "\nThe runs at the settings of the noise factors are then repeats: the ratio says which combination they "
                    + "disturb least (--snr larger or smaller where more or less is better)." : "")
    }

    /// Names in a list, quoted where a shell would take them apart.
    private static func quoted(_ names: [String]) -> String {
        let list = names.joined(separator: ",")
        return list.allSatisfy { $0.isLetter || $0.isNumber || "_,.-".contains($0) } ? list : "\"\(list)\""
    }

    /// A name as a formula takes it.
    private static func term(_ name: String) -> String {
        name.allSatisfy { $0.isLetter || $0.isNumber || $0 == "_" } && name.first?.isNumber == false
            ? name : "`\(name)`"
    }

    private var headers: [String] {
        ["run"] + (design.blocks > 1 ? ["block"] : []) + design.factors.map(\.name)
    }

    private var rows: [[String]] {
        design.points.enumerated().map { index, point in
            ["\(index + 1)"] + (design.blocks > 1 ? ["\(point.block)"] : []) + point.values.map(\.description)
        }
    }

    /// The runs with an empty column `result`.
    var csv: String {
        CSVWriter.table(headers: headers + ["result"], rows: rows.map { $0 + [""] })
    }
}
