// SPDX-License-Identifier: Apache-2.0
import Foundation
import Statistics

/// A panel of ranks read from a file, with its dates.
struct NamedPanel {
    let name: String
    let panel: RankPanel
    /// By step, YYYY-MM-DD.
    let dates: [String]
    let horizons: [Int]

    /// How a file's columns are read.
    enum Kind: String {
        case hot100, bb200, appstore, netflix
    }

    init(name: String, panel: RankPanel, dates: [String], horizons: [Int]) {
        self.name = name
        self.panel = panel
        self.dates = dates
        self.horizons = horizons
    }

    init(_ url: URL, kind: Kind) throws {
        let table = try Table(url)
        let (date, rank, product, list): (String, String, [String], [String]) =
            switch kind {
            case .hot100, .bb200: ("chart_date", "rank", ["title", "artist"], [])
            case .appstore: ("date", "rank", ["app_id"], ["country", "media", "feed"])
            case .netflix: ("week", "weekly_rank", ["show_title", "season_title"], ["category"])
            }
        let depth = kind == .bb200 ? 200 : (kind == .netflix ? 10 : 100)
        let dateColumn = try table.column(date)
        let rankColumn = try table.column(rank)
        let products = try product.map { try table.column($0) }
        let lists = try list.map { try table.column($0) }
        dates = Set(table.rows.map { $0[dateColumn] }).sorted()
        let steps = Dictionary(uniqueKeysWithValues: dates.enumerated().map { ($1, $0) })
        var observations: [RankLook] = []
        for row in table.rows {
            guard let rank = Int(row[rankColumn]), let step = steps[row[dateColumn]], rank <= depth else { continue }
            let key = RankSeriesKey(
                product: products.map { row[$0] }.joined(separator: "\u{1F}"),
                keyword: lists.map { row[$0] }.joined(separator: "/")
            )
            observations.append(RankLook(series: key, observer: "file", time: step, outcome: .listed(rank)))
        }
        name = url.lastPathComponent.replacingOccurrences(of: ".csv.gz", with: "")
        panel = try RankPanel(
            observations,
            depth: depth,
            wholeLists: true,
            season: dates.map { Self.week($0) }
        )
        horizons = kind == .appstore ? [1, 4, 7] : [1, 4]
    }

    /// The week of the year, about.
    private static func week(_ date: String) -> Double {
        let parts = date.split(separator: "-").compactMap { Double($0) }
        return parts.count > 2 ? ((parts[1] - 1) * 30.4 + parts[2]) / 7 : 0
    }
}
