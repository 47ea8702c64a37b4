// SPDX-License-Identifier: Apache-2.0

/// A regular two-level design: a full factorial in some basic factors, whose products set all other factors.
///
/// A factor is the product of the basic factors in its mask, so that the product of two effects is the exclusive or of
/// their masks, and effects of one mask cannot be told apart. Box, Hunter and Hunter, "Statistics for Experimenters",
/// 2nd edition, 2005, chapter 6; Mee, "A Comprehensive Guide to Factorial Two-Level Experimentation", 2009.
package struct TwoLevelFraction: Hashable, Sendable {
    /// The number of basic factors; there are 2 to its power runs.
    package let basicCount: Int
    /// The basic factors of each factor, as bits; the first `basicCount` factors are the basic ones.
    package let masks: [Int]

    /// The number of factors.
    package var factorCount: Int { masks.count }
    /// The number of runs.
    package var runCount: Int { 1 << basicCount }

    /// The design of some columns of a full factorial in `basicCount` factors; nil unless the columns are different,
    /// not empty and span all runs.
    ///
    /// The basis is changed so that basic factors have a column each, and these come first: `order` tells which of the
    /// given columns each factor is.
    package init?(basicCount: Int, columns: [Int]) {
        guard let (basis, order) = Self.basis(of: columns, basicCount), Set(columns).count == columns.count,
            columns.allSatisfy({ $0 > 0 && $0 < 1 << basicCount })
        else { return nil }
        self.basicCount = basicCount
        masks = order.map { Self.coordinates(of: columns[$0], in: basis.map { columns[$0] }) }
    }

    /// The design of a full factorial in `basicCount` factors and generators, each the basic factors whose product sets
    /// the next factor; nil for a generator of fewer than two factors, one out of range or one given twice.
    package init?(basicCount: Int, generators: [[Int]]) {
        guard (1...16).contains(basicCount) else { return nil }
        let added = generators.map { Set($0).reduce(0) { $0 | ($1 >= 0 && $1 < basicCount ? 1 << $1 : 1 << 30) } }
        let masks = (0..<basicCount).map { 1 << $0 } + added
        guard Set(masks).count == masks.count, masks.allSatisfy({ $0 > 0 && $0 < 1 << basicCount }) else { return nil }
        self.basicCount = basicCount
        self.masks = masks
    }

    /// The factors that each factor beyond the basic ones is the product of.
    package var generators: [[Int]] {
        masks.dropFirst(basicCount).map { mask in (0..<basicCount).filter { mask >> $0 & 1 == 1 } }
    }

    /// The runs in standard order, the first factor changing fastest: 0 for the low level, 1 for the high one.
    package var runs: [[Int]] {
        (0..<runCount).map { run in
            masks.map { mask in (mask.nonzeroBitCount - (mask & run).nonzeroBitCount) % 2 == 0 ? 1 : 0 }
        }
    }

    /// The same design with its factors in another order: `places[i]` tells which factor of this design factor i becomes.
    ///
    /// Basic factors need not come first in the answer, so that it is a list of runs rather than a design.
    package func runs(places: [Int]) -> [[Int]] {
        runs.map { run in places.map { run[$0] } }
    }

    /// The mask of an effect, such as the interaction of some factors; 0 for the mean.
    package func mask(of effect: [Int]) -> Int {
        effect.reduce(0) { $0 ^ masks[$1] }
    }

    /// The first columns that are independent, and all columns' order with these first.
    static func basis(of columns: [Int], _ count: Int) -> (basis: [Int], order: [Int])? {
        var reduced: [Int] = []
        var basis: [Int] = []
        for (index, column) in columns.enumerated() {
            var rest = column
            for pivot in reduced {
                rest = min(rest, rest ^ pivot)
            }
            if rest != 0 {
                reduced.append(rest)
                reduced.sort(by: >)
                basis.append(index)
            }
        }
        guard basis.count == count else { return nil }
        let isBasic = Set(basis)
        return (basis, basis + columns.indices.filter { !isBasic.contains($0) })
    }

    /// Which columns of a basis add up to a column.
    private static func coordinates(of column: Int, in basis: [Int]) -> Int {
        var rows: [(value: Int, mask: Int)] = []
        for (index, member) in basis.enumerated() {
            var value = member
            var mask = 1 << index
            for row in rows where value ^ row.value < value {
                value ^= row.value
                mask ^= row.mask
            }
            rows.append((value, mask))
            rows.sort { $0.value > $1.value }
        }
        var rest = column
        var mask = 0
        for row in rows where rest ^ row.value < rest {
            rest ^= row.value
            mask ^= row.mask
        }
        return mask
    }
}

extension TwoLevelFraction {
    /// How many words of the defining relation have each length, by length up to `longest`; the first that is not 0 is
    /// the resolution.
    ///
    /// From the weights of the runs by the identities of MacWilliams: Hedayat, Sloane and Stufken, "Orthogonal Arrays",
    /// 1999, section 4.3. Exact for up to 127 factors and words of length 6.
    package func wordCounts(longest: Int = 6) -> [Int] {
        var weights = [Int](repeating: 0, count: factorCount + 1)
        for run in 0..<runCount {
            weights[masks.count { ($0 & run).nonzeroBitCount % 2 == 1 }] += 1
        }
        return (0...min(longest, factorCount)).map { length in
            guard length > 0 else { return 1 }
            let sum = weights.enumerated().reduce(Int128(0)) { sum, entry in
                entry.element == 0
                    ? sum : sum + Int128(entry.element) * Self.krawtchouk(length, entry.offset, factorCount)
            }
            return Int(clamping: sum / Int128(runCount))
        }
    }

    /// The Krawtchouk polynomial of a degree at `x` for words of `length` letters.
    private static func krawtchouk(_ degree: Int, _ x: Int, _ length: Int) -> Int128 {
        (0...degree).reduce(Int128(0)) { sum, taken in
            let term = binomial(x, taken) * binomial(length - x, degree - taken)
            return taken % 2 == 0 ? sum + term : sum - term
        }
    }

    private static func binomial(_ count: Int, _ taken: Int) -> Int128 {
        guard taken <= count else { return 0 }
        return (0..<taken).reduce(Int128(1)) { $0 * Int128(count - $1) / Int128($1 + 1) }
    }

    /// The length of the shortest word of the defining relation; nil for a full factorial.
    package var resolution: Int? {
        guard factorCount > basicCount else { return nil }
        let counts = wordCounts(longest: factorCount > 24 ? 6 : factorCount)
        return counts.indices.dropFirst().first { counts[$0] > 0 }
    }

    /// The words of the defining relation, each as its factors, shortest first; nil when there are more than `limit`.
    package func definingRelation(limit: Int = 4_095) -> [[Int]]? {
        let added = factorCount - basicCount
        guard added < 20, (1 << added) - 1 <= limit else { return nil }
        let words = (1..<(1 << added)).map { choice -> [Int] in
            let chosen = (0..<added).filter { choice >> $0 & 1 == 1 }.map { basicCount + $0 }
            let rest = mask(of: chosen)
            return (0..<basicCount).filter { rest >> $0 & 1 == 1 } + chosen
        }
        return words.sorted { ($0.count, $0.map(\.description).joined()) < ($1.count, $1.map(\.description).joined()) }
            .sorted { left, right in
                left.count == right.count ? left.lexicographicallyPrecedes(right) : left.count < right.count
            }
    }
}
