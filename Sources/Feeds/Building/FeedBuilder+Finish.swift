// SPDX-License-Identifier: Apache-2.0
import Domain

extension FeedBuilder {
    /// The feed that was read; throws when nothing of one was.
    func finished(isNetscape: Bool) throws(FeedError) -> Feed {
        let hasAnything = feed.entry.title != nil || feed.entry.link != nil || !entries.isEmpty
        guard let format, hasAnything || otherDocument == nil else {
            throw .notAFeed(otherDocument ?? "no XML document with a channel, a feed or items")
        }
        var result = Feed(format: isNetscape && format == .rss ? .rss091 : format)
        result.title = feed.entry.title
        result.link = feed.entry.link
        result.id = feed.entry.id
        result.summary = feed.entry.summary
        result.language = language?.replacing("_", with: "-")
        result.authors = feed.entry.authors.filter { $0.label != nil }
        result.categories = feed.entry.categories
        result.published = feed.entry.published
        result.updated = feed.entry.updated ?? feed.entry.published
        result.newLocation = newLocation
        result.schedule = finishedSchedule()
        result.repairs = log.repairs
        result.entries = entries.map { draft in
            var entry = draft.entry
            if entry.published == nil, entry.updated == nil { entry.published = draft.coverDate }
            entry.updated = entry.updated ?? entry.published
            entry.authors.removeAll { $0.label == nil }
            return entry
        }
        return result
    }

    private func finishedSchedule() -> FeedSchedule {
        var result = schedule
        result.skipHours = Set(schedule.skipHours).sorted()
        result.skipDays = Set(schedule.skipDays).sorted()
        let periods: [String: TimeSpan] = [
            "hourly": .hours(1), "daily": .days(1), "weekly": .days(7), "monthly": .days(30), "yearly": .days(365),
        ]
        if result.interval == nil, let period = updatePeriod.flatMap({ periods[$0] }) {
            let frequency = min(max(updateFrequency ?? 1, 1), 10_000)
            result.interval = TimeSpan(milliseconds: period.milliseconds / Int64(frequency))
        }
        return result
    }
}
