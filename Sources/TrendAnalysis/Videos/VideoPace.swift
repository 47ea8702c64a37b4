// SPDX-License-Identifier: Apache-2.0
import Foundation
import Statistics

/// How fast videos are watched beside what is usual at their age, on their channel and in their category.
///
/// A video's residual is the logarithm of its velocity less the median of the 51 videos nearest in age. What is usual
/// is the median residual of the channel's last ten other videos, shrunk to the category's by `n / (n + 5)`, and that
/// in the same way to none.
struct VideoPace {
    /// One video as it is compared.
    struct Entry {
        /// Nil where none is known.
        let channel: String?
        let category: String
        /// Hours since 1970.
        let published: Double
        let age: Double
        let velocity: Double
        /// (likes + 4 comments) by views; nil where the owner hides likes.
        let engagement: Double?
    }

    /// What came of it.
    struct Score {
        /// The velocity by the usual one.
        let pace: Double
        /// The pace's logarithm in standard deviations of all videos' paces.
        let deviation: Double
        /// The engagement by the category's, from 1/4 to 4; nil where it is hidden.
        let engagement: Double?
        /// How many other videos of the channel tell what is usual.
        let channelVideos: Int
        /// When the oldest of them came out, in hours since 1970.
        let oldest: Double?

        /// The deviation, weighted by the root of the engagement.
        var virality: Double {
            let weight = (engagement ?? 1).squareRoot()
            return deviation >= 0 ? deviation * weight : deviation / weight
        }
    }

    private static let window = 51
    private static let lastVideos = 10
    private static let shrinkage = 5.0
    /// The least standard deviation: among few videos the spread is an accident.
    private static let leastSpread = 0.3

    /// The scores of the entries, in their order.
    static func scores(_ entries: [Entry]) -> [Score] {
        let residuals = residuals(entries)
        let byCategory = Dictionary(grouping: entries.indices) { entries[$0].category }
        let byChannel = Dictionary(grouping: entries.indices) { entries[$0].channel }
        let usual = byCategory.mapValues { shrunk($0.map { residuals[$0] }, to: 0) }
        let engagement = byCategory.mapValues { $0.compactMap { entries[$0].engagement }.median ?? 0 }
        var others: [[Int]] = []
        for (index, entry) in entries.enumerated() {
            let known = entry.channel == nil ? [] : (byChannel[entry.channel] ?? []).filter { $0 != index }
            others.append(Array(known.sorted { newer(entries, $0, $1) }.prefix(lastVideos)))
        }
        let excess = entries.indices.map { index in
            residuals[index]
                - shrunk(others[index].map { residuals[$0] }, to: usual[entries[index].category] ?? 0)
        }
        let deviations = (excess.map(\.magnitude).median ?? 0) * 1.482_602_218_505_602
        let spread = max(leastSpread, deviations)
        return entries.indices.map { index in
            let typical = engagement[entries[index].category] ?? 0
            return Score(
                pace: exp(excess[index]),
                deviation: excess[index] / spread,
                engagement: typical > 0 ? entries[index].engagement.map { min(4, max(0.25, $0 / typical)) } : nil,
                channelVideos: others[index].count,
                oldest: others[index].map { entries[$0].published }.min()
            )
        }
    }

    private static func newer(_ entries: [Entry], _ a: Int, _ b: Int) -> Bool {
        entries[a].published == entries[b].published ? a < b : entries[a].published > entries[b].published
    }

    private static func shrunk(_ values: [Double], to centre: Double) -> Double {
        guard let median = values.median else { return centre }
        let weight = Double(values.count) / (Double(values.count) + shrinkage)
        return weight * median + (1 - weight) * centre
    }

    private static func residuals(_ entries: [Entry]) -> [Double] {
        let logarithms = entries.map { log($0.velocity + 1) }
        let order = entries.indices.sorted {
            entries[$0].age == entries[$1].age ? $0 < $1 : entries[$0].age < entries[$1].age
        }
        var residuals = logarithms
        for (place, index) in order.enumerated() {
            let first = max(0, min(place - window / 2, order.count - window))
            let near = order[first..<min(order.count, first + window)].map { logarithms[$0] }
            residuals[index] -= near.median ?? 0
        }
        return residuals
    }
}
