// SPDX-License-Identifier: Apache-2.0
import Domain

/// The operators on rows of bytes: random, crossover of two parents, mutation of one.
struct GeneBreeder: Sendable {
    let levelCounts: [Int]
    private let stride: Int
    private let tournament: Int
    /// The genes that can change.
    private let changeable: [Int]

    /// Throws for a level count outside 1 to 256.
    init(levelCounts: [Int], tournament: Int) throws {
        for count in levelCounts where count < 1 || count > 256 {
            throw ExperimentError.invalidNumber(
                field: "a factor's number of levels",
                value: Double(count),
                remedy: "give 1 to 256 to a search by genes"
            )
        }
        self.levelCounts = levelCounts
        self.tournament = tournament
        stride = (levelCounts.count + 7) / 8 * 8
        changeable = levelCounts.indices.filter { levelCounts[$0] > 1 }
    }

    /// Whether a combination has one existing level per gene.
    func contains(_ combination: Combination) -> Bool {
        combination.levels.count == levelCounts.count
            && zip(combination.levels, levelCounts).allSatisfy { $0 >= 0 && $0 < $1 }
    }

    /// Fills a row with levels, all equally likely.
    func random(into genes: inout [UInt8], row: Int, using stream: inout GeneStream) {
        for gene in levelCounts.indices {
            genes[row * stride + gene] = UInt8(truncatingIfNeeded: stream.index(below: levelCounts[gene]))
        }
    }

    /// Fills rows with the individuals of some places of a generation, `range.lowerBound` being row 0.
    ///
    /// Places before `crossoverEnd` are crossed over, those before `mutationEnd` mutated, the others random.
    func breed(
        _ range: Range<Int>,
        key: UInt64,
        crossoverEnd: Int,
        mutationEnd: Int,
        parents: GenePopulation,
        into genes: inout [UInt8]
    ) {
        for place in range {
            var stream = GeneStream(key: key, place: place)
            let row = place - range.lowerBound
            if place < crossoverEnd {
                cross(parents, into: &genes, row: row, using: &stream)
            } else if place < mutationEnd {
                mutate(parents, into: &genes, row: row, using: &stream)
            } else {
                random(into: &genes, row: row, using: &stream)
            }
        }
    }

    /// A child that has each gene from one of two parents, either equally likely, 8 genes at a time.
    private func cross(
        _ parents: GenePopulation,
        into genes: inout [UInt8],
        row: Int,
        using stream: inout GeneStream
    ) {
        let first = parent(parents, using: &stream) * stride
        let second = parent(parents, using: &stream) * stride
        var coins: UInt64 = 0
        var left = 0
        let start = row * stride
        unsafe parents.genes.withUnsafeBytes { source in
            unsafe genes.withUnsafeMutableBytes { target in
                for offset in Swift.stride(from: 0, to: stride, by: 8) {
                    if left == 0 {
                        coins = stream.bits()
                        left = 8
                    }
                    let mask = Self.byteMask(coins & 0xFF).littleEndian
                    coins >>= 8
                    left -= 1
                    let one = unsafe source.loadUnaligned(fromByteOffset: first + offset, as: UInt64.self)
                    let other = unsafe source.loadUnaligned(fromByteOffset: second + offset, as: UInt64.self)
                    unsafe target.storeBytes(
                        of: (one & mask) | (other & ~mask),
                        toByteOffset: start + offset,
                        as: UInt64.self
                    )
                }
            }
        }
    }

    /// Spreads 8 bits to the 8 bytes of a word, all ones or all zeros each.
    private static func byteMask(_ bits: UInt64) -> UInt64 {
        let spread = ((bits &* 0x8040_2010_0804_0201) >> 7) & 0x0101_0101_0101_0101
        return spread &* 0xFF
    }

    /// A parent with 1 or 2 genes, equally likely, set to another level.
    private func mutate(
        _ parents: GenePopulation,
        into genes: inout [UInt8],
        row: Int,
        using stream: inout GeneStream
    ) {
        let source = parent(parents, using: &stream) * stride
        let start = row * stride
        for gene in 0..<levelCounts.count {
            genes[start + gene] = parents.genes[source + gene]
        }
        guard !changeable.isEmpty else { return }
        let first = stream.index(below: changeable.count)
        change(&genes, start, changeable[first], using: &stream)
        if changeable.count > 1, stream.bits() & 1 == 1 {
            let step = 1 + stream.index(below: changeable.count - 1)
            change(&genes, start, changeable[(first + step) % changeable.count], using: &stream)
        }
    }

    private func change(_ genes: inout [UInt8], _ start: Int, _ gene: Int, using stream: inout GeneStream) {
        let count = levelCounts[gene]
        let level = Int(genes[start + gene]) + 1 + stream.index(below: count - 1)
        genes[start + gene] = UInt8(truncatingIfNeeded: level < count ? level : level - count)
    }

    /// The place of the fittest of a few drawn at random.
    private func parent(_ parents: GenePopulation, using stream: inout GeneStream) -> Int {
        var best = stream.index(below: parents.count)
        for _ in 1..<max(1, tournament) {
            let rival = stream.index(below: parents.count)
            if parents.fitness[rival] > parents.fitness[best]
                || parents.fitness[rival] == parents.fitness[best] && rival < best
            {
                best = rival
            }
        }
        return best
    }
}
