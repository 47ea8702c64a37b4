// SPDX-License-Identifier: Apache-2.0
import Foundation

/// Groups titles into stories as they come in: streaming centroids, and a pass that merges centroids.
///
/// A title is a vector of its words' and pairs' weights, tf-idf with frequencies as known so far. It joins the story whose
/// centroid is nearest by cosine, if that is near enough, else it begins one. Now and then, and at the end, the nearest pairs
/// of centroids are merged, so that a story that began under several headlines becomes one. Stories that have had no title
/// for some days are closed, which bounds time and memory.
package struct StoryClusterer: Sendable {
    /// How the clusterer decides.
    package struct Settings: Hashable, Sendable {
        /// Least cosine to a centroid at which a title joins.
        package var joining = 0.13
        /// Least cosine of two centroids at which they become one.
        package var merging = 0.105
        /// After how many titles centroids are merged.
        package var mergeEvery = 250
        /// After how many days without a title a story is closed.
        package var closedAfterDays: Int32 = 3
        /// What a pair of words weighs against a word.
        package var pairWeight = 1.0

        /// The settings that the protocol was run with.
        package init() {}
    }

    struct Centroid: Sendable {
        var weights: [Int32: Float]
        var norm: Float
        var last: Int32
        var size: Int
    }

    let settings: Settings
    private let tokeniser: any Tokeniser
    private var features: FeatureNumbers
    private var seen = 0
    private var frequency: [Int32] = []
    var centroids: [Centroid] = []
    /// For each story, the one into which it was merged; itself if it was not.
    var parents: [Int32] = []
    /// The open stories that hold a feature.
    var postings: [[Int32]] = []
    var open: [Int32] = []
    private var scores: [Float] = []
    private var assigned: [Int32] = []
    private var sinceMerge = 0

    /// Creates a clusterer without stories.
    package init(settings: Settings = Settings(), tokeniser: any Tokeniser = WordTokeniser()) {
        self.settings = settings
        self.tokeniser = tokeniser
        features = FeatureNumbers()
    }

    /// Takes in a title; days must not fall.
    package mutating func add(_ title: String, day: Int32) {
        let found = features.numbers(of: title, tokeniser)
        while frequency.count < features.count {
            frequency.append(0)
            postings.append([])
        }
        seen += 1
        for feature in found { frequency[Int(feature.number)] += 1 }
        let vector = vector(found)
        let story = nearest(vector) ?? begin(day)
        join(story, vector, day)
        assigned.append(story)
        sinceMerge += 1
        if sinceMerge >= settings.mergeEvery { merge(day) }
    }

    /// Merges what is left to merge and gives each title its story, in the order in which the titles came.
    ///
    /// Stories are numbered from 0 in the order of their first titles.
    package mutating func stories() -> [Int] {
        if sinceMerge > 0 { merge(nil) }
        var numbers: [Int32: Int] = [:]
        return assigned.map { story in
            let root = root(story)
            if let number = numbers[root] { return number }
            numbers[root] = numbers.count
            return numbers.count - 1
        }
    }

    func root(_ story: Int32) -> Int32 {
        var story = story
        while parents[Int(story)] != story { story = parents[Int(story)] }
        return story
    }

    private func vector(_ found: [FeatureNumbers.Feature]) -> [(feature: Int32, weight: Float)] {
        var sum: Float = 0
        var vector = found.map { feature -> (feature: Int32, weight: Float) in
            let rarity = log(Double(seen + 1) / (Double(frequency[Int(feature.number)]) + 0.5))
            let weight = Float(max(0, rarity) * (feature.isPair ? settings.pairWeight : 1))
            sum += weight * weight
            return (feature.number, weight)
        }
        let norm = max(sum.squareRoot(), 1e-6)
        for i in vector.indices { vector[i].weight /= norm }
        return vector
    }

    private mutating func nearest(_ vector: [(feature: Int32, weight: Float)]) -> Int32? {
        var touched: [Int32] = []
        for (feature, weight) in vector where weight > 0 {
            for story in postings[Int(feature)] {
                if scores[Int(story)] == 0 { touched.append(story) }
                scores[Int(story)] += weight * (centroids[Int(story)].weights[feature] ?? 0)
            }
        }
        var best: Int32?
        var bestScore = Float(settings.joining)
        for story in touched {
            let cosine = scores[Int(story)] / centroids[Int(story)].norm
            scores[Int(story)] = 0
            guard cosine > bestScore || (cosine == bestScore && best.map { story < $0 } ?? true) else { continue }
            bestScore = cosine
            best = story
        }
        return best
    }

    private mutating func begin(_ day: Int32) -> Int32 {
        let story = Int32(centroids.count)
        centroids.append(Centroid(weights: [:], norm: 0, last: day, size: 0))
        parents.append(story)
        scores.append(0)
        open.append(story)
        return story
    }

    private mutating func join(_ story: Int32, _ vector: [(feature: Int32, weight: Float)], _ day: Int32) {
        let index = Int(story)
        var square = centroids[index].norm * centroids[index].norm
        for (feature, weight) in vector where weight > 0 {
            let before = centroids[index].weights[feature]
            if before == nil { postings[Int(feature)].append(story) }
            centroids[index].weights[feature] = (before ?? 0) + weight
            square += weight * (2 * (before ?? 0) + weight)
        }
        centroids[index].norm = max(square, 1e-12).squareRoot()
        centroids[index].last = day
        centroids[index].size += 1
    }

    /// Closes stories that are over, then merges near centroids until none are near.
    private mutating func merge(_ day: Int32?) {
        sinceMerge = 0
        if let day { close(before: day - settings.closedAfterDays) }
        while mergeNearest() {}
    }

    private mutating func close(before day: Int32) {
        let closed = open.filter { centroids[Int($0)].last < day }
        guard !closed.isEmpty else { return }
        open.removeAll { centroids[Int($0)].last < day }
        for story in closed {
            for feature in centroids[Int(story)].weights.keys { postings[Int(feature)].removeAll { $0 == story } }
            centroids[Int(story)].weights = [:]
        }
    }
}
