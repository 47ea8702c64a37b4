// SPDX-License-Identifier: Apache-2.0

package import Domain
import Foundation
package import TrendAnalysis

/// What a trend workflow is asked for, as a person or a schedule writes it; every field but the sources may be left out.
package struct TrendRequest: Codable, Hashable, Sendable {
    /// Where to look: files, feeds, services.
    package var sources: [String]?
    /// What to search for where a source is searched; everything otherwise.
    package var terms: [String]?
    /// The first day or instant of the window; seven days before its end otherwise.
    package var since: String?
    /// The last day, or the end, of the window; the newest item's day otherwise.
    package var until: String?
    /// The window's length, such as `7d`, where no first day is given.
    package var window: String?
    /// Products and brands to follow, each with its other names after commas; those of `dure trends watch` come on top.
    package var watch: [String]?
    /// Only what is in this language, such as `ko`.
    package var language: String?
    /// The language of the report: `en` or `ko`.
    package var report: String?
    /// The instant that counts as now, so that a report can be made again to the byte; the run's start otherwise.
    package var at: String?
    /// Hosts that may be asked although they are not open to the public.
    package var allow: [String]?
    /// The data folder.
    package var folder: String?
    /// What a reader must know of the sources, such as that they are made up; it stands at the head of the report.
    package var remark: String?

    /// Creates a request.
    package init(
        sources: [String]? = nil,
        terms: [String]? = nil,
        since: String? = nil,
        until: String? = nil,
        window: String? = nil,
        watch: [String]? = nil,
        language: String? = nil,
        report: String? = nil,
        at: String? = nil,
        allow: [String]? = nil,
        folder: String? = nil,
        remark: String? = nil
    ) {
        self.sources = sources
        self.terms = terms
        self.since = since
        self.until = until
        self.window = window
        self.watch = watch
        self.language = language
        self.report = report
        self.at = at
        self.allow = allow
        self.folder = folder
        self.remark = remark
    }
}

/// A request with every gap filled: the same for the same request at the same instant.
package struct TrendOrder: Codable, Hashable, Sendable {
    package var sources: [String]
    package var terms: [String]
    /// The window's first instant; nil for one of `windowDays` up to its end.
    package var since: Timestamp?
    /// The instant after the window; nil for the end of the newest item's day.
    package var until: Timestamp?
    package var windowDays: Int
    package var watched: [WatchedSubject]
    package var language: String?
    package var report: String
    package var at: Timestamp
    package var allow: [String]
    package var folder: String
    package var remark: String?

    /// The days before the window with which it is compared.
    package static let baseDays = 56
    private static let mostDays = 366
    /// How far back sources are asked that are no files: a window's base, and a little for time zones.
    private static let slack = 2

    /// What a source is asked for.
    ///
    /// A file is read whole: older items make a better base, and the newest decides on the window's end. Terms are for services that are
    /// searched: how much is written of a subject is told from all titles of a file or feed, not from those that name it.
    package func query(for source: String) -> SourceQuery {
        let isFile = Self.isFile(source)
        let end = min(until ?? at, at)
        let first = since ?? end - .days(windowDays)
        return SourceQuery(
            terms: Self.isWhole(source) ? [] : terms,
            since: isFile ? Self.longAgo : first - .days(Self.baseDays + Self.slack),
            until: end,
            language: language,
            limit: isFile ? 2_000_000 : 1_000
        )
    }

    /// The instant from which on nothing is looked at.
    package var end: Timestamp { until ?? at }

    /// Whether a source is a file, which holds its own history; a feed that was saved is one.
    package static func isFile(_ source: String) -> Bool {
        let source = source.lowercased()
        guard source.hasPrefix("feed:") else { return source.hasPrefix("file:") }
        return !["feed:http://", "feed:https://"].contains { source.hasPrefix($0) }
    }

    /// Whether a source gives what it has, and is not searched.
    private static func isWhole(_ source: String) -> Bool {
        ["file:", "feed:", "http://", "https://"].contains { source.hasPrefix($0) }
    }

    /// Before the first news that files tell of: 1600-01-01.
    private static let longAgo = Timestamp(milliseconds: -11_676_096_000_000)

    /// The window when its end is known: the days that are judged, and the last instant.
    package func window(newest: Timestamp?) -> (days: Int, last: Timestamp) {
        let end = until.map { min($0, at) } ?? min(at, newest.map { $0 + TimeSpan(milliseconds: 1) } ?? at)
        let last = end - TimeSpan(milliseconds: 1)
        guard let since else { return (windowDays, last) }
        let day: Int64 = 86_400_000
        let days = last.milliseconds.floored(by: day) - since.milliseconds.floored(by: day) + 1
        return (Int(min(Int64(Self.mostDays), max(1, days))), last)
    }
}

