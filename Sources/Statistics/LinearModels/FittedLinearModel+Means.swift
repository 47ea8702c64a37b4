// SPDX-License-Identifier: Apache-2.0

extension FittedLinearModel {
    /// Counts and means of the combinations of some factors' levels.
    private struct Margin {
        var counts: [Double]
        var sums: [DoubleDouble]
    }

    /// The level means of every factor and block, how far they spread, and the factors' ranks by that.
    package func means() -> [AnalysisOfVariance.TermMeans] {
        let found = layout.factors.indices.map { means(ofFactors: [$0]) }
        let studied = layout.factors.indices.filter { !isBlock($0) }
        let order = studied.sorted { a, b in
            found[a].delta == found[b].delta ? a < b : found[a].delta > found[b].delta
        }
        return found.indices.map { index in
            AnalysisOfVariance.TermMeans(
                term: found[index].term,
                kind: found[index].kind,
                levels: found[index].levels,
                delta: found[index].delta,
                rank: order.firstIndex(of: index).map { $0 + 1 }
            )
        }
    }

    /// The means of the levels of a factor, or of the level combinations of an interaction in the model.
    ///
    /// Levels of interactions are joined by colons. Throws for what the model does not have.
    package func means(of term: String) throws(StatisticsError) -> AnalysisOfVariance.TermMeans {
        means(ofFactors: try factors(of: term))
    }

    /// Whether a factor is only a block.
    func isBlock(_ factor: Int) -> Bool {
        layout.terms.contains { $0.term.kind == .block && $0.factors == [factor] }
    }

    /// The factors of a term that is a factor of the model or within one of its interactions.
    func factors(of term: String) throws(StatisticsError) -> [Int] {
        if let factor = layout.factors.firstIndex(where: { $0.name == term }) {
            return [factor]
        }
        if let own = layout.terms.first(where: { $0.name == term && $0.covariates.isEmpty }) {
            return own.factors
        }
        let known = layout.factors.map(\.name) + layout.terms.filter { $0.factors.count > 1 }.map(\.name)
        throw .unknownColumn(term, known: known)
    }

    /// The term that some factors are the effect of, if there is one.
    func term(ofFactors factors: [Int]) -> Int? {
        layout.terms.firstIndex { $0.covariates.isEmpty && Set($0.factors) == Set(factors) }
    }

    /// Every combination of levels of some factors, the last factor's levels changing first.
    func combinations(_ factors: [Int]) -> [[Int]] {
        factors.reduce([[]]) { result, factor in
            result.flatMap { left in layout.factors[factor].labels.indices.map { left + [$0] } }
        }
    }

    /// The label of a combination.
    func label(_ factors: [Int], _ levels: [Int]) -> String {
        zip(factors, levels).map { layout.factors[$0].labels[$1] }.joined(separator: ":")
    }

    /// The expected response at levels of some factors, all else averaged.
    func expected(_ source: LinearModelNumbers, _ factors: [Int], _ levels: [Int]) -> LinearModelNumbers.Function {
        var all = [Int](repeating: -1, count: layout.factors.count)
        for (factor, level) in zip(factors, levels) {
            all[factor] = level
        }
        return source.expectedResponse(levels: all)
    }

    private func means(ofFactors factors: [Int]) -> AnalysisOfVariance.TermMeans {
        let own = term(ofFactors: factors)
        let source = own.map { self.source(of: $0) } ?? model
        let isPooled = own.map { pooled.contains($0) } ?? false
        let margin = margin(factors)
        var levels: [AnalysisOfVariance.LevelMean] = []
        var least = Double.infinity
        var greatest = -Double.infinity
        for (position, combination) in combinations(factors).enumerated() where margin.counts[position] > 0 {
            let mean = (margin.sums[position] / margin.counts[position]).value
            least = min(least, mean)
            greatest = max(greatest, mean)
            let function = expected(source, factors, combination)
            let isEstimable = source.isEstimable(function)
            levels.append(
                AnalysisOfVariance.LevelMean(
                    level: label(factors, combination),
                    mean: mean + offset,
                    n: Int(margin.counts[position]),
                    leastSquaresMean: isEstimable ? source.value(function) + offset : nil,
                    standardError: isEstimable && !isPooled ? source.standardError(function) : nil
                )
            )
        }
        return AnalysisOfVariance.TermMeans(
            term: factors.map { layout.factors[$0].name }.joined(separator: ":"),
            kind: factors.count == 1 && isBlock(factors[0]) ? .block : .factor,
            levels: levels,
            delta: levels.isEmpty ? 0 : greatest - least,
            rank: nil
        )
    }

    /// Counts and sums of level combinations, from the smallest term that has all the factors.
    private func margin(_ factors: [Int]) -> Margin {
        let sizes = factors.map { layout.factors[$0].labels.count }
        let size = sizes.reduce(1, *)
        var margin = Margin(
            counts: Array(repeating: 0, count: size),
            sums: Array(repeating: DoubleDouble(), count: size)
        )
        let holders = layout.terms.filter { term in
            term.covariates.isEmpty && factors.allSatisfy { term.factors.contains($0) }
        }
        guard let holder = holders.min(by: { $0.indicators.count < $1.indicators.count }) else {
            return margin
        }
        for (position, indicator) in holder.indicators.enumerated() {
            var rest = position
            var levels = [Int](repeating: 0, count: holder.sizes.count)
            for axis in holder.sizes.indices.reversed() {
                levels[axis] = rest % holder.sizes[axis]
                rest /= holder.sizes[axis]
            }
            var place = 0
            for (factor, size) in zip(factors, sizes) {
                place = place * size + (holder.factors.firstIndex(of: factor).map { levels[$0] } ?? 0)
            }
            margin.counts[place] += model.products.sums[indicator]
            margin.sums[place] += model.products.responseSums[indicator]
        }
        return margin
    }

    /// The plain mean of a factor's level less the offset; nil without rows.
    func plainMean(_ factor: Int, _ level: Int) -> Double? {
        let margin = margin([factor])
        return margin.counts[level] > 0 ? (margin.sums[level] / margin.counts[level]).value : nil
    }
}
