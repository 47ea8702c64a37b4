// SPDX-License-Identifier: Apache-2.0
import Foundation
import TrendAnalysis

/// T1 and T2: trends of months and alerts of days against events that are known.
struct TermTrends {
    /// Terms of nothing but times: the protocol's own list, wider than what the analysis leaves out by.
    private static let boilerplate: Set<String> = Set(
        """
        january february march april may june july august september october november december jan feb mar apr jun jul aug \
        sep sept oct nov dec monday tuesday wednesday thursday friday saturday sunday mon tue wed thu fri sat sun week day \
        year today live update updates spring summer autumn fall winter
        """.split(separator: " ").map(String.init)
    )

    private(set) var monthlyRanks: [String: Int] = [:]
    private(set) var latencies: [String: Int32] = [:]
    private var boilerplateTerms = 0
    private var lasting = 0
    private var judged = 0
    private var alerts = 0
    private var days = 0
    private let events: [Event]
    private let isVerbose: Bool

    init(events: [Event], isVerbose: Bool) {
        self.events = events
        self.isVerbose = isVerbose
    }

    mutating func run(_ set: String, _ corpus: TitleCorpus, months: [(name: String, first: Int32, last: Int32)]) {
        let events = events.filter { $0.dataset == set }
        for (index, month) in months.enumerated() where index > 0 {
            guard corpus.titles(from: month.first, through: month.last).count >= 100 else { continue }
            let base = month.first - months[0].first
            let scan = BurstScan(
                corpus,
                window: BurstWindow(first: month.first, last: month.last, baseDays: base),
                leastCount: 5
            )
            let names = TrendRanking.subjects(scan, in: corpus).map { corpus.text(of: $0.label.term) }
            boilerplateTerms += names.prefix(20).count { Self.isBoilerplate($0) }
            if isVerbose { print(set, month.name, names.prefix(12).joined(separator: ", ")) }
            for event in events where event.month == month.name {
                monthlyRanks[event.id] = names.firstIndex { event.isNamed(by: $0) }.map { $0 + 1 }
            }
        }
        guard let first = corpus.days.first, let last = corpus.days.last else { return }
        for day in first + 21..<max(first + 22, last + 1) { alert(day, first, last, corpus, events) }
    }

    private mutating func alert(_ day: Int32, _ first: Int32, _ last: Int32, _ corpus: TitleCorpus, _ events: [Event]) {
        let window = BurstWindow.daily(day)
        let base = corpus.titles(from: window.first - window.baseDays, through: window.first - 1)
        guard corpus.titles(from: window.first, through: day).count >= 20, base.count >= 200 else { return }
        days += 1
        let entries = TrendRanking.alerts(BurstScan(corpus, window: window), in: corpus)
        alerts += entries.count
        let later = corpus.titles(from: day + 1, through: day + 3)
        if day + 3 <= last, later.count > 20 {
            let past = corpus.counts(of: entries.map(\.label.term), in: base)
            let next = corpus.counts(of: entries.map(\.label.term), in: later)
            for (before, after) in zip(past, next) {
                judged += 1
                let rate = Double(after) / Double(later.count)
                if after >= 2, rate >= 3 * (Double(before) + 0.5) / Double(base.count) { lasting += 1 }
            }
        }
        let names = entries.map { corpus.text(of: $0.label.term) }
        for event in events where latencies[event.id] == nil {
            guard let start = event.firstBurstDay.flatMap(Day.number), (0...30).contains(day - start) else { continue }
            if names.contains(where: event.isNamed) { latencies[event.id] = day - start }
        }
    }

    private static func isBoilerplate(_ term: String) -> Bool {
        term.split(separator: " ").allSatisfy { boilerplate.contains(String($0)) || $0.allSatisfy(\.isNumber) }
    }

    func figures() -> [Figure] {
        let count = Double(events.count)
        func recall(_ k: Int) -> Double { Double(events.count { (monthlyRanks[$0.id] ?? .max) <= k }) / count }
        func within(_ k: Int32) -> Double { Double(events.count { (latencies[$0.id] ?? .max) <= k }) / count }
        let reciprocal = events.map { monthlyRanks[$0.id].map { 1 / Double($0) } ?? 0 }.reduce(0, +) / count
        if isVerbose {
            print("ranks", events.map { "\($0.id) \(monthlyRanks[$0.id] ?? 0)" }.joined(separator: ", "))
            print("latencies", events.map { "\($0.id) \(latencies[$0.id] ?? -1)" }.joined(separator: ", "))
        }
        return [
            Figure(test: "T1", name: "recall at 10", value: recall(10), target: "0.90", floor: "0.84"),
            Figure(test: "T1", name: "recall at 20", value: recall(20), target: "", floor: ""),
            Figure(test: "T1", name: "mean reciprocal rank", value: reciprocal, target: "0.75", floor: "0.53"),
            Figure(
                test: "T1",
                name: "boilerplate in top 20s",
                value: Double(boilerplateTerms),
                target: "0",
                floor: "0"
            ),
            Figure(test: "T2", name: "same day", value: within(0), target: "0.50", floor: "0.43"),
            Figure(test: "T2", name: "within a day", value: within(1), target: "0.83", floor: "0.76"),
            Figure(test: "T2", name: "within 3 days", value: within(3), target: "", floor: ""),
            Figure(
                test: "T2",
                name: "persistence",
                value: Double(lasting) / Double(max(1, judged)),
                target: "0.35",
                floor: "0.20"
            ),
            Figure(
                test: "T2",
                name: "alerts a day",
                value: Double(alerts) / Double(max(1, days)),
                target: "",
                floor: "20"
            ),
        ]
    }
}
