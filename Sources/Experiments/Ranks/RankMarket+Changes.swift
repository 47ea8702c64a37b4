// SPDX-License-Identifier: Apache-2.0

package import Domain
import Foundation
import Statistics

/// A change of ranks that was told: of a product, or of a whole source.
///
/// JSON keys are the names of the properties.
package struct RankMovement: Sendable, Equatable, Codable {
    /// What changed.
    package enum Kind: String, Sendable, Codable {
        /// One product's rank moved and stayed.
        case product
        /// The ranks of a source moved together.
        case source
    }

    package var kind: Kind
    /// The step in which it was told.
    package var time: Timestamp
    /// When the level moved.
    package var since: Timestamp
    package var source: String
    /// The keyword; nil for a source.
    package var keyword: String?
    /// The product; nil for a source.
    package var product: String?
    /// What a reader calls the product.
    package var name: String?
    package var isOwn: Bool?
    /// The typical rank before; depth + 1 stands for "off the list".
    package var before: Double?
    /// The typical rank since.
    package var after: Double?
    /// The false discovery rate at which it is told.
    package var falseDiscoveryRate: Double?
    /// How many of a source's series became worse.
    package var worse: Int?
    /// How many became better.
    package var better: Int?
    /// How many were looked at.
    package var series: Int?

    /// The alert that tells it; the same identifier for the same change, so that telling it twice stores it once.
    package func alert(in workspace: WorkspaceID, depth: Int) -> Alert {
        let names = [kind.rawValue, source, keyword ?? "", product ?? ""].joined(separator: "\u{1F}")
        return Alert(
            id: AlertID(of: time, named: names),
            workspace: workspace,
            campaign: nil,
            time: time,
            kind: kind == .source ? .sourceChanged : .rankChanged,
            severity: kind == .source || isOwn == true && isWorse ? .warning : .notice,
            message: sentence(depth: depth)
        )
    }

    /// Whether the number of the rank rose.
    package var isWorse: Bool { (after ?? 0) > (before ?? 0) }

    /// What happened, in one sentence.
    package func sentence(depth: Int) -> String {
        if kind == .source {
            return
                "The source \(source) changed: of \(series ?? 0) ranks \(worse ?? 0) became worse and \(better ?? 0) better at once, "
                + "which products do not do."
        }
        let list = keyword.map { $0.isEmpty ? "" : " for \($0)" } ?? ""
        return
            "\(name ?? product ?? "")\(list) moved from \(Self.place(before, depth)) to \(Self.place(after, depth)) and stayed there."
    }

    /// A typical rank in words.
    package static func place(_ rank: Double?, _ depth: Int) -> String {
        guard let rank, rank.isFinite else { return "an unknown rank" }
        return rank > Double(depth) + 0.5 ? "off the list" : "rank " + String(format: "%.0f", rank)
    }
}

extension RankMarket {
    /// The fewest steps of which a change can be told: those that a series warms up with, and one.
    package static let leastStepsOfChanges = RankShiftDetector.Settings().warmUp + 1

    /// Every lasting change of the ranks and of their sources, in order of time, sources first.
    ///
    /// The series of all sources are watched together, so that the false discovery rate holds over all of them. A series that was
    /// off the list for 30 steps is no longer watched until it is back.
    package func movements(falseDiscoveryRate: Double = 0.1) throws -> [RankMovement] {
        var watch = try RankChangeWatch(falseDiscoveryRate: falseDiscoveryRate)
        let sources = Set(looks.map(\.source)).sorted()
        var result: [RankMovement] = []
        var lastListed = [Int](repeating: -1_000, count: panel.series.count)
        let bySource = sources.count > 1 ? ranksBySource() : [:]
        for step in calendar.starts.indices {
            var values: [RankChangeWatch.Value] = []
            for position in panel.series.indices {
                let key = panel.series[position].key
                guard let outcome = panel.outcome(of: position, at: step) else { continue }
                if outcome.rank != nil { lastListed[position] = step }
                guard step - lastListed[position] <= 30 else { continue }
                if sources.count == 1 {
                    values.append(.init(series: key, source: sources[0], outcome: outcome))
                    continue
                }
                for (source, seen) in (bySource[SeriesStep(series: key, step: step)] ?? [:]).sorted(by: {
                    $0.key < $1.key
                }) {
                    values.append(.init(series: key, source: source, outcome: seen))
                }
            }
            for alert in try watch.observe(values) { result.append(movement(alert, at: step)) }
        }
        return result
    }

    private struct SeriesStep: Hashable {
        let series: RankSeriesKey
        let step: Int
    }

    /// The median look of each source at each series and step.
    private func ranksBySource() -> [SeriesStep: [String: RankOutcome]] {
        var seen: [SeriesStep: [String: [RankOutcome]]] = [:]
        for look in looks {
            seen[SeriesStep(series: look.look.series, step: look.look.time), default: [:]][look.source, default: []]
                .append(look.look.outcome)
        }
        return seen.mapValues { sources in
            sources.compactMapValues { outcomes in
                let sorted = outcomes.sorted { $0.atLeast < $1.atLeast }
                return sorted.isEmpty ? nil : sorted[(sorted.count - 1) / 2]
            }
        }
    }

    private func movement(_ alert: RankChangeWatch.Alert, at step: Int) -> RankMovement {
        switch alert {
        case .sourceChanged(let change):
            return RankMovement(
                kind: .source,
                time: calendar.starts[step],
                since: calendar.starts[step],
                source: change.source,
                worse: change.worse,
                better: change.better,
                series: change.series
            )
        case .seriesChanged(let change):
            return RankMovement(
                kind: .product,
                time: calendar.starts[step],
                since: calendar.starts[max(0, step - change.stepsAgo)],
                source: change.source,
                keyword: change.series.keyword,
                product: change.series.product,
                name: name(of: change.series.product),
                isOwn: isOwn(change.series.product),
                before: change.before,
                after: change.after,
                falseDiscoveryRate: change.falseDiscoveryRate
            )
        }
    }
}
