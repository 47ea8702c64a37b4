// SPDX-License-Identifier: Apache-2.0

/// The different runs of a two-level design, as bits, and what they can tell apart.
struct TwoLevelRuns {
    /// A contrast with the terms that it estimates.
    struct Contrast {
        let factors: [Int]
        var aliases: [String]
        let effect: Double
    }

    /// A column of signs: bit 1 where the product of the factors is negative.
    private typealias Signs = [UInt64]

    let names: [String]
    /// The mean response of each different run.
    let means: [Double]
    /// How often each run was made.
    let replicates: Int
    let grandMean: Double
    /// Whether the runs are a coset of a group, so that products of factors are equal, opposite or orthogonal.
    let isRegular: Bool
    private let signs: [Signs]
    private static let termLimit = 1_000_000

    init(names: [String], columns: [[Bool]], response: [Double]) throws(StatisticsError) {
        guard !names.isEmpty, names.count <= TwoLevelEffects.factorLimit, columns.count == names.count else {
            throw .invalidArgument(
                name: "factors",
                value: "\(names.count)",
                remedy: "give 1 to \(TwoLevelEffects.factorLimit) factors with one column each"
            )
        }
        for (index, name) in names.enumerated() where names[..<index].contains(name) {
            throw .duplicateColumn(name)
        }
        for (name, column) in zip(names, columns) where column.count != response.count {
            throw .lengthMismatch(column: name, found: column.count, expected: response.count)
        }
        try response.requireFinite("response")
        let runs = try Self.collect(columns, response)
        let count = runs.means.count
        guard count >= 2, count <= TwoLevelEffects.runLimit else {
            throw count < 2
                ? .tooFewObservations(subject: "Different runs", found: count, needed: 2)
                : .invalidArgument(
                    name: "runs",
                    value: "\(count)",
                    remedy: "give at most \(TwoLevelEffects.runLimit) different runs"
                )
        }
        self.names = names
        means = runs.means
        replicates = runs.replicates
        grandMean = Moments(means).mean
        isRegular = Self.isCoset(runs.rows)
        let words = (count + 63) / 64
        signs = names.indices.map { factor in
            var column = Signs(repeating: 0, count: words)
            for (run, row) in runs.rows.enumerated() where !row[factor] {
                column[run / 64] |= 1 << UInt64(run % 64)
            }
            return column
        }
        try requireOrthogonalMainEffects()
    }

    func name(_ factors: [Int]) -> String {
        factors.map { names[$0] }.joined(separator: ":")
    }

    /// The contrasts in order of their lowest term, with the aliases of up to `aliasOrder` factors.
    func contrasts(aliasOrder: Int) throws(StatisticsError) -> [Contrast] {
        var contrasts: [Contrast] = []
        var places: [Signs: Int] = [:]
        let greatest = isRegular ? names.count : 1
        let wanted = isRegular ? means.count - 1 : names.count
        var terms = 0
        for order in 1...max(1, greatest) {
            guard contrasts.count < wanted || order <= aliasOrder else {
                break
            }
            var combinations = TermCombinations(count: names.count, order: order)
            while let factors = combinations.next(), terms < Self.termLimit {
                terms += 1
                let (column, isOpposite) = canonical(product(factors))
                guard column.contains(where: { $0 != 0 }) else {
                    continue
                }
                if let place = places[column.map(\.self)] {
                    if order <= aliasOrder {
                        let isSameSign = isOpposite == canonical(product(contrasts[place].factors)).isOpposite
                        contrasts[place].aliases.append((isSameSign ? "" : "-") + name(factors))
                    }
                } else if contrasts.count < wanted {
                    places[column] = contrasts.count
                    contrasts.append(Contrast(factors: factors, aliases: [], effect: effect(product(factors))))
                }
            }
        }
        return contrasts
    }

    /// The terms of up to four factors whose product is constant.
    func definingTerms() -> [String] {
        guard isRegular else {
            return []
        }
        var found: [String] = []
        for order in 2...4 where order <= names.count {
            var combinations = TermCombinations(count: names.count, order: order)
            var seen = 0
            while let factors = combinations.next(), seen < 200_000, found.count < 100 {
                seen += 1
                let (column, isOpposite) = canonical(product(factors))
                if !column.contains(where: { $0 != 0 }) {
                    found.append((isOpposite ? "-" : "") + name(factors))
                }
            }
        }
        return found
    }

