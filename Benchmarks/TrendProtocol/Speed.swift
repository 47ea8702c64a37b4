// SPDX-License-Identifier: Apache-2.0
import Domain
import Foundation
import TrendAnalysis

/// From files to a report of trends: everything that `dure trends news` does with 100,000 items, on one core.
struct Speed {
    private static let most = 100_000

    private(set) var items: [TrendItem] = []
    let seconds: Double
    let report: TrendReport?

    init(_ folder: String, _ sets: [String]) throws {
        let begin = ProcessorTime.seconds
        for set in sets where items.count < Self.most { try Self.read(folder, set, into: &items) }
        guard let last = items.map(\.published).max() else {
            (seconds, report) = (0, nil)
            return
        }
        var request = TrendAnalyser.Request(until: last)
        request.byCategory = false
        report = TrendAnalyser().report(items, request)
        seconds = ProcessorTime.seconds - begin
    }

    private static func read(_ folder: String, _ set: String, into items: inout [TrendItem]) throws {
        let file = try DataFile(folder, set)
        guard let title = file.column("title", "headline", "headline_text"),
            let date = file.column("fetched_at", "publish_date", "date", "digest_date", "timestamp")
        else { return }
        let summary = file.column("description")
        let address = file.column("url")
        let source = file.column("source", "publisher")
        var names: [String: String] = [:]
        for row in 0..<file.count where items.count < most {
            guard let day = Day.number(file.text(row, date)) else { continue }
            // One string for each source, however often it is named.
            let name = source.map { file.text(row, $0) } ?? ""
            let shared = names[name] ?? name
            names[name] = shared
            items.append(
                TrendItem(
                    title: file.text(row, title),
                    summary: summary.map { file.text(row, $0) } ?? "",
                    source: shared,
                    address: address.map { file.text(row, $0) },
                    published: Timestamp(milliseconds: Int64(day) * 86_400_000)
                )
            )
        }
    }

    func figures() -> [Figure] {
        [
            Figure(
                test: "speed",
                name: "\(items.count) items from file to trends, s",
                value: seconds,
                target: "5",
                floor: ""
            ),
            Figure(
                test: "speed",
                name: "trends found",
                value: Double(report?.trends.count ?? 0),
                target: "",
                floor: ""
            ),
        ]
    }
}
