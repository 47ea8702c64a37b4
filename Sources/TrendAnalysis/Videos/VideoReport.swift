// SPDX-License-Identifier: Apache-2.0

package import Domain

/// What is watched more than is usual: the result of `VideoAnalyser`.
package struct VideoReport: Hashable, Codable, Sendable {
    /// Why a video is in the report.
    package enum Reason: String, Codable, Sendable, CaseIterable {
        /// Among those that will gain most views in 24 hours.
        case growth
        /// Watched much faster than the channel's other videos at that age.
        case channel
        /// Watched much faster than its category's videos at that age; the channel has too few others to tell.
        case category
        /// Liked and talked about more than its category's videos.
        case engagement
        /// Twice as fast as a day before, or more.
        case acceleration
        /// Its count is below an earlier one, and expected back.
        case returning
        /// Its count sprang between two sights: it may have been counted anew, and the leap is not in its velocity.
        case counted
        /// Seen once: its velocity is a guess from its age.
        case once
    }

    /// One video, with how it was found.
    package struct Video: Hashable, Codable, Sendable {
        package let source: String
        package let identity: String
        /// What names it in its source, where it has no title.
        package let title: String
        package let channel: String
        package let category: String?
        package let link: String?
        package let published: Timestamp
        /// Views at the newest sight, how many an hour, how many are to come in 24 hours, those that are expected back with them, and
        /// how many it has then.
        package let views: Int
        package let ageHours: Double
        package let velocity: Double
        package let acceleration: Double?
        package let dailyGrowth: Double
        package let forecast: Double
        /// The velocity by what is usual for its channel and category at its age.
        package let pace: Double
        /// How far that is from the usual, in standard deviations.
        package let deviation: Double
        /// Likes and comments a view by those of its category; nil where they are hidden.
        package let engagement: Double?
        /// The deviation, weighted by the root of the engagement.
        package let virality: Double
        /// How many other videos of the channel it was compared with.
        package let channelVideos: Int
        package let sights: [Sight]
        package let reasons: [Reason]
        /// The baseline breaks that lie between it and what it was compared with.
        package let breaks: [String]
    }

    /// Views at an instant.
    package struct Sight: Hashable, Codable, Sendable {
        package let at: Timestamp
        package let views: Int
    }

    /// The videos of a category.
    package struct Category: Hashable, Codable, Sendable {
        package let name: String
        package let videos: Int
        package let growing: [Video]
    }

    /// What the report looks from: nothing later is in it.
    package let at: Timestamp
    /// How many videos were given, how many of them had been counted, and how often.
    package let videos: Int
    package let counted: Int
    package let sights: Int
    /// How often a count fell between two sights.
    package let falls: Int
    /// How many videos are not ranked because their counts tell no velocity: counted once, and it is not known when they came out.
    package let unpaced: Int?
    /// How Korean titles were cut: `mecab` or `rules`.
    package let tokeniser: String
    /// Those that will gain most views in 24 hours, most first.
    package let growing: [Video]
    /// Those that are watched most beyond what is usual for their channel and age, most first.
    package let viral: [Video]
    package let categories: [Category]
    /// Terms that rise among the titles.
    package internal(set) var terms: [TrendReport.Trend]
    /// Which changes of the platform touch the comparison.
    package let breaks: [BaselineBreak]
    /// When to count which video again.
    package let plan: RemeasurementPlan
}