extension TrendRequest {
    /// Fills the gaps; throws `Failure` naming the field and the value that is wrong.
    ///
    /// `start` is when the run began, `standard` the data folder where the request names none, `subjects` what is watched besides what the
    /// request names.
    package func resolved(
        startedAt start: Timestamp,
        folder standard: String,
        watching subjects: [WatchedSubject]
    ) throws(Failure) -> TrendOrder {
        let sources = (sources ?? []).filter { !$0.isEmpty }
        guard !sources.isEmpty else {
            throw Failure(
                .invalid,
                "sources: none is named; give one or more, such as file:news.csv or a feed's address"
            )
        }
        if let report, !["en", "ko"].contains(report) {
            throw Failure(.invalid, "report: the language is '\(report)'; give en or ko")
        }
        if since != nil, window != nil {
            throw Failure(.invalid, "since and window: both are given; give the first day or the length, not both")
        }
        let at = try at.map { text throws(Failure) in try Self.instant(text, "at") } ?? start
        let first = try since.map { text throws(Failure) in try Self.instant(text, "since") }
        let end = try until.map { text throws(Failure) in try Self.instant(text, "until", endOfDay: true) }
        if let first, first >= (end ?? at) {
            throw Failure(.invalid, "since: '\(since ?? "")' is not before the window's end; give an earlier day")
        }
        return TrendOrder(
            sources: sources,
            terms: (terms ?? []).filter { !$0.isEmpty },
            since: first,
            until: end,
            windowDays: try Self.days(window),
            watched: Self.merged((watch ?? []).compactMap(WatchedSubject.init(written:)), subjects),
            language: language,
            report: report ?? "en",
            at: at,
            allow: allow ?? [],
            folder: folder ?? standard,
            remark: remark
        )
    }

    private static func days(_ text: String?) throws(Failure) -> Int {
        guard let text else { return 7 }
        guard let span = TimeSpan(text), span >= .days(1), span <= .days(366) else {
            throw Failure(.invalid, "window: '\(text)' is no length from 1d to 366d; give one such as 7d")
        }
        return Int(span.milliseconds / TimeSpan.days(1).milliseconds)
    }

    /// Reads a day or an instant; a day as the end of a window means all of it.
    static func instant(_ text: String, _ field: String, endOfDay: Bool = false) throws(Failure) -> Timestamp {
        let isDay = text.utf8.count == 10
        let written = isDay ? text + "T00:00:00Z" : text
        for hasFraction in [false, true] {
            let style = Date.ISO8601FormatStyle(includingFractionalSeconds: hasFraction)
            guard let date = try? Date(written, strategy: style) else { continue }
            let instant = Timestamp(date)
            // A 31st of June is no day, though it can be counted on.
            if isDay, !instant.description.hasPrefix(text) { break }
            return isDay && endOfDay ? instant + .days(1) : instant
        }
        throw Failure(
            .invalid,
            "\(field): '\(text)' is no day or time; give one such as 2025-12-01 or 2025-12-01T09:00:00Z"
        )
    }

    /// Subjects without repetitions by name, in the order given.
    private static func merged(_ first: [WatchedSubject], _ second: [WatchedSubject]) -> [WatchedSubject] {
        var names: Set<String> = []
        return (first + second).filter { names.insert($0.name).inserted }
    }
}

extension WatchedSubject {
    /// Reads a name and other names after commas, such as `갤럭시 링,Galaxy Ring`; nil without a name.
    package init?(written text: String) {
        let parts = text.split(separator: ",").map { String($0).trimmingCharacters(in: .whitespaces) }
            .filter { !$0.isEmpty }
        guard let name = parts.first else { return nil }
        self.init(name: name, aliases: Array(parts.dropFirst()))
    }
}

extension Int64 {
    /// The quotient rounded down, also below 0.
    fileprivate func floored(by divisor: Int64) -> Int64 { self / divisor - (self % divisor < 0 ? 1 : 0) }
}
