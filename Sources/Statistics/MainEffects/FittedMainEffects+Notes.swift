// SPDX-License-Identifier: Apache-2.0

extension FittedMainEffects {
    /// What a reader must know before trusting the numbers, in English sentences.
    func notes() -> [String] {
        var notes: [String] = []
        let response = equations.responseName
        if model.totalSumOfSquares == 0 {
            notes.append("Every value of '\(response)' is the same, so there is nothing for the factors to explain.")
        }
        notes += levelNotes() + aliasNotes()
        if !pooled.isEmpty {
            let names = pooled.map { "'\(equations.terms[$0].name)'" }.joined(separator: ", ")
            notes.append(
                "Pooled into the residual as asked: \(names). The residual then holds the smallest effects by choice, "
                    + "so p values are smaller than they should be."
            )
        }
        if model.residualDegreesOfFreedom == 0 {
            notes.append(
                "The design is saturated: no degrees of freedom are left for the error, so F and p are undefined. "
                    + "Repeat runs, leave a factor out or pool small factors."
            )
        } else if model.isPerfectFit && model.totalSumOfSquares > 0 {
            notes.append(
                "The model explains every value exactly, so the error is zero and F and p are undefined."
            )
        }
        return notes
    }

    private func levelNotes() -> [String] {
        var notes: [String] = []
        for term in equations.terms.indices {
            let name = equations.terms[term].name
            let observed = full.observedLevels(term)
            if observed.count == 1 {
                notes.append(
                    "'\(name)' has one level only ('\(levels[term][observed[0]])'), so it has no effect to estimate."
                )
            }
            let missing = levels[term].indices.filter { !observed.contains($0) }.map { "'\(levels[term][$0])'" }
            if !missing.isEmpty {
                notes.append("No row has these levels of '\(name)': \(missing.joined(separator: ", ")).")
            }
        }
        return notes
    }

    private func aliasNotes() -> [String] {
        equations.terms.indices.filter { isAliased($0) }.map { term in
            let name = equations.terms[term].name
            let lost = source(of: term).observedLevels(term).count - 1 - source(of: term).degreesOfFreedom[term]
            let amount = source(of: term).degreesOfFreedom[term] == 0 ? "cannot be told" : "cannot be told fully"
            let degrees = lost == 1 ? "1 degree" : "\(lost) degrees"
            let partners = partners(of: term).map { "'\(equations.terms[$0].name)'" }
            let others = partners.isEmpty ? "the other terms together" : partners.joined(separator: " and ")
            return "'\(name)' \(amount) from \(others): \(degrees) of freedom are shared, and what they hold "
                + "is credited to no term."
        }
    }

    /// The single terms that already determine some level of a term.
    private func partners(of term: Int) -> [Int] {
        let own = full.observedLevels(term).count - 1
        return source(of: term).terms.filter { other in
            guard other != term else {
                return false
            }
            var pair = SweptEquations(equations, terms: [other, term])
            pair.sweep(term: other)
            return pair.sweep(term: term).degreesOfFreedom < own
        }
    }
}
