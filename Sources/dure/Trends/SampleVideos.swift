// SPDX-License-Identifier: Apache-2.0

import Domain
import Files
import Foundation

/// Videos that nobody made: channels with their usual views, counted once a day, and one video that runs away; drawn from a seed.
struct SampleVideos {
    /// The title of the video that is watched far beyond what is usual.
    static let viral = "I slept beside the Moonmist humidifier for a week"
    private static let channels = 12
    private static let days = 21

    private var random: SplitMix64
    private var rows: [[String]] = []

    private init(seed: UInt64) {
        random = SplitMix64(seed: SplitMix64.seed(seed, "sample videos"))
    }

    /// The sample as a CSV file: a line for each time that a video was counted.
    static func csv(seed: UInt64) -> String {
        var sample = SampleVideos(seed: seed)
        for channel in 0..<channels {
            let usual = pow(10, 3 + 2 * sample.random.unit())
            for number in 0..<6 {
                sample.write(channel, number, usual: usual * (0.6 + 0.8 * sample.random.unit()))
            }
        }
        sample.write(3, 6, usual: 900_000, title: viral, bornDaysAgo: 2)
        return CSVWriter.table(
            headers: [
                "collected_at", "video_id", "title", "channel_id", "channel_title", "published_at", "views", "category",
            ],
            rows: sample.rows.sorted { ($0[0], $0[1]) < ($1[0], $1[1]) }
        )
    }

    /// A video's counts: views come fast at first, and slower with age.
    private mutating func write(
        _ channel: Int,
        _ number: Int,
        usual: Double,
        title: String? = nil,
        bornDaysAgo: Int? = nil
    ) {
        let born = bornDaysAgo ?? 1 + Int(random.next() % UInt64(Self.days - 1))
        let published = SampleNews.end - .days(born) + .minutes(Int(random.next() % 600))
        let name = title ?? "\(pick(Self.forms)) \(pick(Self.things)) \(pick(Self.ways))"
        for day in stride(from: born - 1, through: 0, by: -1) {
            let seen = SampleNews.end - .days(day)
            let age = max(0.1, (seen - published).inDays)
            let views = usual * (1 - exp(-age / 4))
            rows.append([
                seen.description, "v\(channel)-\(number)", name, "c\(channel)", "Sample channel \(channel + 1)",
                published.description, "\(Int(max(1, min(1e9, views)).rounded()))", Self.categories[channel % 3],
            ])
        }
    }

    private mutating func pick(_ words: [String]) -> String { words[Int(random.next() % UInt64(words.count))] }

    private static let categories = ["home", "cooking", "travel"]
    private static let forms = [
        "Unboxing", "Repairing", "A year with", "Ranking", "Comparing", "Living without", "Building", "Testing",
    ]
    private static let things = [
        "kettles", "tents", "rice cookers", "desk lamps", "umbrellas", "bicycles", "blankets", "speakers", "pillows",
    ]
    private static let ways = [
        "on a budget", "in the rain", "for beginners", "at night", "with my mother", "from five countries",
        "in one room",
    ]
}
