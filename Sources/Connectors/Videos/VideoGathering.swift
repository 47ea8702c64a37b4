// SPDX-License-Identifier: Apache-2.0
import Domain

/// Puts the sights of videos together.
struct VideoGathering {
    private var videos: [VideoItem] = []
    private var places: [String: Int] = [:]
    /// The videos that say when they came out.
    private var dated: Set<String> = []

    /// Adds a video with one sight or more; what it says of itself later goes before what it said earlier.
    mutating func add(_ item: VideoItem, hasDate: Bool) {
        if hasDate { dated.insert(item.identity) }
        guard let place = places[item.identity] else {
            places[item.identity] = videos.count
            videos.append(item)
            return
        }
        let last = videos[place].sights.map(\.at).max()
        let isLater = (item.sights.map(\.at).max() ?? item.published) > (last ?? item.published)
        videos[place].sights += item.sights
        if hasDate { videos[place].published = item.published }
        if isLater, !item.title.isEmpty { videos[place].title = item.title }
        if videos[place].title.isEmpty { videos[place].title = item.title }
        // charts of everything call their category so
        if videos[place].category == nil || videos[place].category == "all" {
            videos[place].category = item.category ?? videos[place].category
        }
    }

    /// The videos in the order in which they came, each with one sight for an instant, the earliest first.
    func finish() -> [VideoItem] {
        videos.map { video in
            var video = video
            var sights: [VideoSight] = []
            for sight in video.sights.sorted(by: { ($0.at, $0.views) < ($1.at, $1.views) }) {
                // of two counts at one instant the larger was made later
                if sights.last?.at == sight.at { sights.removeLast() }
                sights.append(sight)
            }
            video.sights = sights
            if !dated.contains(video.identity), let first = sights.first { video.published = first.at }
            return video
        }
    }
}
