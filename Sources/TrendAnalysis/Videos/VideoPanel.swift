// SPDX-License-Identifier: Apache-2.0
import Domain

/// The videos that are compared with one another, each with its forecast and score.
struct VideoPanel {
    struct Entry {
        let item: VideoItem
        let history: ViewHistory
        let forecast: ViewForecast
        let score: VideoPace.Score
    }

    /// How many sights a report shows of a video.
    private static let mostSights = 60
    /// Least pace and engagement that are reasons by themselves.
    private static let much = 2.0
    /// From how many others on, a channel tells what is usual.
    private static let fewVideos = 3

    let entries: [Entry]

    init(_ videos: [(item: VideoItem, history: ViewHistory, forecast: ViewForecast)]) {
        let scores = VideoPace.scores(
            videos.map { video in
                VideoPace.Entry(
                    channel: video.item.channel.isEmpty ? nil : "\(video.item.source)\u{0}\(video.item.channel)",
                    category: video.item.category ?? "",
                    published: video.history.published,
                    age: video.forecast.age,
                    velocity: video.forecast.velocity,
                    engagement: Self.engagement(video.history.last)
                )
            }
        )
        entries = videos.indices.map { index in
            Entry(
                item: videos[index].item,
                history: videos[index].history,
                forecast: videos[index].forecast,
                score: scores[index]
            )
        }
    }

    /// (likes + 4 comments) by views, with room for a few: 0 of 3 views tells nothing.
    private static func engagement(_ sight: VideoSight) -> Double? {
        sight.likes.map { likes in
            let comments = 4 * Double(max(0, sight.comments ?? 0))
            return (Double(max(0, likes)) + comments + 1) / (Double(sight.views) + 50)
        }
    }

    /// The entries' numbers, greatest first.
    func order(by value: (Entry) -> Double) -> [Int] {
        let values = entries.map(value)
        return values.indices.sorted { values[$0] == values[$1] ? $0 < $1 : values[$0] > values[$1] }
    }

    /// An entry as it is reported.
    func video(_ index: Int, isGrowing: Bool) -> VideoReport.Video {
        let (item, forecast, score) = (entries[index].item, entries[index].forecast, entries[index].score)
        let oldest = score.oldest.map { Timestamp(milliseconds: Int64($0 * 3_600_000)) }
        let breaks = BaselineBreak.known.filter { known in
            oldest.map { known.parts($0, item.published) } ?? false
        }
        return VideoReport.Video(
            source: item.source,
            identity: item.identity,
            // A title of nothing but blanks is none.
            title: item.title.contains { !$0.isWhitespace } ? item.title : item.identity,
            channel: item.channelTitle.isEmpty ? item.channel : item.channelTitle,
            category: item.category,
            link: item.link,
            published: item.published,
            views: forecast.views,
            ageHours: forecast.age,
            velocity: forecast.velocity,
            acceleration: forecast.acceleration,
            dailyGrowth: forecast.expectedGrowth,
            forecast: Double(forecast.views) + forecast.expectedGrowth,
            pace: score.pace,
            deviation: score.deviation,
            engagement: score.engagement,
            virality: score.virality,
            channelVideos: score.channelVideos,
            sights: entries[index].history.sights.suffix(Self.mostSights).map { sight in
                VideoReport.Sight(at: sight.at, views: sight.views)
            },
            reasons: Self.reasons(forecast, score, isGrowing: isGrowing),
            breaks: breaks.map(\.name)
        )
    }

    private static func reasons(
        _ forecast: ViewForecast,
        _ score: VideoPace.Score,
        isGrowing: Bool
    ) -> [VideoReport.Reason] {
        let isFast = score.pace >= much && score.deviation >= 1
        let holds: [(VideoReport.Reason, Bool)] = [
            (.growth, isGrowing),
            (.channel, isFast && score.channelVideos >= fewVideos),
            (.category, isFast && score.channelVideos < fewVideos),
            (.engagement, (score.engagement ?? 0) >= much),
            (.acceleration, (forecast.acceleration ?? 0) >= much),
            (.returning, forecast.missing > 0),
            (.counted, forecast.hasStep),
            (.once, forecast.sights == 1),
        ]
        return holds.filter(\.1).map(\.0)
    }
}
