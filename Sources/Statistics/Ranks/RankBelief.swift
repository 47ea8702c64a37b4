// SPDX-License-Identifier: Apache-2.0
import Foundation

/// What is believed of a product's rank: a probability for each rank up to the depth, and for "off the list".
struct RankBelief: Sendable {
    /// Index r − 1 is rank r; the last is off the list.
    var probabilities: [Double]

    /// The deepest rank.
    var depth: Int { probabilities.count - 1 }

    /// Before anything was seen: every rank alike, 2 % off the list.
    init(depth: Int) {
        probabilities = Array(repeating: 0.98 / Double(depth), count: depth) + [0.02]
    }

    /// The belief some steps after `before`: ranks spread by two-sided exponential moves, and 3 % to anywhere.
    ///
    /// - Parameters:
    ///   - before: what was believed then.
    ///   - depth: the deepest rank.
    ///   - steps: how long ago that was.
    ///   - drift: the mean move in one step on the scale of `RankScale`.
    ///   - places: the places of the ranks on that scale.
    init(_ before: Kept, depth: Int, steps: Int, drift: Double, places: [Double]) {
        self.init(depth: depth)
        var moved = [Double](repeating: 0, count: depth)
        for entry in before.entries where entry.index < depth {
            moved[entry.index] = entry.probability
        }
        let width = max(drift, 0.01) * Double(max(1, steps)).squareRoot()
        Self.spread(&moved, width: width, places: places)
        let total = moved.reduce(0, +)
        guard total > 0 else { return }
        let off = before.offList * 0.7 + 0.02
        let anywhere = steps <= 2 ? 0.03 : 0.3
        for index in 0..<depth {
            let near = moved[index] / total * (1 - off)
            probabilities[index] = (1 - anywhere) * near + anywhere * probabilities[index]
        }
        probabilities[depth] = (1 - anywhere) * off + anywhere * probabilities[depth]
    }

    /// Spreads mass by exp(−distance / width) on the scale, in one pass each way.
    private static func spread(_ mass: inout [Double], width: Double, places: [Double]) {
        let last = mass.count - 1
        guard last >= 0 else { return }
        var result = mass
        var carried = 0.0
        for index in stride(from: 1, through: last, by: 1) {
            carried = (carried + mass[index - 1]) * exp((places[index - 1] - places[index]) / width)
            result[index] += carried
        }
        carried = 0
        for index in stride(from: last - 1, through: 0, by: -1) {
            carried = (carried + mass[index + 1]) * exp((places[index] - places[index + 1]) / width)
            result[index] += carried
        }
        for index in 0...last {
            mass[index] = result[index] * RankScale.slope(Double(index + 1))
        }
    }

    /// Multiplies by likelihoods, which are scaled to at most 1 before.
    mutating func weigh(by likelihood: [Double]) {
        guard let greatest = likelihood.max(), greatest > 0 else { return }
        var total = 0.0
        for index in probabilities.indices {
            probabilities[index] *= likelihood[index] / greatest
            total += probabilities[index]
        }
        guard total > 0 else { return }
        for index in probabilities.indices {
            probabilities[index] /= total
        }
    }

    /// The state at which the sum of probabilities passes a half: an index, `depth` for off the list.
    var median: Int {
        var sum = 0.0
        for (index, probability) in probabilities.enumerated() {
            sum += probability
            if sum >= 0.5 { return index }
        }
        return depth
    }

    /// The states around the median whose probability is about `confidence`, grown to the likelier side.
    ///
    /// Ranks are whole, so a set of exactly that probability seldom exists: the least that suffices would hold too often.
    /// One more is taken while 0.7 of its probability fits, which holds the share on the average.
    func interval(confidence: Double) -> (lower: Int, upper: Int) {
        var lower = median
        var upper = lower
        var mass = probabilities[lower]
        while true {
            let below = lower > 0 ? probabilities[lower - 1] : -1
            let above = upper < depth ? probabilities[upper + 1] : -1
            let next = max(below, above)
            guard next >= 0, mass + 0.7 * next < confidence else { break }
            mass += next
            if below >= above { lower -= 1 } else { upper += 1 }
        }
        return (lower, upper)
    }

    /// What is worth keeping until the next look.
    struct Kept: Sendable, Equatable {
        struct Entry: Sendable, Equatable {
            let index: Int
            let probability: Double
        }
        let entries: [Entry]
        let offList: Double
        let median: Int

        init(_ belief: RankBelief) {
            entries = belief.probabilities.dropLast().enumerated().compactMap { index, probability in
                probability > 1e-6 ? Entry(index: index, probability: probability) : nil
            }
            offList = belief.probabilities[belief.depth]
            median = belief.median
        }
    }
}
