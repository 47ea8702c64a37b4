// SPDX-License-Identifier: Apache-2.0
import Foundation

/// Finds items that tell again what an earlier one told: copies under another title, and headlines that were edited.
///
/// Two items are alike by the cosine of their words' weights (inverse document frequency, squared), titles and summaries
/// together. A publisher that writes again of the same thing within days has edited its item, so that items of one source
/// need less likeness than those of two. Addresses are not looked at. Where a source is not named (`""`), no two items are of one.
///
/// A name that is new is so rare that two items which share it and nothing else would be alike: they must be so without the two
/// rarest words that they share, too, if less.
package struct NearDuplicates: Sendable {
    /// What counts as the same.
    package struct Settings: Hashable, Sendable {
        /// Least likeness within a source.
        package var withinSource = 0.45
        /// Least likeness within a source where one of the items has no summary: a few words are soon alike.
        package var withinSourceByTitles = 0.65
        /// Least likeness across sources.
        package var acrossSources = 0.9
        /// Least likeness without the two rarest words that both items have: a new name by itself makes no repetition.
        package var withoutNames = 0.3
        /// The same where one of the items has no summary: what one rewrites of a title is soon half of it.
        package var withoutNamesByTitles = 0.45
        /// Items further apart are never the same.
        package var days: Int32 = 7

        /// The settings that the protocol was run with.
        package init() {}
    }

    /// An item's rarest words find its candidates.
    private static let probes = 6
    /// No more candidates are compared than this, the latest first.
    private static let mostCandidates = 200

    /// The number of a source that is not named.
    static let unnamed: Int32 = -1

    /// So many words of items are forgotten at once.
    private static let leastForgotten = 1 << 15

    private let settings: Settings
    private let forgets: Bool
    private let tokeniser: any Tokeniser
    private var numbers = FeatureNumbers()
    private var frequency: [Int32] = []
    /// By word: the number of the last item's posting whose rare word it is; each posting tells the one before.
    private var latest: [Int] = []
    private var postings: [(item: Int32, before: Int)] = []
    /// How many postings and features were forgotten.
    private var forgottenPostings = 0
    private var forgottenFeatures = 0
    private var forgottenItems = 0
    /// Squared weights, and of how many items they were computed: within one comparison of an item each is computed once.
    private var weights: [Double] = []
    private var weighed: [Int32] = []
    private var features: [Int32] = []
    private var ends: [Int32] = []
    private var sources: [Int32] = []
    private var hasSummary: [Bool] = []
    private var days: [Int32] = []
    private var sourceNumbers: [String: Int32] = [:]
    /// By item: the last one that it was a candidate of.
    private var candidateOf: [Int32] = []

    /// Creates an empty collection.
    package init(settings: Settings = Settings(), tokeniser: any Tokeniser = WordTokeniser()) {
        self.settings = settings
        self.tokeniser = tokeniser
        forgets = false
    }

    /// Creates an empty collection that forgets items which no later one can repeat; those cannot be compared any more.
    init(forgetting: Bool) {
        settings = Settings()
        tokeniser = WordTokeniser()
        forgets = forgetting
    }

    /// How many items there are.
    package var count: Int { days.count }

    /// How many words of items are at hand.
    var held: Int { features.count }

    /// Takes in an item, which gets the next number from 0; days must not fall.
    ///
    /// - Parameters:
    ///   - title: Its title.
    ///   - summary: Its summary, which may be empty.
    ///   - source: The publisher's name or host; empty where it is not known.
    ///   - day: Counted from 1970.
    /// - Returns: The earlier item that it repeats, the likest one; nil if it is new.
    @discardableResult
    package mutating func add(_ title: String, summary: String, source: String, day: Int32) -> Int? {
        let found = numbers.words(of: summary.isEmpty ? title : "\(title) · \(summary)", tokeniser)
        return add(found, hasSummary: !summary.isEmpty, source: number(of: source), day: day)
    }

    /// Takes in an item whose words have their numbers already; the rules are the same.
    ///
    /// A collection takes all items so, or none.
    ///
    /// - Parameters:
    ///   - words: Of its title and its summary, by their numbers.
    ///   - vocabulary: What the numbers stand for.
    ///   - hasSummary: Whether it has a summary.
    ///   - source: The publisher's number; `unnamed` where it is not known.
    ///   - day: Counted from 1970.
    /// - Returns: The earlier item that it repeats.
    mutating func add(
        _ words: some Sequence<Int32>,
        in vocabulary: TitleWords,
        hasSummary: Bool,
        source: Int32,
        day: Int32
    ) -> Int? {
        add(numbers.features(of: words, in: vocabulary), hasSummary: hasSummary, source: source, day: day)
    }

    private mutating func add(_ words: [Int32], hasSummary hasOwnSummary: Bool, source: Int32, day: Int32) -> Int? {
        let found = words.sorted()
        while frequency.count < numbers.count {
            frequency.append(0)
            weights.append(0)
            weighed.append(0)
            latest.append(-1)
        }
        for feature in found { frequency[Int(feature)] += 1 }
        features.append(contentsOf: found)
        ends.append(Int32(forgottenFeatures + features.count))
        sources.append(source)
        hasSummary.append(hasOwnSummary)
        days.append(min(BurstWindow.mostDays, max(-BurstWindow.mostDays, day)))
        candidateOf.append(-1)
        let item = count - 1
        let probes = probes(item)
        let earlier = likest(item, probes)
        for feature in probes {
            postings.append((Int32(item), latest[Int(feature)]))
            latest[Int(feature)] = forgottenPostings + postings.count - 1
        }
        if forgets { forget(before: days[item] - settings.days) }
        return earlier
    }

    /// Forgets the words of items of days before one, once they are more than half of all.
    private mutating func forget(before day: Int32) {
        let half = count - 1 - (count - forgottenItems) / 2
        guard days[half] < day, range(half).lowerBound >= Self.leastForgotten else { return }
        var kept = half
        while days[kept] < day { kept += 1 }
        let words = range(kept).lowerBound
        features.removeFirst(words)
        forgottenFeatures += words
        let old = postings.firstIndex { $0.item >= Int32(kept) } ?? postings.count
        postings.removeFirst(old)
        forgottenPostings += old
        forgottenItems = kept
    }

    /// Whether two items tell the same.
    package func areSame(_ a: Int, _ b: Int) -> Bool {
        guard abs(days[a] - days[b]) <= settings.days else { return false }
        return sameness(a, b) != nil
    }

    /// How alike two items are that tell the same; nil where they do not.
    private func sameness(_ a: Int, _ b: Int) -> Double? {
        let (whole, rest) = likenesses(a, b)
        let hasText = hasSummary[a] && hasSummary[b]
        let leastRest = hasText ? settings.withoutNames : settings.withoutNamesByTitles
        return whole >= least(a, b) && rest >= leastRest ? whole : nil
    }

    private func least(_ a: Int, _ b: Int) -> Double {
        guard areOfOneSource(a, b) else { return settings.acrossSources }
        return hasSummary[a] && hasSummary[b] ? settings.withinSource : settings.withinSourceByTitles
    }

    private func areOfOneSource(_ a: Int, _ b: Int) -> Bool { sources[a] == sources[b] && sources[a] != Self.unnamed }

    /// The cosine of two items' words, from 0 to 1.
    package func likeness(_ a: Int, _ b: Int) -> Double { likenesses(a, b).whole }

    /// The cosine of two items' words, and that without the two rarest words that both have.
    private func likenesses(_ a: Int, _ b: Int) -> (whole: Double, rest: Double) {
        var i = range(a).lowerBound
        var j = range(b).lowerBound
        var (both, first, second) = (0.0, 0.0, 0.0)
        var (rarest, next) = (0.0, 0.0)
        var hasOther = false
        while i < range(a).upperBound || j < range(b).upperBound {
            let left = i < range(a).upperBound ? features[i] : .max
            let right = j < range(b).upperBound ? features[j] : .max
            let weight = squaredWeight(min(left, right))
            if left == right {
                both += weight
                if weight > rarest {
                    (rarest, next) = (weight, rarest)
                } else if weight > next {
                    next = weight
                }
            } else {
                hasOther = true
            }
            if left <= right {
                first += weight
                i += 1
            }
            if right <= left {
                second += weight
                j += 1
            }
        }
        guard both > 0 else { return (0, 0) }
        let whole = both / (first * second).squareRoot()
        guard hasOther else { return (whole, 1) }
        let names = rarest + next
        let rest = (first - names) * (second - names)
        return (whole, rest > 0 ? max(0, both - names) / rest.squareRoot() : 0)
    }

    private func range(_ item: Int) -> Range<Int> {
        (item == 0 ? 0 : Int(ends[item - 1])) - forgottenFeatures..<Int(ends[item]) - forgottenFeatures
    }

    private func squaredWeight(_ feature: Int32) -> Double {
        weighed[Int(feature)] == Int32(count) ? weights[Int(feature)] : computedWeight(feature)
    }

    private mutating func weigh(_ item: Int) {
        for place in range(item) {
            let feature = Int(features[place])
            guard weighed[feature] != Int32(count) else { continue }
            weights[feature] = computedWeight(features[place])
            weighed[feature] = Int32(count)
        }
    }

    private func computedWeight(_ feature: Int32) -> Double {
        let weight = log(1 + Double(count) / (1 + Double(frequency[Int(feature)])))
        return weight * weight
    }

    private mutating func number(of source: String) -> Int32 {
        if source.isEmpty { return Self.unnamed }
        if let known = sourceNumbers[source] { return known }
        let number = Int32(sourceNumbers.count)
        sourceNumbers[source] = number
        return number
    }

    /// The item's rarest words.
    private func probes(_ item: Int) -> [Int32] {
        let own = features[range(item)]
        return Array(
            own.sorted {
                let (a, b) = (frequency[Int($0)], frequency[Int($1)])
                return a == b ? $0 < $1 : a < b
            }.prefix(Self.probes)
        )
    }

    private mutating func likest(_ item: Int, _ probes: [Int32]) -> Int? {
        // The candidates' numbers, the same one once for each rare word that it shares.
        var candidates: [Int32] = []
        var distinct = 0
        for feature in probes {
            var posting = latest[Int(feature)]
            while posting >= forgottenPostings {
                let other = postings[posting - forgottenPostings].item
                posting = postings[posting - forgottenPostings].before
                guard days[item] - days[Int(other)] <= settings.days, distinct < Self.mostCandidates else { break }
                if candidateOf[Int(other)] != Int32(item) {
                    candidateOf[Int(other)] = Int32(item)
                    distinct += 1
                }
                candidates.append(other)
            }
        }
        guard !candidates.isEmpty else { return nil }
        candidates.sort()
        weigh(item)
        var best: (item: Int, likeness: Double)?
        var place = 0
        while place < candidates.count {
            let other = Int(candidates[place])
            let first = place
            while place < candidates.count, candidates[place] == candidates[first] { place += 1 }
            let shared = place - first
            // Two sources that write nearly the same share more than one rare word.
            guard areOfOneSource(item, other) || shared > 1 || probes.count < 3 else { continue }
            weigh(other)
            if let likeness = sameness(item, other), likeness > (best?.likeness ?? 0) { best = (other, likeness) }
        }
        return best?.item
    }
}
