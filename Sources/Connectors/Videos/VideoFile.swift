// SPDX-License-Identifier: Apache-2.0
package import Domain
import Feeds

/// Videos from a CSV or JSON-lines file, packed by gzip or not: a record for each time that one was seen.
///
/// Its columns are found by their names; a video, an instant and its views are needed. A video that states no date of its own came out when it
/// was first seen. Terms, limits and bad records are treated as `NewsFile` does.
package struct VideoFile: VideoSource {
    package let name: String
    /// A file's owner knows how long it may be kept.
    package let retention: TimeSpan? = nil
    private let path: String

    /// Opens a file once, to see that it is one; throws `Failure` naming what is wrong with it.
    package init(path: String) throws(Failure) {
        name = "file:" + path
        self.path = path
        _ = try RecordFile(path: path, columns: Self.columns)
    }

    static let columns = RecordColumns(columns: [
        .init("video", ["videoid", "id", "identifier", "영상"], isNeeded: true),
        .init(
            "instant",
            [
                "collectedat", "trendingdate", "seenat", "fetchedat", "measuredat", "snapshotat", "timestamp", "date",
                "at",
            ],
            isNeeded: true
        ),
        .init("views", ["views", "viewcount", "조회수"], isNeeded: true),
        .init("title", ["title", "videotitle", "제목"]),
        .init("channel", ["channelid", "channel", "channeltitle", "channelname"]),
        .init("channelTitle", ["channeltitle", "channelname"]),
        .init("published", ["publishedat", "publishtime", "published", "publishdate", "uploaddate", "uploadedat"]),
        .init("likes", ["likes", "likecount"]),
        .init("comments", ["comments", "commentcount"]),
        .init("category", ["category", "categoryname", "categoryid"]),
        .init("tags", ["tags", "keywords"]),
        .init("description", ["description", "summary"]),
        .init("language", ["language", "lang", "defaultaudiolanguage"]),
        .init("link", ["url", "link"]),
        .init("length", ["duration", "length"]),
    ])

    package func videos(_ query: SourceQuery) async throws -> SourceHarvest<VideoItem> {
        let (videos, problems) = try read()
        var harvest = SourceHarvest<VideoItem>(problems: problems)
        var filter = SourceFilter(query)
        for video in videos {
            guard filter.takes(video.published), filter.takes(language: video.language) else { continue }
            guard filter.takes(video.title, video.summary) else { continue }
            var video = video
            video.sights.removeAll { $0.at >= query.until }
            harvest.items.append(video)
        }
        return harvest
    }

    /// The last sight of each, as a file counts nothing again.
    package func sights(of videos: [String]) async throws -> SourceHarvest<VideoSight> {
        let (known, problems) = try read()
        let last = Dictionary(known.map { ($0.identity, $0.sights.last) }) { first, _ in first }
        var seen: Set<String> = []
        let sights = videos.filter { seen.insert($0).inserted }.compactMap { last[$0] ?? nil }
        return SourceHarvest(items: sights, problems: problems)
    }

    /// All videos, in the order in which they first appear.
    private func read() throws -> (videos: [VideoItem], problems: [SourceProblem]) {
        var gathering = VideoGathering()
        var problems: [SourceProblem] = []
        var bad = BadRecords()
        var good = 0
        do {
            var file = try RecordFile(path: path, columns: Self.columns)
            try file.read { (record) throws(BadRecord) in
                let (item, hasDate) = try item(record)
                good += 1
                gathering.add(item, hasDate: hasDate)
                return true
            } bad: { record in
                bad.add(record)
            }
        } catch let failure as Failure {
            problems.append(SourceProblem(source: name, failure: failure))
        }
        if let problem = bad.problem(source: name, path: path, beside: good) { problems.append(problem) }
        return (gathering.finish(), problems)
    }

    /// One record as a video with one sight, and whether it says when it came out.
    private func item(_ record: Record) throws(BadRecord) -> (item: VideoItem, hasDate: Bool) {
        let video = try record.text("video")
        guard !video.isEmpty else { throw record.bad("video", "", "give what names the video") }
        guard let instant = try instant(record) else {
            throw record.bad("instant", "", "give a date such as 2026-11-01 or 2026-11-01T09:30:00+09:00")
        }
        guard let views = try record.count("views") else { throw record.bad("views", "", "give a whole number") }
        let channel = try record.text("channel")
        let channelTitle = HTMLText.plain(try record.text("channelTitle"))
        let published = try record.instant("published")
        let category = try record.text("category")
        let language = try record.text("language")
        let link = try record.text("link")
        let item = VideoItem(
            source: name,
            identity: video,
            title: HTMLText.plain(try record.text("title")),
            summary: HTMLText.plain(try record.text("description")),
            channel: channel.isEmpty ? channelTitle : channel,
            channelTitle: channelTitle.isEmpty ? channel : channelTitle,
            category: category.isEmpty ? nil : category,
            tags: try record.list("tags"),
            language: language.isEmpty ? nil : language,
            link: link.isEmpty ? nil : link,
            length: PlayingTime.span(try record.text("length")),
            published: published ?? instant,
            sights: [
                VideoSight(
                    video: video,
                    at: instant,
                    views: views,
                    likes: try record.count("likes"),
                    comments: try record.count("comments")
                )
            ]
        )
        return (item, published != nil)
    }

    /// When a video was seen; some well-known tables write year, day and month, each of two digits, with full stops.
    private func instant(_ record: Record) throws(BadRecord) -> Timestamp? {
        let parts = try record.text("instant").split(separator: ".", omittingEmptySubsequences: false)
        if parts.count == 3, parts.allSatisfy({ $0.count == 2 && $0.allSatisfy(\.isASCIIDigit) }) {
            return FeedDate.timestamp(of: "20\(parts[0])-\(parts[2])-\(parts[1])")
        }
        return try record.instant("instant")
    }
}

extension Character {
    fileprivate var isASCIIDigit: Bool { ("0"..."9").contains(self) }
}
