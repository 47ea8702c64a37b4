// SPDX-License-Identifier: Apache-2.0
import Domain

/// How a generation is divided between the origins of its members (B3), in per cent of its trials.
struct GenerationShares: Hashable, Sendable {
    let elite: Int
    let crossover: Int
    let mutation: Int
    let random: Int
    /// The part of what is unknown that screening gambles on: 1 for a full draw of the posterior, 0 for its mean.
    let boldness: Double
    /// How many members the elite has at most, in per cent of the generation.
    let eliteMembers: Int

    /// The shares of a phase; a changed environment overrides the phase.
    static func shares(for phase: SearchPhase, environmentChanged: Bool) -> GenerationShares {
        if environmentChanged {
            return GenerationShares(
                elite: 10,
                crossover: 30,
                mutation: 30,
                random: 30,
                boldness: 1,
                eliteMembers: 10
            )
        }
        return switch phase {
        case .explore, .emergency:
            GenerationShares(elite: 10, crossover: 40, mutation: 40, random: 10, boldness: 1, eliteMembers: 10)
        case .optimise:
            GenerationShares(elite: 20, crossover: 45, mutation: 30, random: 5, boldness: 0.5, eliteMembers: 20)
        case .stabilise:
            GenerationShares(elite: 60, crossover: 20, mutation: 20, random: 0, boldness: 0.25, eliteMembers: 10)
        }
    }

    /// How many of `total` each origin gets: largest remainders, one elite at least from 3 on; sums to `total`.
    func counts(of total: Int) -> (elite: Int, crossover: Int, mutation: Int, random: Int) {
        let percentages = [elite, crossover, mutation, random]
        var counts = percentages.map { $0 * total / 100 }
        let order = percentages.indices.sorted { left, right in
            let remainders = (percentages[left] * total % 100, percentages[right] * total % 100)
            return remainders.0 != remainders.1 ? remainders.0 > remainders.1 : left < right
        }
        for index in order.prefix(total - counts.reduce(0, +)) {
            counts[index] += 1
        }
        if counts[0] == 0, let donor = counts.indices.max(by: { counts[$0] < counts[$1] }), counts[donor] > 1 {
            counts[donor] -= 1
            counts[0] = 1
        }
        return (counts[0], counts[1], counts[2], counts[3])
    }
}
