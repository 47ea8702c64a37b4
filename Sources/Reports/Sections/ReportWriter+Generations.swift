// SPDX-License-Identifier: Apache-2.0

import Domain
import Experiments
import Statistics

extension ReportWriter {
    /// What the trials of one generation came to, the present setting's left out.
    private struct Progress {
        var generation: Generation
        var trials: Int
        var mean: Double?
        var best: Double?
    }

    /// Section 5: how the search went on from generation to generation, and the best candidates.
    func generations() -> Section {
        let progress = progress()
        guard progress.contains(where: { $0.trials > 0 }) else {
            return Section(
                id: "generations",
                title: wording(.generationsTitle),
                blocks: [.paragraph(wording(.generationsNothing))]
            )
        }
        var blocks: [Block] = []
        let drawn = progress.filter { $0.best != nil }
        if drawn.count > 1 { blocks.append(.chart(chart(of: drawn))) }
        blocks += [.table(table(of: progress)), .caption(wording(.generationsCaption))]
        if let candidates = dossier.effects?.candidates, !candidates.isEmpty {
            blocks += [.heading(wording(.candidatesTitle)), .table(table(of: candidates))]
        }
        return Section(id: "generations", title: wording(.generationsTitle), blocks: blocks)
    }

    private func progress() -> [Progress] {
        let byGeneration = Dictionary(
            grouping: measured.filter { $0.trial.purpose != .control },
            by: \.trial.generation
        )
        return dossier.generations.sorted { $0.number < $1.number }.map { generation in
            let trials = byGeneration[generation.id] ?? []
            let means = Dictionary(grouping: trials, by: \.trial.combination).mapValues { Self.mean($0.map(\.value)) }
            return Progress(
                generation: generation,
                trials: trials.count,
                mean: Self.mean(trials.map(\.value)),
                best: best(means.values.compactMap(\.self))
            )
        }
    }

    private static func mean(_ values: [Double]) -> Double? {
        values.isEmpty ? nil : values.reduce(0, +) / Double(values.count)
    }

    private func chart(of progress: [Progress]) -> String {
        func points(_ value: (Progress) -> Double?) -> [ChartPoint] {
            progress.compactMap { one in value(one).map { ChartPoint(x: Double(one.generation.number), y: $0) } }
        }
        let numbers = progress.map { Double($0.generation.number) }
        let step = max(1, (progress.count + 11) / 12)
        let ticks = progress.enumerated().filter { $0.offset.isMultiple(of: step) }
            .map { Axis.Tick(value: Double($0.element.generation.number), label: String($0.element.generation.number)) }
        let values = progress.map { one in
            "\(one.generation.number): \(wording.metric(one.best)) / \(wording.metric(one.mean))"
        }
        return LineChart(
            title: wording(.generationsTitle),
            description: wording(.generationsChartDescription, wording.metricName, values.joined(separator: ", ")),
            x: Axis(
                lower: (numbers.first ?? 1) - 0.3,
                upper: (numbers.last ?? 2) + 0.3,
                ticks: ticks,
                title: wording(.axisGeneration)
            ),
            y: metricAxis(around: progress.flatMap { [$0.mean, $0.best].compactMap(\.self) }),
            series: [
                .init(name: wording(.legendMean), style: .second, points: points(\.mean)),
                .init(name: wording(.legendBest), style: .line, points: points(\.best)),
            ],
            height: 190
        )
        .svg()
    }

    private func table(of progress: [Progress]) -> Table {
        let rows = progress.map { one in
            Table.Row(cells: [
                .text(String(one.generation.number)), .text(one.generation.strategy), .text(origins(one.generation)),
                .number(wording.count(one.trials)), .number(wording.metric(one.mean)),
                .number(wording.metric(one.best)),
            ])
        }
        var head = [Phrase.columnGeneration, .columnStrategy, .columnOrigins].map { Table.Cell.text(wording($0)) }
        head += [Phrase.columnCompleted, .columnMean, .columnBest].map { Table.Cell.number(wording($0)) }
        return Table(head: head, rows: rows)
    }

    private func origins(_ generation: Generation) -> String {
        let counts = Dictionary(grouping: generation.members, by: \.origin).mapValues(\.count)
        return CombinationOrigin.allCases.compactMap { origin in
            counts[origin].map { "\(wording(Self.phrase(of: origin))) \(wording.count($0))" }
        }
        .joined(separator: " · ")
    }

    private static func phrase(of origin: CombinationOrigin) -> Phrase {
        switch origin {
        case .array: .originArray
        case .spread: .originSpread
        case .elite: .originElite
        case .crossover: .originCrossover
        case .mutation: .originMutation
        case .random: .originRandom
        case .finalist: .originFinalist
        case .winner: .originWinner
        case .control: .originControl
        }
    }

    private func table(of candidates: [EffectsFinding.Candidate]) -> Table {
        let rows = candidates.prefix(10).map { candidate in
            let expected = candidate.expected
            let ends = "\(wording.metricNumber(expected.lower)) ~ \(wording.metricNumber(expected.upper))"
            return Table.Row(
                cells: [
                    .text(described(candidate.combination)), .number(wording.count(candidate.trials)),
                    .number(wording.metric(candidate.observedMean)),
                    .number("\(wording.metric(expected.estimate)) (\(ends))"),
                    .number(wording.fixed(candidate.score, 3)),
                    Table.Cell(text: wording(Self.phrase(of: candidate.grade)), style: "w"),
                ],
                style: candidate.combination == result.winner ? "changed" : ""
            )
        }
        var head: [Table.Cell] = [.text(wording(.columnCombination))]
        head += [Phrase.columnCompleted, .columnObserved, .columnExpected, .columnScore]
            .map { .number(wording($0)) }
        head.append(.text(wording(.columnGrade)))
        return Table(head: head, rows: rows)
    }

    private static func phrase(of grade: Grade) -> Phrase {
        switch grade {
        case .elite: .gradeElite
        case .significant: .gradeSignificant
        case .deprecated: .gradeDeprecated
        }
    }
}
