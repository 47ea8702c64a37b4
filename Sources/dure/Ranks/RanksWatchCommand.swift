// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import Domain
import Experiments
import Foundation
import Statistics

/// `dure ranks watch`: which ranks have moved and stayed, told once.
struct RanksWatchCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "watch",
        abstract: "Tell lasting changes of ranks from noise, and a source that changed from products that did.",
        discussion: """
            Watches all keywords together: of the changes told in a step at most the share --fdr is expected to be none. When the ranks \
            of a source move together, the source has changed: one alert, and none for its products. Alerts are stored once, however \
            often this runs; from a file nothing is stored. Exit codes: 0 done, also with changes; with --exit-code 10 when there are \
            alerts that were not told before; 64 wrong options, 65 the ranks are wrong, 66 there are none, 75 another process holds the \
            data folder.
            """
    )

    @OptionGroup var input: RankInput

    @Option(name: .customLong("fdr"), help: "The share of false ones among the changes of a step that is accepted.")
    var rate = 0.1

    @Option(help: "How far back from the newest look changes are told, such as 30d or 8w; all for everything.")
    var since = "30d"

    @Flag(help: "End with exit code 10 when there is an alert that was not told before.")
    var exitCode = false

    @Option(help: "text or json.")
    var format = RankFormat.text

    /// What was found.
    struct Answer: Encodable {
        /// A change, and whether it was told before.
        struct Entry: Encodable {
            let id: AlertID
            let isNew: Bool
            let movement: RankMovement
        }

        let steps: Int
        let step: TimeSpan
        let series: Int
        let newest: String
        let falseDiscoveryRate: Double
        let isStored: Bool
        let alerts: [Entry]
    }

    func validate() throws {
        guard rate > 0, rate < 1 else {
            throw ValidationError("--fdr: got '\(rate)'; give a share between 0 and 1, such as 0.1")
        }
        guard since == "all" || TimeSpan(since) != nil else {
            throw ValidationError("--since: got '\(since)'; give a length of time such as 30d, or all")
        }
    }

    func run() async throws {
        let market = try await input.market()
        let wanted = input.positions(in: market).map { Set($0.map { market.panel.series[$0].key }) }
        let start = TimeSpan(since).map { market.newest - $0 }
        let movements = try market.movements(falseDiscoveryRate: rate).filter { movement in
            guard start.map({ movement.time >= $0 }) ?? true else { return false }
            guard let wanted, let product = movement.product, let keyword = movement.keyword else { return true }
            return wanted.contains(.init(product: product, keyword: keyword))
        }
        let alerts = movements.map { $0.alert(in: .default, depth: market.depth) }
        let known = try await store(alerts)
        let answer = Answer(
            steps: market.calendar.starts.count,
            step: market.calendar.unit,
            series: market.panel.series.count,
            newest: FeedCheck.instant(market.newest),
            falseDiscoveryRate: rate,
            isStored: input.file == nil,
            alerts: zip(movements, alerts).map {
                Answer.Entry(id: $1.id, isNew: !known.contains($1.id), movement: $0)
            }
        )
        try Console.line(
            format == .json
                ? try CanonicalJSON.text(answer)
                : Self.text(answer, depth: market.depth, timeZone: input.table.timeZone)
        )
        if exitCode, answer.alerts.contains(where: \.isNew) { throw ExitCode.somethingNew }
    }

    /// Stores alerts that are not there yet; returns those that were.
    private func store(_ alerts: [Alert]) async throws -> Set<AlertID> {
        guard input.file == nil else { return [] }
        let known = try await input.place.reading { store in
            Set(try await store.alertsWithoutCampaign(in: .default).map(\.id))
        }
        var change = KnowledgeChange()
        change.alerts = alerts.filter { !known.contains($0.id) }
        if !change.isEmpty {
            let change = change
            try await input.place.writing { try await $0.commit(change, durability: .power) }
        }
        return known
    }

    static func text(_ answer: Answer, depth: Int, timeZone: String) -> String {
        let count = answer.alerts.count { $0.isNew }
        let told = answer.alerts.count - count
        var lines = [
            "\(count) new change\(count == 1 ? "" : "s")" + (told > 0 ? ", \(told) told before" : "")
                + " (\(answer.series) series, \(answer.steps) steps of \(answer.step), newest \(answer.newest))"
        ]
        if answer.alerts.isEmpty, answer.steps < RankMarket.leastStepsOfChanges {
            lines.append(
                "  changes can be told from \(RankMarket.leastStepsOfChanges) steps on; there are \(answer.steps)"
            )
        }
        for entry in answer.alerts {
            let movement = entry.movement
            let rate = movement.falseDiscoveryRate.map { String(format: "  [q %.2g]", $0) } ?? ""
            lines.append(
                "\(entry.isNew ? "*" : " ") \(TextTable.time(movement.time, in: timeZone))  "
                    + movement.sentence(depth: depth).printable + rate
            )
        }
        return lines.joined(separator: "\n")
    }
}
