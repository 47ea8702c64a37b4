// SPDX-License-Identifier: Apache-2.0

package import Statistics

extension AnalysisPageContent {
    /// Takes one response of an analysis, with the places that its JSON (keys in snake case) gives each number.
    ///
    /// A response without a best combination gives a page that says so. Nil for an index outside the responses.
    package init?(_ report: AnalysisReport, response index: Int = 0) {
        guard report.responses.indices.contains(index) else { return nil }
        let response = report.responses[index]
        let path = "responses[\(index)]"
        let basis: Basis
        if let counts = response.counts {
            basis = Self.basis(counts, response.verdicts, path)
        } else if let anova = response.anova {
            basis = Self.basis(anova, response.verdicts, path)
        } else {
            return nil
        }
        let best = response.best
        let present = response.present
        self.init(
            name: report.file,
            response: response.response,
            aim: response.goal.hasPrefix("nominal") ? .nominal : Aim(rawValue: response.goal) ?? .higher,
            rows: basis.rows,
            rowsLeftOut: basis.rowsLeftOut,
            confidence: Figure(report.confidence, "confidence"),
            model: report.model,
            best: Self.settings(response),
            expected: FigureInterval(
                Figure(best?.predictedMean, "\(path).best.predicted_mean"),
                from: Figure(best?.confidenceInterval?.lower, "\(path).best.confidence_interval.lower"),
                to: Figure(best?.confidenceInterval?.upper, "\(path).best.confidence_interval.upper")
            ),
            newRun: best?.predictionInterval.map { FigureInterval($0, "\(path).best.prediction_interval") },
            baseline: present.map { Figure($0.predictedMean, "\(path).present.predicted_mean") } ?? basis.mean,
            baselineKind: present == nil ? .overallMean : .present,
            gain: Self.gain(present, path),
            terms: basis.terms
        )
        isPresentBest = present?.isBest ?? false
        if let counts = response.counts {
            takeEvidence(counts, response, path, below: 1 - report.confidence)
        } else if let anova = response.anova {
            takeEvidence(anova, response, path, below: 1 - report.confidence)
        }
        takeResiduals(response, path)
        leftOut = report.columnsLeftOut.map { LeftOut(column: $0.column, reason: $0.reason) }
        notes = report.notes + response.notes
    }

    /// What a table of variance and one of deviance each say in their own place.
    struct Basis {
        var rows: Figure
        var rowsLeftOut: Figure
        var mean: Figure
        var terms: [Term]
    }

    private static func basis(
        _ anova: LinearModelTable,
        _ verdicts: [ResponseAnalysis.Verdict],
        _ path: String
    ) -> Basis {
        Basis(
            rows: Figure(Double(anova.n), "\(path).anova.n"),
            rowsLeftOut: Figure(Double(anova.missingFactors), "\(path).anova.missing_factors"),
            mean: Figure(anova.grandMean, "\(path).anova.grand_mean"),
            terms: terms(anova, verdicts, path)
        )
    }

    private mutating func takeEvidence(
        _ anova: LinearModelTable,
        _ response: ResponseAnalysis,
        _ path: String,
        below limit: Double
    ) {
        sigma = anova.sigma.map { Figure($0, "\(path).anova.sigma") }
        rSquared = anova.rSquared.map { Figure($0, "\(path).anova.r_squared") }
        isSaturated = anova.isSaturated
        isPerfectFit = anova.isPerfectFit
        means = response.means.enumerated().filter { $0.element.kind == .factor }
            .map { Self.means($0.element, "\(path).means[\($0.offset)]", response, path) }
        interactions = response.interactionMeans.enumerated()
            .compactMap { Self.interaction($0.element, "\(path).interaction_means[\($0.offset)]", response, path) }
        differences = response.contrasts.enumerated().prefix(Self.contrastLimit)
            .map { Self.difference($0.element, "\(path).contrasts[\($0.offset)]", below: limit) }
        twoLevel = response.effects.flatMap { Self.twoLevel($0, "\(path).effects") }
    }

    /// The most contrasts that the page draws.
    static let contrastLimit = 24

