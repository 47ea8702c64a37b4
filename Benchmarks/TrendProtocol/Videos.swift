// SPDX-License-Identifier: Apache-2.0
import Domain
import Foundation
import TrendAnalysis

/// T9: views 24 hours ahead, and which videos will grow most.
///
/// A case is a video that is seen at an instant, with an earlier sight 2 to 30 hours before and a later one 20 to 28 hours
/// after, whose growth is scaled to 24 hours. The method under test sees nothing of after that instant.
struct Videos {
    private struct Case {
        let views: Double
        let growth: Double
        let forecast: Double
        let rank: Double
    }

    private static let hour = 3_600_000.0
    private static let leastCases = 60
    private static let top = 20

    let set: String
    private var cases: [Timestamp: [Case]] = [:]
    private(set) var seconds = 0.0

    init(_ folder: String, _ set: String) throws {
        self.set = set
        for item in try Self.items(folder, set) { add(item) }
    }

    private mutating func add(_ item: VideoItem) {
        let sights = item.sights
        for (place, sight) in sights.enumerated() {
            func hours(_ other: VideoSight) -> Double { Double((other.at - sight.at).milliseconds) / Self.hour }
            let before = sights[..<place].filter { (2...30).contains(-hours($0)) }
            let after = sights[(place + 1)...].filter { (20...28).contains(hours($0)) }
            guard !before.isEmpty, sight.views > 100,
                let later = after.min(by: { abs(hours($0) - 24) < abs(hours($1) - 24) })
            else { continue }
            let begin = ProcessorTime.seconds
            guard let forecast = VideoAnalyser.forecast(item, at: sight.at) else { continue }
            seconds += ProcessorTime.seconds - begin
            cases[sight.at, default: []].append(
                Case(
                    views: Double(sight.views),
                    growth: max(0, Double(later.views - sight.views) / hours(later) * 24),
                    forecast: forecast.dailyGrowth,
                    rank: forecast.expectedGrowth
                )
            )
        }
    }

    func figures() -> [Figure] {
        let all = cases.values.joined()
        let isTest = set.hasPrefix("snapshots")
        let error = all.reduce(0) { $0 + abs(log10($1.views + $1.forecast) - log10($1.views + $1.growth)) }
        let hits = cases.keys.sorted().compactMap { cases[$0] }.filter { $0.count >= Self.leastCases }.map(precision)
        return [
            Figure(
                test: "T9",
                name: "\(set): error of log10 views, \(all.count) cases",
                value: error / Double(max(1, all.count)),
                target: isTest ? "0.020" : "",
                floor: ""
            ),
            Figure(
                test: "T9",
                name: "\(set): precision at 20 of the fastest, \(hits.count) instants",
                value: hits.reduce(0, +) / Double(max(1, hits.count)),
                target: isTest ? "0.50" : "",
                floor: isTest ? "0.43" : ""
            ),
            Figure(test: "T9", name: "\(set): forecasts, s", value: seconds, target: "", floor: ""),
        ]
    }

    private func precision(_ cases: [Case]) -> Double {
        func first(_ value: (Case) -> Double) -> Set<Int> {
            let values = cases.map(value)
            return Set(
                values.indices.sorted { values[$0] == values[$1] ? $0 < $1 : values[$0] > values[$1] }.prefix(Self.top)
            )
        }
        return Double(first(\.growth).intersection(first(\.rank)).count) / Double(Self.top)
    }

    /// The videos of a file with all their sights, in order of time.
    static func items(_ folder: String, _ set: String) throws -> [VideoItem] {
        let file = try DataFile(folder, set)
        guard let at = file.column("collected_at", "trending_date"), let video = file.column("video_id"),
            let views = file.column("views")
        else { throw ProtocolError(what: "\(set) has no column of instants, videos or views: \(file.header)") }
        let published = file.column("published_at")
        var items: [String: VideoItem] = [:]
        for row in 0..<file.count {
            guard let instant = Day.instant(file.text(row, at)), let count = Int(file.text(row, views)) else {
                continue
            }
            let name = file.text(row, video)
            // Where a file does not say when a video came out, the day before it was first seen stands in.
            let stated = published.map { Day.instant(file.text(row, $0)) } ?? instant - .days(1)
            guard let stated else { continue }
            let sight = VideoSight(video: name, at: instant, views: count)
            if items[name]?.sights.contains(where: { $0.at == instant }) == true { continue }
            items[name, default: VideoItem(source: set, identity: name, title: "", channel: "", published: stated)]
                .sights.append(sight)
        }
        return items.keys.sorted().compactMap { items[$0] }.map { item in
            var item = item
            item.sights.sort { $0.at < $1.at }
            return item
        }
    }
}

extension Day {
    /// The instant of `yyyy-mm-ddThh:mm:ss…Z`, or of a day's beginning; nil for anything else.
    static func instant(_ text: String) -> Timestamp? {
        guard let day = number(text) else { return nil }
        let parts = text.dropFirst(11).prefix(8).split(separator: ":").compactMap { Int64($0) }
        let seconds = parts.count == 3 ? parts[0] * 3_600 + parts[1] * 60 + parts[2] : 0
        return Timestamp(milliseconds: (Int64(day) * 86_400 + seconds) * 1_000)
    }
}
