// SPDX-License-Identifier: Apache-2.0
package import Domain

/// Individuals as bytes, one after the other, beside their fitness.
///
/// A row is padded to whole words of 8 bytes with zeros, so that crossover mixes 8 genes at a time.
package struct GenePopulation: Hashable, Sendable {
    /// The number of genes that a row has, the padding not counted.
    package let geneCount: Int
    /// The number of bytes of a row, a multiple of 8.
    package let stride: Int
    /// All rows.
    package internal(set) var genes: [UInt8]
    /// The fitness of each row.
    package internal(set) var fitness: [Double]

    /// The number of individuals.
    package var count: Int { fitness.count }

    init(geneCount: Int, count: Int) {
        self.geneCount = geneCount
        stride = (geneCount + 7) / 8 * 8
        genes = [UInt8](repeating: 0, count: count * stride)
        fitness = [Double](repeating: -.infinity, count: count)
    }

    /// The levels of one individual.
    package func combination(at place: Int) -> Combination {
        Combination((0..<geneCount).map { Int(genes[place * stride + $0]) })
    }

    /// Writes one individual's levels; those beyond a byte are cut off by the caller's space.
    mutating func set(_ combination: Combination, at place: Int) {
        for (gene, level) in combination.levels.enumerated() where gene < geneCount {
            genes[place * stride + gene] = UInt8(truncatingIfNeeded: level)
        }
    }

    /// The place of the fittest; of equals the first.
    package var best: Int? {
        fitness.indices.max { (fitness[$0], $1) < (fitness[$1], $0) }
    }
}