    // MARK: Signs

    private func product(_ factors: [Int]) -> Signs {
        var column = signs[factors[0]]
        for factor in factors.dropFirst() {
            for word in column.indices {
                column[word] ^= signs[factor][word]
            }
        }
        return column
    }

    /// The column or its opposite, whichever has a plus in the first run.
    private func canonical(_ column: Signs) -> (column: Signs, isOpposite: Bool) {
        guard column[0] & 1 == 1 else {
            return (column, false)
        }
        var opposite = column.map { ~$0 }
        let spare = opposite.count * 64 - means.count
        opposite[opposite.count - 1] &= UInt64.max >> UInt64(spare)
        return (opposite, true)
    }

    private func effect(_ column: Signs) -> Double {
        var sum = 0.0
        for (run, mean) in means.enumerated() {
            let isNegative = column[run / 64] >> UInt64(run % 64) & 1 == 1
            sum += isNegative ? grandMean - mean : mean - grandMean
        }
        return 2 * sum / Double(means.count)
    }

    private func requireOrthogonalMainEffects() throws(StatisticsError) {
        for first in signs.indices {
            let high = means.count - signs[first].reduce(0) { $0 + $1.nonzeroBitCount }
            guard high * 2 == means.count else {
                throw .invalidArgument(
                    name: names[first],
                    value: "\(high) of \(means.count) runs at the high level",
                    remedy: "give a design with as many high as low runs, or fit a linear model"
                )
            }
            for second in signs.indices where second > first {
                let unlike = zip(signs[first], signs[second]).reduce(0) { $0 + ($1.0 ^ $1.1).nonzeroBitCount }
                guard unlike * 2 == means.count else {
                    let isAliased = unlike == 0 || unlike == means.count
                    throw .invalidArgument(
                        name: "\(names[first]) and \(names[second])",
                        value: isAliased ? "always set together" : "not set independently",
                        remedy: "leave one out, give an orthogonal design, or fit a linear model"
                    )
                }
            }
        }
    }

    // MARK: Runs

    /// The different runs in order of appearance with their mean responses.
    private static func collect(
        _ columns: [[Bool]],
        _ response: [Double]
    ) throws(StatisticsError) -> (rows: [[Bool]], means: [Double], replicates: Int) {
        var places: [[Bool]: Int] = [:]
        var rows: [[Bool]] = []
        var values: [[Double]] = []
        for (index, value) in response.enumerated() {
            let row = columns.map { $0[index] }
            if let place = places[row] {
                values[place].append(value)
            } else {
                places[row] = rows.count
                rows.append(row)
                values.append([value])
            }
        }
        let replicates = values.first?.count ?? 0
        guard values.allSatisfy({ $0.count == replicates }) else {
            throw .invalidArgument(
                name: "runs",
                value: "some made more often than others",
                remedy: "make every run equally often, or fit a linear model"
            )
        }
        return (rows, values.map { Moments($0).mean }, replicates)
    }

    /// Whether runs, seen from the first one, are all sums of a few of them: 2^rank different runs.
    private static func isCoset(_ rows: [[Bool]]) -> Bool {
        guard let first = rows.first, rows.count.nonzeroBitCount == 1 else {
            return false
        }
        var basis: [(pivot: Int, row: [Bool])] = []
        for row in rows.dropFirst() {
            var rest = zip(row, first).map { $0 != $1 }
            for (pivot, vector) in basis where rest[pivot] {
                rest = zip(rest, vector).map { $0 != $1 }
            }
            if let pivot = rest.firstIndex(of: true) {
                basis.append((pivot, rest))
            }
        }
        return basis.count < 63 && rows.count == 1 << basis.count
    }
}

/// The subsets of a size, in lexicographic order.
struct TermCombinations {
    private var members: [Int]
    private let count: Int
    private var isStarted = false

    init(count: Int, order: Int) {
        members = Array(0..<order)
        self.count = count
    }

    mutating func next() -> [Int]? {
        guard isStarted else {
            isStarted = true
            return members.count <= count ? members : nil
        }
        var index = members.count - 1
        while index >= 0, members[index] == count - members.count + index {
            index -= 1
        }
        guard index >= 0 else {
            return nil
        }
        members[index] += 1
        for later in (index + 1)..<max(index + 1, members.count) {
            members[later] = members[later - 1] + 1
        }
        return members
    }
}
