// SPDX-License-Identifier: Apache-2.0
import Domain

/// Chooses combinations that lie far from each other and use the levels evenly.
struct SpreadDesign {
    private let space: FactorSpace
    private let pool: [Combination]
    /// The distance of each candidate from the nearest combination that is chosen.
    private var distances: [Int]
    private var isTaken: [Bool]
    /// How often each level of each factor is chosen.
    private var usage: [[Int]]

    /// Starts from combinations that are there already; the candidates' order breaks ties.
    init(space: FactorSpace, pool: [Combination], chosen: [Combination]) {
        self.space = space
        self.pool = pool
        distances = [Int](repeating: .max, count: pool.count)
        isTaken = [Bool](repeating: false, count: pool.count)
        usage = space.levelCounts.map { [Int](repeating: 0, count: $0) }
        for combination in chosen {
            note(combination)
        }
    }

    /// The next `count` combinations: each is the candidate farthest from its nearest neighbour among those chosen
    /// before (Hamming distance), and among equals the one whose levels were chosen least.
    mutating func take(_ count: Int) -> [Combination] {
        var taken: [Combination] = []
        while taken.count < count, let best = best() {
            isTaken[best] = true
            taken.append(pool[best])
            note(pool[best])
        }
        return taken
    }

    private func best() -> Int? {
        var best: (index: Int, distance: Int, usage: Double)?
        for index in pool.indices where !isTaken[index] && distances[index] > 0 {
            let distance = distances[index]
            if let best, distance < best.distance { continue }
            let load = load(of: pool[index])
            guard let current = best, distance == current.distance, load >= current.usage else {
                best = (index, distance, load)
                continue
            }
        }
        return best?.index
    }

    /// The sum of the uses of a combination's levels, each times the number of the factor's levels.
    private func load(of combination: Combination) -> Double {
        var sum = 0
        for (factor, level) in combination.levels.enumerated() {
            sum += usage[factor][level] * space.levelCounts[factor]
        }
        return Double(sum)
    }

    private mutating func note(_ combination: Combination) {
        for (factor, level) in combination.levels.enumerated() {
            usage[factor][level] += 1
        }
        for index in pool.indices where !isTaken[index] {
            distances[index] = min(distances[index], space.hammingDistance(pool[index], combination))
        }
    }
}
