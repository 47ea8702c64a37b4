// SPDX-License-Identifier: Apache-2.0

extension StoryClusterer {
    private struct Pair {
        let cosine: Float
        let first: Int32
        let second: Int32
    }

    /// Merges the nearest pairs of open stories, each story once; false if no pair is near.
    mutating func mergeNearest() -> Bool {
        var pairs: [Pair] = []
        var scores = [Float](repeating: 0, count: centroids.count)
        for story in open { pairs += near(story, &scores) }
        guard !pairs.isEmpty else { return false }
        pairs.sort { a, b in
            if a.cosine != b.cosine { return a.cosine > b.cosine }
            return a.first == b.first ? a.second < b.second : a.first < b.first
        }
        var taken: Set<Int32> = []
        for pair in pairs where !taken.contains(pair.first) && !taken.contains(pair.second) {
            taken.insert(pair.first)
            taken.insert(pair.second)
            unite(pair.first, pair.second)
        }
        open.removeAll { parents[Int($0)] != $0 }
        return true
    }

    /// The later stories that are near to one.
    private func near(_ story: Int32, _ scores: inout [Float]) -> [Pair] {
        let centroid = centroids[Int(story)]
        var touched: [Int32] = []
        // In the order of features, so that sums of floating-point numbers are the same each time.
        for (feature, weight) in centroid.weights.sorted(by: { $0.key < $1.key }) {
            for other in postings[Int(feature)] where other > story {
                if scores[Int(other)] == 0 { touched.append(other) }
                scores[Int(other)] += weight * (centroids[Int(other)].weights[feature] ?? 0)
            }
        }
        var pairs: [Pair] = []
        for other in touched {
            let cosine = scores[Int(other)] / (centroid.norm * centroids[Int(other)].norm)
            scores[Int(other)] = 0
            if cosine >= Float(settings.merging) { pairs.append(Pair(cosine: cosine, first: story, second: other)) }
        }
        return pairs
    }

    /// Puts the second story into the first.
    private mutating func unite(_ first: Int32, _ second: Int32) {
        let a = Int(first)
        let b = Int(second)
        for (feature, weight) in centroids[b].weights {
            let postingsOfFeature = postings[Int(feature)].filter { $0 != second }
            let isKnown = centroids[a].weights[feature] != nil
            postings[Int(feature)] = isKnown ? postingsOfFeature : (postingsOfFeature + [first]).sorted()
            centroids[a].weights[feature, default: 0] += weight
        }
        var square: Float = 0
        for (_, weight) in centroids[a].weights.sorted(by: { $0.key < $1.key }) { square += weight * weight }
        centroids[a].norm = max(square, 1e-12).squareRoot()
        centroids[a].last = max(centroids[a].last, centroids[b].last)
        centroids[a].size += centroids[b].size
        centroids[b].weights = [:]
        parents[b] = first
    }
}
