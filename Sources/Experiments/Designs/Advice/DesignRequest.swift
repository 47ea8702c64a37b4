// SPDX-License-Identifier: Apache-2.0
package import Domain

/// What is wrong in a request for a design, and what would be right.
package struct DesignError: Error, Hashable, Sendable, CustomStringConvertible {
    /// The field, by the name of its option: `budget`, `factor` and so on.
    package let field: String
    /// What was given.
    package let value: String
    /// What would be right, as an instruction.
    package let remedy: String

    /// Creates an error.
    package init(field: String, value: String, remedy: String) {
        self.field = field
        self.value = value
        self.remedy = remedy
    }

    package var description: String { "\(field): got '\(value)'; \(remedy)" }
}

/// A factor of a design: some levels, or a range of numbers.
package struct DesignFactor: Hashable, Sendable {
    /// The values that a factor can take.
    package enum Values: Hashable, Sendable {
        /// Two or more different levels.
        case levels([LevelValue])
        /// All numbers between two; `step`, if not nil, is what they are rounded to, from the low end.
        case range(low: Double, high: Double, step: Double?)
    }

    /// The name.
    package let name: String
    /// The values.
    package let values: Values

    /// Creates a factor.
    package init(name: String, values: Values) {
        self.name = name
        self.values = values
    }

    /// The number of levels; 2, the ends, of a range.
    package var levelCount: Int {
        switch values {
        case .levels(let levels): levels.count
        case .range: 2
        }
    }

    /// Whether values between the levels make sense: a range, or levels that are all numbers.
    package var isNumeric: Bool {
        switch values {
        case .levels(let levels): levels.allSatisfy { $0.json.double != nil }
        case .range: true
        }
    }

    /// The value at a level; the ends of a range.
    package func value(at level: Int) -> LevelValue {
        switch values {
        case .levels(let levels): levels[min(level, levels.count - 1)]
        case .range(let low, let high, _): Self.tidy(level == 0 ? low : high)
        }
    }

    /// The value at a share from 0 to 1 of the way: in a range rounded to its step, or to a ten-thousandth of it.
    package func value(atShare share: Double) -> LevelValue {
        switch values {
        case .levels(let levels):
            return levels[min(levels.count - 1, max(0, Int(share * Double(levels.count))))]
        case .range(let low, let high, let step):
            let value = low + share * (high - low)
            let unit = step ?? Self.unit(of: high - low)
            let steps = ((value - low) / unit).rounded()
            return Self.tidy(min(high, max(low, step == nil ? (value / unit).rounded() * unit : low + steps * unit)))
        }
    }

    /// The middle between the lowest and the highest level, or the middle level of an odd number of them; nil unless
    /// numeric.
    package var centre: LevelValue? {
        switch values {
        case .range(let low, let high, _): return Self.tidy(low + (high - low) / 2)
        case .levels(let levels):
            let numbers = levels.compactMap(\.json.double).sorted()
            guard isNumeric, let low = numbers.first, let high = numbers.last else { return nil }
            let middle = low + (high - low) / 2
            return levels.first { $0.json.double == middle } ?? Self.tidy(middle)
        }
    }

    /// The power of ten that is a ten-thousandth of a span or a little less.
    private static func unit(of span: Double) -> Double {
        var unit = 1.0
        while unit > span / 10_000 { unit /= 10 }
        while unit * 10 <= span / 10_000 { unit *= 10 }
        return unit
    }

    /// A number with the noise of its last digits taken off, whole where it is whole.
    private static func tidy(_ value: Double) -> LevelValue {
        if value.magnitude < 1e15, let whole = Int64(exactly: value) { return .integer(whole) }
        var scale = 1.0
        while scale < 1e12 {
            scale *= 10
            let rounded = (value * scale).rounded() / scale
            if (rounded - value).magnitude <= 1e-12 * value.magnitude { return .number(rounded) }
        }
        return .number(value)
    }
}

/// The families of designs.
package enum DesignKind: String, Hashable, Sendable, Codable, CaseIterable {
    /// The cheapest family that serves.
    case auto
    /// Every combination.
    case full
    /// A regular two-level fraction.
    case fractional
    /// A design of Plackett and Burman.
    case plackettBurman = "plackett-burman"
    /// An orthogonal array of Taguchi.
    case taguchi
    /// Runs chosen by exchange.
    case dOptimal = "d-optimal"
    /// A Latin hypercube.
    case latinHypercube = "lhs"
    /// A Sobol' sequence.
    case sobol
}

