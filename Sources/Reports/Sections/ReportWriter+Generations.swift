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
        if drawn.count > 1 { blocks += [.chart(chart(of: drawn)), .caption(wording(.progressCaption))] + standing() }
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

    /// The best measured mean so far after each generation, and at the end what the model expects of the recommendation.
    private func chart(of progress: [Progress]) -> String {
        var values: [Combination: (sum: Double, count: Int)] = [:]
        var trials = 0
        let byGeneration = Dictionary(grouping: measured, by: \.trial.generation)
        var points: [SearchProgressChart.Point] = []
        for one in progress {
            let added = byGeneration[one.generation.id] ?? []
            trials += added.count
            for item in added where item.trial.purpose != .control {
                let before = values[item.trial.combination] ?? (0, 0)
                values[item.trial.combination] = (before.sum + item.value, before.count + 1)
            }
            // A combination tried once is luck for the most part; it counts when none was tried twice.
            let repeated = values.values.filter { $0.count > 1 }
            let counted = repeated.isEmpty ? Array(values.values) : repeated
            points.append(.init(trials: trials, measured: best(counted.map { $0.sum / Double($0.count) })))
        }
        points = recommended(points)
        let texts = points.map { "\(wording.count($0.trials)): \(wording.metric($0.measured))" }
        let chartValues = SearchProgressChart.values(of: points) + targetValues
        return SearchProgressChart(
            title: wording(.progressChartTitle),
            description: wording(.progressChartDescription, wording.metricName, texts.joined(separator: ", ")),
            points: points,
            x: Axis(
                spanning: points.map { Double($0.trials) },
                title: wording(.axisTrials),
                wording: wording,
                includesZero: true
            ),
            y: metricAxis(around: chartValues),
            expectedName: wording(.legendExpected),
            measuredName: wording(.legendBestMeasured),
            targets: targetLines()
        )
        .svg()
    }

    /// Points with what was recommended after each batch; findings of older versions know the last recommendation only.
    private func recommended(_ points: [SearchProgressChart.Point]) -> [SearchProgressChart.Point] {
        var points = points
        for one in (dossier.effects?.progress ?? []) where one.expected.isFinite {
            if !points.contains(where: { $0.trials == one.trials }) {
                points.append(.init(trials: one.trials, measured: nil))
                points.sort { $0.trials < $1.trials }
            }
            guard let place = points.firstIndex(where: { $0.trials == one.trials }) else { continue }
            points[place].expected = one.expected.estimate
            points[place].lower = one.expected.lower
            points[place].upper = one.expected.upper
        }
        if dossier.effects?.progress == nil, let expected = dossier.effects?.best?.expected, expected.isFinite,
            !points.isEmpty
        {
            points[points.count - 1].expected = expected.estimate
            points[points.count - 1].lower = expected.lower
            points[points.count - 1].upper = expected.upper
        }
        return points
    }

    /// What the first, the middle and the last batch recommended, in figures.
    private func standing() -> [Block] {
        let progress = dossier.effects?.progress ?? []
        let places = Set([0, progress.count / 2, progress.count - 1]).sorted().filter(progress.indices.contains)
        guard progress.count > 1 else { return [] }
        return [
            .list(
                places.map { place in
                    let one = progress[place]
                    let key = "effects.progress[\(place)]"
                    return wording.marked(
                        .progressNow,
                        wording.figure(Figure(Double(one.trials), "\(key).trials"), .count),
                        wording.figure(Figure(one.expected.estimate, "\(key).expected.estimate"), .short),
                        wording.figure(Figure(one.expected.lower, "\(key).expected.lower"), .short),
                        wording.figure(Figure(one.expected.upper, "\(key).expected.upper"), .short)
                    )
                }
            )
        ]
    }

    private func table(of progress: [Progress]) -> Table {
        let rows = progress.map { one in
            Table.Row(cells: [
                .text(String(one.generation.number)), .text(wording.strategy(one.generation.strategy)),
                .text(origins(one.generation)),
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
