// SPDX-License-Identifier: Apache-2.0
import Domain

/// Which factor of a regular fraction each factor becomes, so that wanted interactions are clear if possible.
struct PlaceSearch {
    /// The factor of the fraction that each factor is.
    private(set) var places: [Int]
    /// Wanted interactions that are mixed with a main effect or with another wanted one.
    private(set) var mixed: [[Int]] = []

    /// Searches by exchanging two factors, from the order as given and from 60 drawn ones.
    init(fraction: TwoLevelFraction, interactions: [[Int]], seed: UInt64) {
        places = Array(0..<fraction.factorCount)
        guard !interactions.isEmpty else { return }
        let structure = AliasStructure(fraction)
        let pairs = interactions
        func cost(_ places: [Int]) -> Int {
            let wanted = Set(pairs.map { Set($0.map { places[$0] }) })
            var sum = 0
            for pair in pairs {
                for alias in structure.aliases(of: pair.map { places[$0] }) ?? [] {
                    sum += alias.count == 1 ? 10_000 : (wanted.contains(Set(alias)) ? 1_000 : 1)
                }
            }
            return sum
        }
        var generator = SplitMix64(seed: SplitMix64.seed(seed, "places"))
        var best = cost(places)
        for attempt in 0...60 where best > 0 {
            var trial = attempt == 0 ? places : places.shuffled(using: &generator)
            var current = cost(trial)
            var hasImproved = true
            while hasImproved && current > 0 {
                hasImproved = false
                for first in trial.indices {
                    for second in (first + 1)..<max(first + 1, trial.count) {
                        trial.swapAt(first, second)
                        let changed = cost(trial)
                        if changed < current {
                            current = changed
                            hasImproved = true
                        } else {
                            trial.swapAt(first, second)
                        }
                    }
                }
            }
            if current < best {
                best = current
                places = trial
            }
        }
        let found = places
        let wanted = Set(pairs.map { Set($0.map { found[$0] }) })
        mixed = pairs.filter { pair in
            (structure.aliases(of: pair.map { found[$0] }) ?? []).contains { $0.count == 1 || wanted.contains(Set($0)) }
        }
    }
}
