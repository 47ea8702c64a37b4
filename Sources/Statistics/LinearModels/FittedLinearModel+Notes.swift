// SPDX-License-Identifier: Apache-2.0

extension FittedLinearModel {
    /// Why a term has fewer degrees of freedom than it could have.
    struct Alias {
        let term: Int
        /// Those that remain.
        let degreesOfFreedom: Int
        /// How many are lost because level combinations never occur.
        let emptyCells: Int
        /// The terms that determine the rest; empty when it takes all others together.
        let partners: [Int]
        let isShared: Bool
    }

    /// Every term of which other terms, or empty cells, determine something.
    func aliases() -> [Alias] {
        let isReduced = layout.terms.indices.contains { term in
            source(of: term).degreesOfFreedom[term] < layout.terms[term].columns.count
        }
        let isDeficient = full.solved.isSwept.contains(false)
        guard isReduced || isDeficient else {
            return []
        }
        let start = full.products.centred()
        return layout.terms.indices.compactMap { alias($0, start) }
    }

    private func alias(_ term: Int, _ start: SweptSystem) -> Alias? {
        let own = layout.terms[term].columns
        let within = layout.terms.indices.filter { layout.isContained($0, in: term) }.map { layout.terms[$0].columns }
        let free = Self.freeCount(own, given: within, start)
        let degrees = source(of: term).degreesOfFreedom[term]
        var partners = source(of: term).terms.filter { other in
            guard other != term, !layout.isContained(other, in: term), !layout.isContained(term, in: other) else {
                return false
            }
            return Self.freeCount(own, given: within + [layout.terms[other].columns], start) < free
        }
        if partners.isEmpty, degrees < free {
            partners = source(of: term).terms.filter { layout.isContained(term, in: $0) }
        }
        guard degrees < own.count || !partners.isEmpty else {
            return nil
        }
        return Alias(
            term: term,
            degreesOfFreedom: degrees,
            emptyCells: layout.terms[term].term.order > 1 ? own.count - free : 0,
            partners: partners,
            isShared: degrees < free || !partners.isEmpty
        )
    }

    /// How many of some columns others leave undetermined.
    private static func freeCount(_ own: Range<Int>, given others: [Range<Int>], _ start: SweptSystem) -> Int {
        var system = start.restricted(to: others + [own])
        let first = system.count - own.count
        system.sweep(0..<first)
        return system.sweep(first..<system.count).degreesOfFreedom
    }

    /// What a reader must know before trusting the numbers, in English sentences.
    func notes(_ aliases: [Alias]) -> [String] {
        var notes: [String] = []
        if missingResponses > 0 {
            notes.append("Left out \(rows(missingResponses)) without a value of '\(responseName)'.")
        }
        if missingFactors > 0 {
            notes.append("Left out \(rows(missingFactors)) with an empty cell in a column of the model.")
        }
        if model.totalSumOfSquares == 0 {
            notes.append("Every value of '\(responseName)' is the same, so there is nothing for the terms to explain.")
        }
        notes += levelNotes() + aliases.map { sentence($0) } + marginNotes()
        if !pooled.isEmpty {
            let names = pooled.map { "'\(layout.terms[$0].name)'" }.joined(separator: ", ")
            notes.append(
                "Pooled into the residual as asked: \(names). The residual then holds the smallest effects by choice, "
                    + "so p values are smaller than they should be."
            )
        }
        if model.residualDegreesOfFreedom == 0 {
            notes.append(
                "The design is saturated: no degrees of freedom are left for the error, so F and p are undefined. "
                    + "Repeat runs, leave a term out or pool small terms."
            )
        } else if model.isPerfectFit && model.totalSumOfSquares > 0 {
            notes.append(
                "The model explains every value exactly, so the error is zero and F and p are undefined."
            )
        }
        return notes
    }

    private func rows(_ count: Int) -> String {
        count == 1 ? "1 row" : "\(count) rows"
    }

    private func levelNotes() -> [String] {
        layout.factors.flatMap { factor in
            var notes: [String] = []
            if factor.labels.count == 1 {
                notes.append(
                    "'\(factor.name)' has one level only ('\(factor.labels[0])'), so it has no effect to estimate."
                )
            }
            if !factor.unobserved.isEmpty {
                let missing = factor.unobserved.map { "'\($0)'" }.joined(separator: ", ")
                notes.append("No row has these levels of '\(factor.name)': \(missing).")
            }
            return notes
        }
    }

    private func marginNotes() -> [String] {
        model.terms.compactMap { term in
            let own = layout.terms[term]
            guard zip(own.isContrast, own.factors).contains(where: { !$0.0 }) else {
                return nil
            }
            return "'\(own.name)' is in the model without all the terms within it, so it holds their effects too."
        }
    }

    private func sentence(_ alias: Alias) -> String {
        let name = layout.terms[alias.term].name
        let nominal = layout.terms[alias.term].columns.count
        var parts: [String] = []
        if alias.emptyCells > 0 {
            parts.append(
                "some combinations of levels of '\(name)' never occur, which takes \(alias.emptyCells) of its "
                    + "\(nominal) degrees of freedom"
            )
        }
        let others =
            alias.partners.isEmpty
            ? "the other terms together"
            : alias.partners.map { "'\(layout.terms[$0].name)'" }.joined(separator: " and ")
        let lost = nominal - alias.emptyCells - alias.degreesOfFreedom
        if lost > 0 {
            let amount = alias.degreesOfFreedom == 0 ? "cannot be told" : "cannot be told fully"
            let degrees = lost == 1 ? "1 degree" : "\(lost) degrees"
            let isWithin = alias.partners.contains { layout.isContained(alias.term, in: $0) }
            let reason = isWithin ? ", because some combinations of levels never occur" : ""
            parts.append("'\(name)' \(amount) from \(others)\(reason): \(degrees) of freedom \(credit(alias))")
        } else if alias.isShared, !alias.partners.isEmpty {
            parts.append("what '\(name)' is credited with may come from \(others), which cannot be told from it fully")
        }
        let text = parts.joined(separator: ", and ")
        return text.isEmpty
            ? "'\(name)' has \(alias.degreesOfFreedom) of its \(nominal) degrees of freedom." : text.sentence
    }

    /// Who keeps the degrees of freedom that a term shares.
    private func credit(_ alias: Alias) -> String {
        let source = source(of: alias.term)
        let own = layout.terms[alias.term].priority
        let keepers = alias.partners.filter { other in
            source.type == .one
                ? other < alias.term
                : layout.terms[other].priority < own
                    || (layout.terms[other].priority == own && own > 1 && other < alias.term)
        }
        guard !keepers.isEmpty else {
            return "shared and credited to no term"
        }
        return
            "credited to \(keepers.map { "'\(layout.terms[$0].name)'" }.joined(separator: " and "))"
    }
}

extension String {
    /// The text with a capital first letter and a full stop.
    fileprivate var sentence: String {
        prefix(1).uppercased() + dropFirst() + "."
    }
}