/// What a design is wanted for.
package struct DesignRequest: Sendable {
    /// The factors, one at least.
    package var factors: [DesignFactor]
    /// The family; `auto` recommends one.
    package var kind: DesignKind = .auto
    /// The most runs, replicates and centre points included.
    package var budget: Int?
    /// The smallest difference between two levels that matters.
    package var effect: Double?
    /// The standard deviation of one run.
    package var noise: Double?
    /// The wanted chance to find an effect of that size.
    package var power = 0.8
    /// The level of the tests.
    package var level = 0.05
    /// Interactions of two factors that must be estimated.
    package var interactions: [[Int]] = []
    /// Combinations of levels that must not be run.
    package var forbidden: [ForbiddenCombination] = []
    /// How many blocks the runs are laid in.
    package var blocks = 1
    /// How many runs at the middle of all numeric factors are added.
    package var centrePoints = 0
    /// How many times each run is made; nil for as many as the wanted power needs.
    package var replicates: Int?
    /// Where random choices start.
    package var seed: UInt64 = 1
    /// Runs that were made already, as level indices.
    package var existing: [[Int]] = []
    /// Noise factors of an outer array: every run is made at each of its runs.
    package var outer: [DesignFactor] = []

    /// The most runs that a design may have.
    package static let runLimit = 10_000
    /// The most factors.
    package static let factorLimit = 100
    /// The most coefficients of the model.
    package static let coefficientLimit = 500

    /// A request with every other field at its default.
    package init(factors: [DesignFactor]) {
        self.factors = factors
    }

    /// Throws the first thing that is wrong, by the name of its option.
    package func validate() throws(DesignError) {
        try validateFactors()
        try Self.demand(
            budget.map { (1...Self.runLimit).contains($0) } ?? true,
            "budget",
            budget ?? 0,
            "give 1 to 10000 runs"
        )
        try Self.demand(effect.map { $0 > 0 && $0.isFinite } ?? true, "effect", effect ?? 0, "give a positive number")
        try Self.demand(noise.map { $0 > 0 && $0.isFinite } ?? true, "noise", noise ?? 0, "give a positive number")
        try Self.demand(
            effect == nil || noise != nil,
            "noise",
            "nothing",
            "an effect is judged against the noise: give --noise, the standard deviation of one run"
        )
        if let effect, let noise {
            try Self.demand(
                (1e-6...1e6).contains(effect / noise),
                "effect",
                effect,
                "give one between a millionth and a million times --noise (\(noise))"
            )
        }
        try Self.demand(power > level && power < 1, "power", power, "give a share between the level and 1, such as 0.8")
        try Self.demand(level > 0 && level < 1, "level", level, "give a share between 0 and 1, such as 0.05")
        try Self.demand((1...1_000).contains(blocks), "blocks", blocks, "give 1 to 1000")
        try Self.demand((0...1_000).contains(centrePoints), "centre-points", centrePoints, "give 0 to 1000")
        try Self.demand(
            replicates.map { (1...1_000).contains($0) } ?? true,
            "replicates",
            replicates ?? 0,
            "give 1 to 1000"
        )
        for pair in interactions
        where pair.count != 2 || pair[0] == pair[1] || !pair.allSatisfy(factors.indices.contains) {
            let names = pair.map { factors.indices.contains($0) ? factors[$0].name : "\($0)" }
            throw DesignError(
                field: "interaction",
                value: names.joined(separator: ":"),
                remedy: "give two different factors, A:B"
            )
        }
        let isInside = forbidden.allSatisfy { $0.choices.allSatisfy { factors.indices.contains($0.factor) } }
        try Self.demand(isInside, "forbid", "a factor", "name factors of the design")
        let areRuns = existing.allSatisfy { run in
            run.count == factors.count && zip(run, factors).allSatisfy { $0 >= 0 && $0 < $1.levelCount }
        }
        try Self.demand(areRuns, "augment", "a run", "give one existing level of every factor")
        let width = DesignModel(levelCounts: factors.map(\.levelCount), interactions: interactions).width
        try Self.demand(
            width <= Self.coefficientLimit,
            interactions.isEmpty ? "factor" : "interaction",
            "\(width) coefficients",
            "give levels and interactions that need \(Self.coefficientLimit) coefficients or fewer"
        )
        if centrePoints > 0, !factors.contains(where: \.isNumeric) {
            throw DesignError(
                field: "centre-points",
                value: "\(centrePoints)",
                remedy: "a centre needs a factor whose levels are numbers; leave the option out"
            )
        }
    }

    private func validateFactors() throws(DesignError) {
        try Self.demand(!factors.isEmpty, "factor", "", "give at least one, such as --factor \"price=9900,10900\"")
        try Self.demand(factors.count <= Self.factorLimit, "factor", factors.count, "give 100 factors or fewer")
        var names: Set<String> = []
        for factor in factors + outer {
            guard names.insert(factor.name).inserted else {
                throw DesignError(field: "factor", value: factor.name, remedy: "give every factor a name of its own")
            }
            switch factor.values {
            case .levels(let levels):
                let distinct = Set(levels.map(\.description)).count
                try Self.demand(levels.count >= 2, "factor", factor.name, "give two levels or more")
                try Self.demand(distinct == levels.count, "factor", factor.name, "give every level once")
                try Self.demand(levels.count <= 1_000, "factor", factor.name, "give 1000 levels or fewer")
            case .range(let low, let high, let step):
                try Self.demand(
                    low.isFinite && high.isFinite && low < high && (high - low).isFinite,
                    "numeric",
                    factor.name,
                    "give a low end below the high end"
                )
                try Self.demand(
                    step.map { $0 > 0 && $0 <= high - low } ?? true,
                    "numeric",
                    factor.name,
                    "give a step above 0 and no wider than the range"
                )
            }
        }
    }

    private static func demand(_ holds: Bool, _ field: String, _ value: some Any, _ remedy: String) throws(DesignError)
    {
        guard !holds else { return }
        throw DesignError(field: field, value: "\(value)", remedy: remedy)
    }
}
