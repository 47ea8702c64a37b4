// SPDX-License-Identifier: Apache-2.0

package import Domain
import Foundation

/// Chooses the sentences that tell a story: LexRank, with diversity by maximal marginal relevance.
///
/// G. Erkan and D. Radev, Journal of Artificial Intelligence Research 22 (2004); J. Carbonell and J. Goldstein, SIGIR 1998.
/// Only sentences of the items are chosen, none is made; one whose figures its own item does not hold is left out, which
/// happens where a source's summary was cut within a number.
package struct Summariser: Sendable {
    /// An item of the story.
    package struct Item: Hashable, Sendable {
        let title: String
        let summary: String
        let source: String
        let address: String?
        let published: Timestamp

        /// Creates an item.
        package init(title: String, summary: String, source: String, address: String?, published: Timestamp) {
            self.title = title
            self.summary = summary
            self.source = source
            self.address = address
            self.published = published
        }
    }

    private struct Candidate {
        let text: String
        let item: Int
        let isTitle: Bool
        var weights: [Int32: Double]
    }

    private static let damping = 0.85
    /// Weight of importance against likeness to what is chosen already.
    private static let importance = 0.7
    private static let mostCandidates = 120

    private let tokeniser: any Tokeniser
    private let mostSentences: Int

    /// Creates a summariser.
    ///
    /// - Parameters:
    ///   - mostSentences: How many sentences a summary has at most.
    ///   - tokeniser: Cuts sentences into words.
    package init(mostSentences: Int = 3, tokeniser: any Tokeniser = WordTokeniser()) {
        self.mostSentences = max(1, mostSentences)
        self.tokeniser = tokeniser
    }

    /// The summary of a story's items; the same items in the same order give the same summary.
    package func summary(of items: [Item]) -> StorySummary {
        let candidates = candidates(items)
        let likeness = likeness(candidates)
        let ranks = Self.lexRank(likeness)
        let chosen = choose(candidates, ranks, likeness)
        let sentences = chosen.map { index in sentence(candidates[index], items) }
        return StorySummary(
            sentences: sentences.sorted { a, b in
                a.published == b.published ? a.text < b.text : a.published < b.published
            }
        )
    }

    private func sentence(_ candidate: Candidate, _ items: [Item]) -> StorySummary.Sentence {
        let item = items[candidate.item]
        let hasFigures = !FigureCheck.figures(in: candidate.text).isEmpty
        let holding = items.count { other in
            FigureCheck.unsupported(candidate.text, sources: [other.title, other.summary]).isEmpty
        }
        return StorySummary.Sentence(
            text: candidate.text,
            source: item.source,
            address: item.address,
            published: item.published,
            itemsWithItsFigures: hasFigures ? holding : nil
        )
    }

    /// Titles and whole sentences of summaries, each text once.
    private func candidates(_ items: [Item]) -> [Candidate] {
        var numbers = FeatureNumbers()
        var seen: Set<String> = []
        var result: [Candidate] = []
        for (index, item) in items.enumerated() {
            let isCut = item.summary.hasSuffix("…") || item.summary.hasSuffix("...")
            var sentences = SentenceSplitter.sentences(item.summary)
            // A source that cuts its summary leaves half a sentence, which might say the opposite of the whole.
            if let last = sentences.last, isCut || !Self.isWhole(last) { sentences.removeLast() }
            for (position, text) in ([item.title] + sentences).enumerated() {
                guard result.count < Self.mostCandidates, seen.insert(text).inserted else { continue }
                let words = numbers.words(of: text, tokeniser)
                guard words.count >= 2 else { continue }
                guard FigureCheck.unsupported(text, sources: [item.title, item.summary]).isEmpty else { continue }
                let weights = Dictionary(uniqueKeysWithValues: words.map { ($0, 1.0) })
                result.append(Candidate(text: text, item: index, isTitle: position == 0, weights: weights))
            }
        }
        return weighted(result)
    }

    /// Whether a sentence has its end: a stop, or the ending of a Korean statement.
    private static func isWhole(_ text: String) -> Bool {
        guard let last = text.last(where: { !"\"'”’)".contains($0) }) else { return false }
        return ".!?。！？다요".contains(last)
    }

    /// Weighs each word by its rarity in the story.
    private func weighted(_ candidates: [Candidate]) -> [Candidate] {
        var frequency: [Int32: Double] = [:]
        for candidate in candidates { for word in candidate.weights.keys { frequency[word, default: 0] += 1 } }
        let count = Double(candidates.count)
        return candidates.map { candidate in
            var candidate = candidate
            for word in candidate.weights.keys.sorted() {
                candidate.weights[word] = log(1 + count / (frequency[word] ?? 1))
            }
            return candidate
        }
    }

    private func likeness(_ candidates: [Candidate]) -> [[Double]] {
        let sorted = candidates.map { $0.weights.sorted { $0.key < $1.key } }
        let norms = sorted.map { $0.reduce(0) { $0 + $1.value * $1.value }.squareRoot() }
        return candidates.indices.map { a in
            candidates.indices.map { b in
                let shared = sorted[a].reduce(0.0) { $0 + $1.value * (candidates[b].weights[$1.key] ?? 0) }
                return norms[a] > 0 && norms[b] > 0 ? shared / (norms[a] * norms[b]) : 0
            }
        }
    }

    /// The stationary distribution of a walk from sentence to like sentence.
    private static func lexRank(_ likeness: [[Double]]) -> [Double] {
        let count = likeness.count
        guard count > 0 else { return [] }
        let sums = likeness.map { max($0.reduce(0, +), 1e-12) }
        var ranks = [Double](repeating: 1 / Double(count), count: count)
        for _ in 0..<100 {
            var next = [Double](repeating: (1 - damping) / Double(count), count: count)
            for a in 0..<count {
                for b in 0..<count { next[b] += damping * ranks[a] * likeness[a][b] / sums[a] }
            }
            let change = zip(ranks, next).map { abs($0 - $1) }.reduce(0, +)
            ranks = next
            if change < 1e-9 { break }
        }
        return ranks
    }

    /// The title that is most central first, then what is important and says something else.
    private func choose(_ candidates: [Candidate], _ ranks: [Double], _ likeness: [[Double]]) -> [Int] {
        func best(_ indices: [Int], _ score: (Int) -> Double) -> Int? {
            indices.max { score($0) == score($1) ? $0 > $1 : score($0) < score($1) }
        }
        let titles = candidates.indices.filter { candidates[$0].isTitle }
        guard let first = best(titles.isEmpty ? Array(candidates.indices) : titles, { ranks[$0] }) else { return [] }
        let greatest = ranks.max() ?? 1
        var chosen = [first]
        while chosen.count < mostSentences {
            let rest = candidates.indices.filter { index in
                !chosen.contains(index) && chosen.allSatisfy { likeness[index][$0] < 0.6 }
            }
            let next = best(rest) { index in
                let nearest = chosen.map { likeness[index][$0] }.max() ?? 0
                return Self.importance * ranks[index] / greatest - (1 - Self.importance) * nearest
            }
            guard let next else { break }
            chosen.append(next)
        }
        return chosen
    }
}

extension Summariser {
    /// The title that is likest to the others; empty where there is none.
    package func centralTitle(of items: [Item]) -> String {
        let titles = items.map { Item(title: $0.title, summary: "", source: "", address: nil, published: $0.published) }
        let single = Summariser(mostSentences: 1, tokeniser: tokeniser)
        return single.summary(of: titles).sentences.first?.text ?? items.first?.title ?? ""
    }
}