    /// What the model leaves, with the checks of it.
    private mutating func takeResiduals(_ response: ResponseAnalysis, _ path: String) {
        checks = (response.residualChecks?.checks ?? []).enumerated().map { place, check in
            Check(
                kind: check.kind.rawValue,
                subject: check.subject,
                p: Figure(check.p, "\(path).residual_checks.checks[\(place)].p"),
                isConcern: check.isConcern
            )
        }
        // Counts scatter by their size, so that only standardised ones can be compared; a row without has none to show.
        let isCounted = response.counts != nil
        let shown = response.residuals.filter { !isCounted || $0.standardised != nil }
        guard !shown.isEmpty else { return }
        residuals = Residuals(
            fitted: shown.map(\.fitted),
            residuals: shown.map { isCounted ? $0.standardised ?? 0 : $0.residual },
            order: shown.allSatisfy { $0.order != nil } ? shown.compactMap(\.order) : nil
        )
    }

    /// The best levels, with what is known of the present ones and of those that do as well.
    static func settings(_ response: ResponseAnalysis) -> [Setting] {
        guard let best = response.best else { return [] }
        let decided = Set(
            response.verdicts.filter(\.isSignificant).flatMap { $0.term.split(separator: ":").map(String.init) }
        )
        return best.levels.map { choice in
            let rival = best.runnersUp.first { $0.factor == choice.factor && $0.isWorse == false }
            return Setting(
                factor: choice.factor,
                level: choice.level,
                present: response.present?.levels.first { $0.factor == choice.factor }?.level,
                isDecided: decided.contains(choice.factor),
                rival: rival?.level
            )
        }
    }

    static func gain(_ present: ResponseAnalysis.Present?, _ path: String) -> FigureInterval? {
        guard let present, !present.isBest else { return nil }
        return FigureInterval(
            Figure(present.difference, "\(path).present.difference"),
            from: Figure(present.interval?.lower, "\(path).present.interval.lower"),
            to: Figure(present.interval?.upper, "\(path).present.interval.upper")
        )
    }

    /// The adjusted p value of a term, where the result has one.
    static func adjusted(_ term: String, _ verdicts: [ResponseAnalysis.Verdict], _ path: String) -> Figure? {
        verdicts.firstIndex { $0.term == term }
            .map { Figure(verdicts[$0].adjustedP, "\(path).verdicts[\($0)].adjusted_p") }
    }

    /// The lines of the table; a term stands out as the result's verdicts say.
    private static func terms(
        _ anova: LinearModelTable,
        _ verdicts: [ResponseAnalysis.Verdict],
        _ response: String
    ) -> [Term] {
        let path = "\(response).anova"
        let strong = Set(verdicts.filter(\.isSignificant).map(\.term))
        var terms = anova.rows.enumerated().map { index, row in
            let key = "\(path).rows[\(index)]"
            return Term(
                name: row.term,
                kind: row.kind != .factor ? .block : row.term.contains(":") ? .interaction : .factor,
                df: Figure(Double(row.df), "\(key).df"),
                sumOfSquares: Figure(row.sumOfSquares, "\(key).sum_of_squares"),
                meanSquare: row.meanSquare.map { Figure($0, "\(key).mean_square") },
                f: row.f.map { Figure($0, "\(key).f") },
                p: row.p.map { Figure($0, "\(key).p") },
                adjustedP: row.kind == .factor && !row.isPooled ? adjusted(row.term, verdicts, response) : nil,
                contributionPercent: row.contributionPercent.map { Figure($0, "\(key).contribution_percent") },
                isSignificant: row.kind == .factor && !row.isPooled && strong.contains(row.term),
                isPooled: row.isPooled,
                aliases: row.aliasedWith
            )
        }
        let residual = anova.residual
        terms.append(
            Term(
                name: "",
                kind: .residual,
                df: Figure(Double(residual.df), "\(path).residual.df"),
                sumOfSquares: Figure(residual.ss, "\(path).residual.ss"),
                meanSquare: residual.ms.map { Figure($0, "\(path).residual.ms") }
            )
        )
        terms.append(
            Term(
                name: "",
                kind: .total,
                df: Figure(Double(anova.total.df), "\(path).total.df"),
                sumOfSquares: Figure(anova.total.ss, "\(path).total.ss")
            )
        )
        return terms
    }

