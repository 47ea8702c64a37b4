// SPDX-License-Identifier: Apache-2.0

/// A term of a linear model: a column, or the interaction of several.
///
/// JSON keys: `kind`, `variables`.
package struct ModelTerm: Sendable, Hashable, Codable {
    /// What a term is to the analysis.
    package enum Kind: String, Sendable, Codable {
        /// A factor, a covariate or an interaction under study.
        case factor
        /// A column fitted to take out disturbance.
        case block
    }

    /// The columns whose combinations the term gives an effect each, in the order of the formula.
    package let variables: [String]
    /// Under study, or a block.
    package let kind: Kind

    /// Makes a term.
    package init(_ variables: [String], kind: Kind = .factor) {
        self.variables = variables
        self.kind = kind
    }

    /// The name in tables: the columns joined by colons.
    package var name: String {
        variables.joined(separator: ":")
    }

    /// The number of columns that interact.
    package var order: Int {
        variables.count
    }

    /// Whether every column of this term is one of another term that has more.
    func isContained(in other: ModelTerm) -> Bool {
        other.order > order && variables.allSatisfy { other.variables.contains($0) }
    }
}

/// What a linear model explains and by which terms, as in `yield ~ A * B + C`.
///
/// The notation is Wilkinson and Rogers' (Applied Statistics 22, 1973), as R writes it: `+` adds terms, `:` is an
/// interaction, `A*B` is `A + B + A:B`, `(A+B+C)^2` all interactions of up to two, `A/B` is `A + A:B`, `-` takes terms
/// out and `.` stands for all other columns. Names with spaces or signs go between backquotes, unless the columns are
/// known. Blocks are given apart, come first and interact with nothing unless the formula says so. Terms are ordered by
/// their number of columns, as in R. The intercept is always in the model.
package struct ModelFormula: Sendable, Equatable {
    /// The responses; empty when the formula names none.
    package let responses: [String]
    /// Blocks first, then main effects, then interactions by their order.
    package let terms: [ModelTerm]

    /// Makes a formula from its parts; terms are put in order and repeated ones left out.
    package init(responses: [String], terms: [ModelTerm]) {
        self.responses = responses
        var kept: [ModelTerm] = []
        for term in terms where !kept.contains(where: { Set($0.variables) == Set(term.variables) }) {
            kept.append(term)
        }
        let blocks = kept.filter { $0.kind == .block }
        let others = kept.filter { $0.kind == .factor }
        let highest = others.map(\.order).max() ?? 0
        self.terms = blocks + (0...highest).flatMap { order in others.filter { $0.order == order } }
    }

    /// Makes the model of main effects only.
    package static func mainEffects(
        responses: [String] = [],
        factors: [String],
        blocks: [String] = []
    ) -> ModelFormula {
        ModelFormula(
            responses: responses,
            terms: blocks.map { ModelTerm([$0], kind: .block) } + factors.map { ModelTerm([$0]) }
        )
    }

    /// Every column that a term uses, in order of first use.
    package var variables: [String] {
        var seen: [String] = []
        for term in terms {
            for variable in term.variables where !seen.contains(variable) {
                seen.append(variable)
            }
        }
        return seen
    }

    /// The formula in full, such as `y ~ A + B + A:B`.
    package var text: String {
        let right = terms.isEmpty ? "1" : terms.map(\.name).joined(separator: " + ")
        return responses.isEmpty ? "~ \(right)" : "\(responses.joined(separator: ", ")) ~ \(right)"
    }

    /// The formula without some terms.
    func without(_ names: Set<String>) -> ModelFormula {
        ModelFormula(responses: responses, terms: terms.filter { !names.contains($0.name) })
    }
}
