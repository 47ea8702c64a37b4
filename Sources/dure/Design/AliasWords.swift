// SPDX-License-Identifier: Apache-2.0

import Experiments

/// What a design cannot tell apart, in sentences with the factors' names.
struct AliasWords {
    /// The sentences.
    let lines: [String]
    /// Letters and names of the factors of a regular fraction, such as `A = price`.
    let legend: [String]
    /// The generators, such as `D = ABC`.
    let generators: [String]
    /// The words of the defining relation, such as `ABCD`; empty when there are more than 255.
    let definingRelation: [String]

    /// How many mixed effects are listed by name.
    private static let listed = 10

    init(_ design: PlannedDesign) {
        let names = design.factors.map(\.name)
        var lines: [String] = []
        legend = Self.legend(design)
        generators = Self.generators(design)
        definingRelation = (design.fraction?.definingRelation(limit: 255) ?? []).map(FactorLetters.word)
        if !design.mixedInteractions.isEmpty {
            let wanted = design.mixedInteractions.map { $0.map { names[$0] }.joined(separator: " × ") }
            lines.append(
                "Wanted, but mixed with others: \(wanted.joined(separator: ", ")). A larger design would clear them."
            )
        }
        if let fraction = design.fraction, fraction.factorCount > fraction.basicCount {
            lines += Self.regular(fraction, design, legend, generators, definingRelation)
        } else if let mixing = design.mixing {
            lines += Self.general(mixing, names, isFull: design.kind == .full, isSplit: design.blocks > 1)
        } else {
            lines.append(
                "Points fill the space: no two effects are the same, and none is exactly orthogonal to another."
            )
        }
        self.lines = lines
    }

    private static func legend(_ design: PlannedDesign) -> [String] {
        guard design.fraction != nil else { return [] }
        return design.places.enumerated().sorted { $0.element < $1.element }
            .map { "\(FactorLetters.letter($0.element)) = \(design.factors[$0.offset].name)" }
    }

    private static func generators(_ design: PlannedDesign) -> [String] {
        guard let fraction = design.fraction else { return [] }
        return fraction.generators.enumerated().map { index, basic in
            "\(FactorLetters.letter(fraction.basicCount + index)) = \(FactorLetters.word(basic))"
        }
    }

    private static func regular(
        _ fraction: TwoLevelFraction,
        _ design: PlannedDesign,
        _ legend: [String],
        _ generators: [String],
        _ relation: [String]
    ) -> [String] {
        var lines: [String] = []
        switch fraction.resolution ?? 0 {
        case ...3:
            lines.append(
                "Resolution III: main effects are mixed with interactions of two factors; a large interaction looks like a "
                    + "main effect."
            )
        case 4:
            lines.append(
                "Resolution IV: main effects are clear of interactions of two factors, but these are mixed with each other."
            )
        default:
            lines.append(
                "Resolution \(roman(fraction.resolution ?? 0)): main effects and interactions of two factors are clear of "
                    + "each other; only interactions of three factors or more are mixed with them."
            )
        }
        // A legend of factors that are called by their own letters says nothing.
        let isPlain = design.places.enumerated()
            .allSatisfy { FactorLetters.letter($0.element) == design.factors[$0.offset].name }
        let made = "generators " + generators.joined(separator: ", ") + "."
        lines.append(isPlain ? "Made by the \(made)" : legend.joined(separator: ", ") + "; \(made)")
        if !relation.isEmpty, relation.count <= 15 {
            lines.append("Defining relation: I = " + relation.joined(separator: " = ") + ".")
        }
        let sets = AliasStructure(fraction).sets.filter { $0.count > 1 }
        for set in sets.prefix(listed) {
            lines.append(set.map { effect in name(effect, design) }.joined(separator: " = "))
        }
        if sets.count > listed { lines.append("and \(sets.count - listed) more such groups") }
        return lines
    }

    private static func name(_ effect: [Int], _ design: PlannedDesign) -> String {
        effect.map { place in design.places.firstIndex(of: place).map { design.factors[$0].name } ?? "?" }
            .joined(separator: " × ")
    }

    private static func general(_ mixing: EffectMixing, _ names: [String], isFull: Bool, isSplit: Bool)
        -> [String]
    {
        guard !mixing.overlaps.isEmpty || !mixing.mixedMains.isEmpty else {
            return [
                isFull
                    ? isSplit
                        ? "No effects from each other; what blocks are confounded with, if anything, is said above."
                        : "Nothing: every main effect and every interaction is clear of all others."
                    : "Main effects are clear of each other and of all interactions of two factors."
            ]
        }
        var lines: [String] = []
        if let worst = mixing.mixedMains.max(by: { $0.share < $1.share }) {
            lines.append(
                "Main effects are not quite orthogonal: at worst \(names[worst.main]) and \(names[worst.pair[0]]) share "
                    + "\(DesignText.percent(worst.share))."
            )
        }
        let same = mixing.overlaps.filter { $0.share > 0.999 }
        let mixed = names.indices.filter { main in same.contains { $0.main == main } }
        for main in mixed.prefix(listed) {
            let pairs = same.filter { $0.main == main }.map { $0.pair.map { names[$0] }.joined(separator: " × ") }
            lines.append("\(names[main]) cannot be told apart from \(list(pairs)).")
        }
        if mixed.count > listed { lines.append("and \(mixed.count - listed) more such main effects") }
        let partial = mixing.overlaps.filter { $0.share <= 0.999 }
        if let worst = partial.max(by: { $0.share < $1.share }) {
            let mains = Set(partial.map(\.main)).count
            let pair = worst.pair.map { names[$0] }.joined(separator: " × ")
            lines.append(
                "\(mains) of \(names.count) main effects are partly mixed with interactions of two factors, at most "
                    + "\(DesignText.percent(worst.share)) (\(names[worst.main]) and \(pair)): a large interaction shifts them."
            )
        }
        if !mixing.clearPairs.isEmpty {
            let clear = mixing.clearPairs.map { $0.map { names[$0] }.joined(separator: " × ") }
            lines.append("Interactions clear of all others of two factors: \(list(clear)).")
        }
        return lines
    }

    /// The first ten of some effects, and how many more there are.
    private static func list(_ effects: [String]) -> String {
        let rest = effects.count - listed
        return effects.prefix(listed).joined(separator: ", ") + (rest > 0 ? " and \(rest) more" : "")
    }

    private static func roman(_ number: Int) -> String {
        let numerals = ["", "I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX", "X", "XI", "XII"]
        return numerals.indices.contains(number) ? numerals[number] : "\(number)"
    }
}
