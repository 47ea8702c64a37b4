// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import Domain
import Experiments
import Files
import Foundation

/// A goal file whose campaign tries the factors of a design.
struct DesignGoalFile {
    private let design: PlannedDesign
    private let request: DesignRequest

    init(_ design: PlannedDesign, _ request: DesignRequest) {
        self.design = design
        self.request = request
    }

    /// The file's text, checked by the reader of goal files.
    func text() throws -> String {
        guard design.outerCount == 0 else {
            throw ExitCode.usage.saying(
                "--goal-file: got noise factors (--outer); a campaign cannot set these: use --output for a CSV file, or "
                    + "leave them out"
            )
        }
        guard ![.latinHypercube, .sobol].contains(design.kind) else {
            throw ExitCode.usage.saying(
                "--goal-file: got '\(design.name)'; a campaign tries levels: use --output for a CSV file, or another --kind"
            )
        }
        let factors = design.factors.map { factor in
            """
              - name: \(quoted(factor.name))
                levels: [\(levels(factor).joined(separator: ", "))]
            """
        }
        let text = """
            # A goal for Dure, made by `dure design`: \(oneLine(design.name)), \(design.points.count) runs.
            # Every key is explained in docs/goal-file.md.
            version: 1
            name: designed experiment

            # What is measured. The measuring program prints it in a JSON object on its last line: {"score": 1.25}
            metric:
              name: score
              direction: higher        # or lower
            \(request.effect.map { "smallest_effect: \(levelText($0))\n" } ?? "")
            factors:
            \(factors.joined(separator: "\n"))

            # How one trial is run. Replace false by your own program, such as ./measure.sh: it gets the combination as
            # DURE_… environment variables and as JSON on standard input.
            trial:
              kind: command
              measure: "false"
              timeout: 60s
              attempts: 3

            effort:
              generation_size: \(design.distinctRuns)
              replicates: \(design.replicates)
              block_size: \(max(2, min(50, design.points.count / max(1, design.blocks) + 1)))
            budget:
              trials: \(4 * design.points.count)
            deadline: 30d
            seed: \(request.seed)

            """
        do {
            _ = try GoalFile.read(text, directory: "/")
        } catch {
            throw ExitCode.usage.saying("--goal-file: the factors do not make a goal: \(error)")
        }
        return text
    }

    private func levels(_ factor: DesignFactor) -> [String] {
        var values = (0..<factor.levelCount).map { factor.value(at: $0) }
        if case .range = factor.values, request.centrePoints > 0, let centre = factor.centre {
            values.insert(centre, at: 1)
        }
        return values.map { value in
            if case .text(let text) = value { return quoted(text) }
            return value.description
        }
    }

    /// A number as a goal file has it.
    private func levelText(_ value: Double) -> String {
        value.magnitude < 1e15 ? Int64(exactly: value).map(String.init) ?? "\(value)" : "\(value)"
    }

    private func quoted(_ text: String) -> String {
        let escaped = text.map { character in
            switch character {
            case "\"", "\\": "\\\(character)"
            default: character.isNewline || character == "\t" ? " " : String(character)
            }
        }
        return "\"\(escaped.joined())\""
    }

    private func oneLine(_ text: String) -> String {
        text.split(whereSeparator: \.isNewline).joined(separator: " ")
    }
}
