// SPDX-License-Identifier: Apache-2.0

package import Domain

/// From videos and their counts to a report: pure, and the same for the same items in whichever order.
package struct VideoAnalyser: Sendable {
    /// What is asked for.
    package struct Request: Hashable, Sendable {
        /// Nothing that was counted later is looked at.
        package var at: Timestamp
        /// How many videos and terms at most.
        package var most = 20
        /// Least deviation of a video that is called viral.
        package var leastDeviation = 1.5
        /// Whether each category is looked at as well.
        package var byCategory = true
        /// Videos whose newest count is older than this are not ranked.
        package var fresh = TimeSpan.days(3)
        /// How many days of titles are looked at for rising terms, against the 56 before.
        package var windowDays: Int32 = 7
        /// Within what the counts to come are planned.
        package var quota = RemeasurementPlan.Quota()

        /// Asks for what is watched at an instant.
        package init(at: Timestamp) { self.at = at }
    }

    /// Least videos for a category to be looked at.
    private static let leastVideos = 10

    private let tokeniser: any Tokeniser

    /// Creates an analyser that cuts titles with a tokeniser.
    package init(tokeniser: any Tokeniser = KoreanTokeniser()) { self.tokeniser = tokeniser }

    /// How fast a video is watched at an instant, and what comes of it; nil where it had not been counted by then.
    package static func forecast(_ item: VideoItem, at instant: Timestamp) -> ViewForecast? {
        ViewHistory(item, until: instant).map(ViewForecast.init)
    }

    /// Ranks the videos, finds the rising terms and summarises their stories.
    package func report(_ items: [VideoItem], _ request: Request) -> VideoReport {
        summarised(analysis(of: items, request), items)
    }

    /// Ranks the videos and finds the rising terms; their stories are not summarised yet.
    package func analysis(of given: [VideoItem], _ request: Request) -> VideoReport {
        let items = Self.merged(given)
        let all = items.compactMap { item in ViewHistory(item, until: request.at).map { (item: item, history: $0) } }
        let seen = all.filter { request.at - $0.history.last.at <= request.fresh }
        let forecasts = seen.map { ViewForecast($0.history) }
        let paced = seen.indices.filter { forecasts[$0].hasVelocity }
        let panel = VideoPanel(paced.map { (seen[$0].item, seen[$0].history, forecasts[$0]) })
        let growing = panel.order(by: \.forecast.expectedGrowth).filter {
            panel.entries[$0].forecast.expectedGrowth >= 1
        }
        let viral = panel.order(by: \.score.virality).filter { index in
            panel.entries[index].score.deviation >= request.leastDeviation
        }
        let first = all.compactMap(\.history.sights.first?.at).min() ?? request.at
        let top = Set(growing.prefix(request.most))
        func written(_ indices: some Sequence<Int>) -> [VideoReport.Video] {
            indices.prefix(request.most).map { panel.video($0, isGrowing: top.contains($0)) }
        }
        let viralVideos = written(viral)
        let named = Set(viralVideos.flatMap(\.breaks))
        return VideoReport(
            at: request.at,
            videos: items.count,
            counted: all.count,
            sights: all.reduce(0) { $0 + $1.history.sights.count },
            falls: all.reduce(0) { $0 + $1.history.falls },
            unpaced: seen.count == paced.count ? nil : seen.count - paced.count,
            tokeniser: tokeniser.name,
            growing: written(growing),
            viral: viralVideos,
            categories: request.byCategory ? Self.categories(panel, growing, written) : [],
            terms: terms(items, request),
            breaks: BaselineBreak.known.filter { $0.parts(first, request.at) || named.contains($0.name) },
            plan: RemeasurementPlan(
                zip(seen, forecasts).map { video, forecast in
                    RemeasurementPlan.Candidate(
                        source: video.item.source,
                        video: video.item.identity,
                        published: video.item.published,
                        seen: video.history.last.at,
                        forecast: forecast
                    )
                },
                from: request.at,
                request.quota
            )
        )
    }

    /// One item for each video, with all that was counted; the text of the item that was counted last.
    private static func merged(_ given: [VideoItem]) -> [VideoItem] {
        var byName: [[String]: VideoItem] = [:]
        for item in given {
            let name = [item.source, item.identity]
            guard var known = byName[name] else {
                byName[name] = item
                continue
            }
            let isNewer = newest(item) > newest(known)
            let sights = known.sights + item.sights
            if isNewer { known = item }
            known.sights = sights
            byName[name] = known
        }
        return byName.values.sorted { ($0.source, $0.identity) < ($1.source, $1.identity) }
    }

    private static func newest(_ item: VideoItem) -> Timestamp {
        item.sights.map(\.at).max() ?? Timestamp(milliseconds: .min)
    }

    private static func categories(
        _ panel: VideoPanel,
        _ growing: [Int],
        _ written: ([Int]) -> [VideoReport.Video]
    ) -> [VideoReport.Category] {
        let byName = Dictionary(grouping: growing) { panel.entries[$0].item.category ?? "" }
        return byName.keys.sorted().compactMap { name in
            let members = byName[name] ?? []
            guard !name.isEmpty, members.count >= leastVideos else { return nil }
            return VideoReport.Category(name: name, videos: members.count, growing: written(members))
        }
    }

    private func terms(_ items: [VideoItem], _ request: Request) -> [TrendReport.Trend] {
        var asked = TrendAnalyser.Request(until: request.at)
        asked.windowDays = request.windowDays
        asked.most = request.most
        asked.byCategory = false
        let analyser = TrendAnalyser(tokeniser: tokeniser)
        return analyser.analysis(of: analyser.material(of: Self.texts(items, request.at)), asked).trends
    }

    /// The report with the stories of its terms told by sentences of titles and descriptions; the items are those that it was made of.
    package func summarised(_ report: VideoReport, _ items: [VideoItem]) -> VideoReport {
        let analyser = TrendAnalyser(tokeniser: tokeniser)
        let material = analyser.material(of: Self.texts(Self.merged(items), report.at))
        var report = report
        report.terms = analyser.summarised(report.terms, material)
        return report
    }

    /// What the videos that came out up to an instant say, for the analysis of headlines.
    private static func texts(_ items: [VideoItem], _ instant: Timestamp) -> TrendItems {
        TrendItems(
            items.lazy.filter { $0.published <= instant }.map { item in
                TrendItem(
                    title: item.title,
                    summary: item.summary,
                    source: item.channelTitle.isEmpty ? item.channel : item.channelTitle,
                    address: item.link,
                    published: item.published,
                    language: item.language
                )
            }
        )
    }
}