    /// A level's mean, by the model where it has one, with its interval where the result lists one.
    private static func mean(
        _ level: AnalysisOfVariance.LevelMean,
        of term: String,
        _ key: String,
        _ response: ResponseAnalysis,
        _ path: String
    ) -> FigureInterval {
        let estimate =
            level.leastSquaresMean.map { Figure($0, "\(key).least_squares_mean") } ?? Figure(level.mean, "\(key).mean")
        let place = response.meanIntervals.firstIndex { $0.term == term && $0.level == level.level }
        guard let place, level.leastSquaresMean != nil else {
            return FigureInterval(estimate, from: Figure(nil, key), to: Figure(nil, key))
        }
        let interval = response.meanIntervals[place].interval
        let ends = "\(path).mean_intervals[\(place)].interval"
        return FigureInterval(
            estimate,
            from: Figure(interval.lower, "\(ends).lower"),
            to: Figure(interval.upper, "\(ends).upper")
        )
    }

    private static func means(
        _ term: AnalysisOfVariance.TermMeans,
        _ key: String,
        _ response: ResponseAnalysis,
        _ path: String
    ) -> FactorMeans {
        FactorMeans(
            factor: term.term,
            levels: term.levels.enumerated().map { index, level in
                .init(
                    name: level.level,
                    mean: mean(level, of: term.term, "\(key).levels[\(index)]", response, path)
                )
            }
        )
    }

    /// A term of two factors; nil for one of more, or whose levels cannot be told apart at their colons.
    private static func interaction(
        _ term: AnalysisOfVariance.TermMeans,
        _ key: String,
        _ response: ResponseAnalysis,
        _ path: String
    ) -> Interaction? {
        let factors = term.term.split(separator: ":").map(String.init)
        guard factors.count == 2 else { return nil }
        var first: [String] = []
        var second: [String] = []
        var cells: [[String]: FigureInterval] = [:]
        for (index, level) in term.levels.enumerated() {
            let names = level.level.split(separator: ":", omittingEmptySubsequences: false).map(String.init)
            guard names.count == 2 else { return nil }
            if !first.contains(names[0]) { first.append(names[0]) }
            if !second.contains(names[1]) { second.append(names[1]) }
            cells[names] = mean(level, of: term.term, "\(key).levels[\(index)]", response, path)
        }
        return Interaction(
            first: factors[0],
            second: factors[1],
            firstLevels: first,
            secondLevels: second,
            means: second.map { line in first.map { cells[[$0, line]] } }
        )
    }

    private static func difference(
        _ contrast: AnalysisOfVariance.Contrast,
        _ path: String,
        below limit: Double
    ) -> Difference {
        Difference(
            name: "\(contrast.term): \(contrast.reference) → \(contrast.level)",
            difference: FigureInterval(
                Figure(contrast.difference, "\(path).difference"),
                from: Figure(contrast.interval?.lower, "\(path).interval.lower"),
                to: Figure(contrast.interval?.upper, "\(path).interval.upper")
            ),
            adjustedP: contrast.adjustedP.map { Figure($0, "\(path).adjusted_p") },
            isSignificant: (contrast.adjustedP ?? 1) < limit
        )
    }

    private static func twoLevel(_ effects: TwoLevelEffects, _ path: String) -> TwoLevel? {
        guard let lenth = effects.lenth else { return nil }
        return TwoLevel(
            effects: effects.effects.enumerated()
                .map {
                    .init(
                        name: $0.element.term,
                        effect: Figure($0.element.effect, "\(path).effects[\($0.offset)].effect")
                    )
                },
            pseudoStandardError: Figure(lenth.pse, "\(path).lenth.pse"),
            marginOfError: Figure(lenth.marginOfError, "\(path).lenth.margin_of_error"),
            simultaneousMarginOfError: Figure(
                lenth.simultaneousMarginOfError,
                "\(path).lenth.simultaneous_margin_of_error"
            )
        )
    }
}
