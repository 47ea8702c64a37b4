// SPDX-License-Identifier: Apache-2.0
import Domain

/// Which runs are made together, so that differences between blocks disturb the effects as little as possible.
struct BlockAssignment {
    /// The block of each run, from 0.
    let blocks: [Int]
    /// How it was found, as a sentence.
    let note: String

    /// Lays `replicates` copies of a candidate's runs, one copy after the other, in blocks of equal size, or sizes that
    /// differ by one.
    ///
    /// Whole replicates are blocks where that comes out even; a regular fraction is split by words of many letters;
    /// an array by a column that no factor has; anything else by exchanging runs between blocks.
    init(
        _ candidate: DesignCandidate,
        replicates: Int,
        blocks count: Int,
        model: DesignModel,
        names: [String],
        seed: UInt64
    ) {
        let size = candidate.runs.count
        if replicates % count == 0 {
            blocks = (0..<replicates).flatMap { [Int](repeating: $0 * count / replicates, count: size) }
            note = "Every block holds \(replicates / count == 1 ? "one whole replicate" : "whole replicates")."
            return
        }
        if let (split, words) = Self.split(candidate, count, model, names) {
            blocks = (0..<replicates).flatMap { _ in split }
            note = "Blocks are confounded with \(words), and with no main effect."
            return
        }
        if let column = candidate.freeColumns.first(where: { Set($0).count == count }) {
            blocks = (0..<replicates).flatMap { _ in column }
            note = "A column of the array that no factor has splits the runs in blocks."
            return
        }
        let runs = (0..<replicates).flatMap { _ in candidate.runs }
        let search = Self.exchange(runs.map { model.row($0) }, blocks: count, seed: seed)
        blocks = search.blocks
        note =
            search.imbalance < 1e-9
            ? "Blocks are orthogonal to every effect of the model."
            : "Blocks cannot be orthogonal to every effect; the split that disturbs least was taken, and the power below "
                + "counts it."
    }

    /// Splits a regular fraction in 2, 4, 8 … blocks by interactions that matter least.
    private static func split(
        _ candidate: DesignCandidate,
        _ count: Int,
        _ model: DesignModel,
        _ names: [String]
    ) -> (blocks: [Int], words: String)? {
        guard let fraction = candidate.fraction, count >= 2, count & (count - 1) == 0, count < fraction.runCount else {
            return nil
        }
        var costs = [Int](repeating: 0, count: fraction.runCount)
        let factors = 0..<fraction.factorCount
        let wanted = Set(
            model.terms.filter { $0.factors.count == 2 }.map { Set($0.factors.map { candidate.places[$0] }) }
        )
        for first in factors {
            costs[fraction.mask(of: [first])] += 1_000_000
            for second in factors where second > first {
                costs[fraction.mask(of: [first, second])] += wanted.contains([first, second]) ? 10_000 : 100
                for third in factors where third > second {
                    costs[fraction.mask(of: [first, second, third])] += 1
                }
            }
        }
        // The first choice decides how good the others can be, so each is tried.
        var best: (chosen: [Int], span: [Int], cost: Int)?
        for first in 1..<fraction.runCount {
            guard let found = Self.span(from: first, costs: costs, blocks: count) else { continue }
            // Of equal costs the words of most letters.
            let letters = found.span.reduce(0) { $0 + $1.nonzeroBitCount }
            let cost = 1_000 * found.span.reduce(0) { $0 + costs[$1] } - letters
            if cost < best?.cost ?? .max { best = (found.chosen, found.span, cost) }
        }
        guard let (chosen, span, _) = best else { return nil }
        guard span.dropFirst().allSatisfy({ costs[$0] < 10_000 }) else { return nil }
        // A run of the candidate is told by its basic factors' levels.
        let basic = (0..<fraction.basicCount).map { place in candidate.places.firstIndex(of: place) ?? 0 }
        let words = span.dropFirst().sorted().map { mask in
            let pairs = factors.flatMap { first in
                factors.filter { $0 > first && fraction.mask(of: [first, $0]) == mask }.map { [first, $0] }
            }
            let basics = (0..<fraction.basicCount).filter { mask >> $0 & 1 == 1 }
            // In a fraction a word has aliases: interactions of two factors are what a reader must know of.
            return (pairs.isEmpty ? [basics] : pairs).map { word in
                word.compactMap { place in candidate.places.firstIndex(of: place) }.sorted().map { names[$0] }
                    .joined(separator: " × ")
            }
            .joined(separator: " = ")
        }
        let blocks = candidate.runs.map { run in
            let code = basic.enumerated().reduce(0) { $0 | (run[$1.element] << $1.offset) }
            return chosen.enumerated().reduce(0) { $0 | ((code & $1.element).nonzeroBitCount % 2) << $1.offset }
        }
        return (blocks, words.joined(separator: ", "))
    }

    /// The words that split a fraction in blocks, beginning with one and going on with those that cost least.
    private static func span(from first: Int, costs: [Int], blocks count: Int) -> (chosen: [Int], span: [Int])? {
        var chosen = [first]
        var span = [0, first]
        while 1 << chosen.count < count {
            let free = costs.indices.dropFirst().filter { !span.contains($0) }
            let best = free.min { left, right in
                let sums = (span.reduce(0) { $0 + costs[$1 ^ left] }, span.reduce(0) { $0 + costs[$1 ^ right] })
                return (sums.0, -left.nonzeroBitCount, left) < (sums.1, -right.nonzeroBitCount, right)
            }
            guard let best else { return nil }
            chosen.append(best)
            span += span.map { $0 ^ best }
        }
        return (chosen, span)
    }

    /// Deals rows to blocks and exchanges them as long as the sums of the columns within blocks come nearer to even.
    private static func exchange(_ rows: [[Double]], blocks count: Int, seed: UInt64) -> (
        blocks: [Int], imbalance: Double
    ) {
        let width = rows.first?.count ?? 0
        var generator = SplitMix64(seed: SplitMix64.seed(seed, "blocks"))
        var best: (blocks: [Int], imbalance: Double) = (rows.indices.map { $0 % count }, .infinity)
        for _ in 0..<(rows.count > 200 ? 2 : 12) {
            var blocks = rows.indices.map { $0 % count }.shuffled(using: &generator)
            var sums = [[Double]](repeating: [Double](repeating: 0, count: width), count: count)
            for (row, block) in zip(rows, blocks) {
                for column in 1..<max(1, width) { sums[block][column] += row[column] }
            }
            var hasImproved = true
            var passes = 0
            while hasImproved && passes < 50 {
                hasImproved = false
                passes += 1
                for first in rows.indices {
                    for second in 0..<first where blocks[first] != blocks[second] {
                        let (one, two) = (blocks[first], blocks[second])
                        var gain = 0.0
                        for column in 1..<max(1, width) {
                            let move = rows[second][column] - rows[first][column]
                            gain += 2 * move * (sums[one][column] - sums[two][column] + move)
                        }
                        guard gain < -1e-9 else { continue }
                        for column in 1..<max(1, width) {
                            let move = rows[second][column] - rows[first][column]
                            sums[one][column] += move
                            sums[two][column] -= move
                        }
                        blocks.swapAt(first, second)
                        hasImproved = true
                    }
                }
            }
            let imbalance = sums.reduce(0) { $0 + $1.reduce(0) { $0 + $1 * $1 } }
            if imbalance < best.imbalance - 1e-9 { best = (blocks, imbalance) }
            if imbalance < 1e-9 { break }
        }
        return best
    }
}
