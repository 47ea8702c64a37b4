// SPDX-License-Identifier: Apache-2.0

/// Which main effects and interactions of two factors a regular two-level design cannot tell apart.
package struct AliasStructure: Hashable, Sendable {
    /// Effects of one column, each as its factors: main effects first, then interactions; one member when nothing of
    /// these orders is mixed with it.
    package let sets: [[[Int]]]
    private let setOfMain: [Int]
    private let setOfPair: [Int]
    private let factorCount: Int

    /// Finds the sets of a design; words of three factors and more are left out of them.
    package init(_ fraction: TwoLevelFraction) {
        let count = fraction.factorCount
        factorCount = count
        var place = [Int](repeating: -1, count: fraction.runCount)
        var sets: [[[Int]]] = []
        func add(_ effect: [Int]) -> Int {
            let mask = fraction.mask(of: effect)
            if place[mask] < 0 {
                place[mask] = sets.count
                sets.append([])
            }
            sets[place[mask]].append(effect)
            return place[mask]
        }
        setOfMain = (0..<count).map { add([$0]) }
        var setOfPair = [Int](repeating: -1, count: count * count)
        for left in 0..<count {
            for right in (left + 1)..<max(left + 1, count) {
                let set = add([left, right])
                setOfPair[left * count + right] = set
                setOfPair[right * count + left] = set
            }
        }
        self.setOfPair = setOfPair
        self.sets = sets
    }

    /// The effects that are mixed with a main effect or an interaction of two factors; nil for any other effect.
    package func aliases(of effect: [Int]) -> [[Int]]? {
        guard effect.allSatisfy({ (0..<factorCount).contains($0) }) else { return nil }
        let set: Int
        switch effect.count {
        case 1: set = setOfMain[effect[0]]
        case 2 where effect[0] != effect[1]: set = setOfPair[effect[0] * factorCount + effect[1]]
        default: return nil
        }
        return sets[set].filter { Set($0) != Set(effect) }
    }

    /// Whether no other main effect and no interaction of two factors is mixed with an effect.
    package func isClear(_ effect: [Int]) -> Bool {
        aliases(of: effect)?.isEmpty ?? false
    }
}

/// Letters for factors, as books on designs use them.
package enum FactorLetters {
    /// The letter of a factor: A to Z without I, which stands for the mean; `F26` and so on beyond.
    package static func letter(_ factor: Int) -> String {
        let letters = Array("ABCDEFGHJKLMNOPQRSTUVWXYZ")
        return letters.indices.contains(factor) ? String(letters[factor]) : "F\(factor + 1)"
    }

    /// An effect such as `ABC`; `I` for the mean.
    package static func word(_ effect: [Int]) -> String {
        guard !effect.isEmpty else { return "I" }
        return effect.map(letter).joined(separator: effect.contains { $0 > 24 } ? "·" : "")
    }

    /// The factors of a word such as `ABC`; nil for anything but different letters.
    package static func factors(_ word: String) -> [Int]? {
        let letters = Array("ABCDEFGHJKLMNOPQRSTUVWXYZ")
        let found = word.compactMap { letters.firstIndex(of: $0) }
        return found.count == word.count && Set(found).count == found.count ? found : nil
    }
}
