// SPDX-License-Identifier: Apache-2.0

/// What was counted of a video at an instant.
package struct VideoSight: Hashable, Codable, Sendable {
    /// What names the video within its source.
    package var video: String
    package var at: Timestamp
    package var views: Int
    /// Nil where the owner hides it.
    package var likes: Int?
    /// Nil where the owner hides it.
    package var comments: Int?

    /// Creates a sight.
    package init(video: String, at: Timestamp, views: Int, likes: Int? = nil, comments: Int? = nil) {
        self.video = video
        self.at = at
        self.views = views
        self.likes = likes
        self.comments = comments
    }
}

/// One video as a source tells of it.
package struct VideoItem: Hashable, Codable, Sendable {
    /// The source's name.
    package var source: String
    /// What names the video within its source; the same video has the same identity each time.
    package var identity: String
    /// Plain text.
    package var title: String
    /// Plain text; empty when the source gives none.
    package var summary: String
    /// What names the channel within the source.
    package var channel: String
    /// The channel's name as people read it.
    package var channelTitle: String
    /// As the source names it; nil when it gives none.
    package var category: String?
    package var tags: [String]
    /// Such as `ko`; nil when the source does not say.
    package var language: String?
    package var link: String?
    /// How long it plays; nil when the source does not say, or it is live.
    package var length: TimeSpan?
    package var published: Timestamp
    /// What was counted of it so far, by instant.
    package var sights: [VideoSight]

    /// Creates an item.
    package init(
        source: String,
        identity: String,
        title: String,
        summary: String = "",
        channel: String,
        channelTitle: String = "",
        category: String? = nil,
        tags: [String] = [],
        language: String? = nil,
        link: String? = nil,
        length: TimeSpan? = nil,
        published: Timestamp,
        sights: [VideoSight] = []
    ) {
        self.source = source
        self.identity = identity
        self.title = title
        self.summary = summary
        self.channel = channel
        self.channelTitle = channelTitle
        self.category = category
        self.tags = tags
        self.language = language
        self.link = link
        self.length = length
        self.published = published
        self.sights = sights
    }
}
