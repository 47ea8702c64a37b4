// SPDX-License-Identifier: Apache-2.0

import Domain
import Foundation
import Yams

/// The keys of a goal file's top level and the rules that tie its parts together.
extension GoalReader {
    private static let keys = [
        "version", "name", "product", "marketplace", "keywords", "metric", "target", "smallest_effect", "deadline",
        "baseline", "factors", "forbidden", "objectives", "guardrails", "trial", "units", "effort", "budget",
        "approval", "score", "ending",
        "time_zone", "seed", "simulation",
    ]

    mutating func goal(_ root: Entry) -> Goal? {
        guard let fields = fields(root, known: Self.keys) else {
            return nil
        }
        if let version = fields["version"], Self.raw(version.node) != "1" {
            refuse(version, "give 1, the only version there is")
        }
        let name = text(fields["name"], "give a short name")
        if fields["name"] == nil {
            demand("name", in: fields, "give a short name")
        }
        let marketplace: Marketplace? = choice(fields["marketplace"]) ?? Marketplace.none
        let objective = objective(fields, marketplace: marketplace ?? .none)
        let factors = factors(fields)
        let trial = trial(
            fields,
            marketplace: marketplace ?? .none,
            isRank: objective?.isRank == true,
            factors: factors ?? []
        )
        let isCommand = trial?.kind == .command
        let isNaver = marketplace == .naver && isCommand
        let effort = effort(fields, isCommand: isCommand, observers: isNaver ? 1 : 4)
        let budget = budget(fields, cost: trial?.cost)
        let deadline = span(fields["deadline"], above: true) ?? .days(isCommand ? 1 : 30)
        let baseline = span(fields["baseline"]) ?? .zero
        checkTimes(fields, deadline: deadline, baseline: baseline, trial: trial)
        let goal = Goal(
            name: name ?? "",
            product: product(fields, marketplace: marketplace ?? .none),
            marketplace: marketplace ?? .none,
            keywords: keywords(fields, objective: objective, marketplace: marketplace ?? .none),
            objective: objective ?? Objective(metric: "", direction: .higher),
            deadline: deadline,
            baseline: baseline,
            factors: factors ?? [],
            forbidden: forbidden(fields, factors ?? []),
            furtherObjectives: furtherObjectives(fields, main: objective?.metric),
            guardrails: guardrails(fields),
            trial: trial ?? TrialTemplate(kind: .simulated),
            units: units(fields),
            effort: effort,
            budget: budget,
            approval: choice(fields["approval"]) ?? .none,
            score: score(fields),
            ending: ending(fields, cost: trial?.cost),
            timeZone: timeZone(fields["time_zone"]),
            seed: seed(fields["seed"]),
            simulation: simulation(fields)
        )
        checkDepth(goal, fields)
        if isNaver, goal.objective.isRank, goal.trial.measure == nil, !goal.observesRanks, let entry = fields["units"] {
            refuse(
                entry,
                "give keywords as units, or one unit for all keywords, or a program that measures as trial.measure"
            )
        }
        return errors.isEmpty ? goal : nil
    }

    private mutating func checkTimes(_ fields: Fields, deadline: TimeSpan, baseline: TimeSpan, trial: TrialTemplate?) {
        if let entry = fields["baseline"], baseline >= deadline {
            refuse(entry, "give less than the deadline of \(deadline)")
        }
        if let trial, trial.window > deadline, let entry = fields["deadline"] ?? fields["trial"] {
            report(
                line: entry.line,
                entry.path,
                value: "\(deadline)",
                "the deadline of \(deadline) is shorter than one trial of \(trial.window)",
                "give a longer deadline or a shorter trial.window"
            )
        }
    }

    /// Refuses targets and simulated starts that lie beyond the places that count.
    private mutating func checkDepth(_ goal: Goal, _ fields: Fields) {
        guard goal.objective.isRank, let start = goal.simulation?.startRank, let entry = fields["simulation"],
            start > Double(goal.objective.depth)
        else { return }
        report(
            line: entry.line,
            "simulation.start_rank",
            value: "\(start)",
            "got '\(start)'",
            "give a rank from 1 to metric.depth, which is \(goal.objective.depth)"
        )
    }

    // MARK: What is sold, where and by which words

    private mutating func product(_ root: Fields, marketplace: Marketplace) -> Product {
        let entry = root["product"]
        let fields = entry.flatMap { self.fields($0, known: ["id", "url", "title", "price", "competitors"]) }
        let isListed = marketplace == .naver || marketplace == .coupang
        let isReadable = entry == nil || fields != nil
        if isListed, isReadable, fields?["id"] == nil, fields?["url"] == nil {
            let scope = fields ?? root
            let key = fields == nil ? "product" : "id"
            demand(key, in: scope, "give product.id or product.url, so that its rank can be found on \(marketplace)")
        }
        guard let fields else {
            return Product()
        }
        return Product(
            identifier: text(fields["id"]),
            url: text(fields["url"]),
            title: text(fields["title"]),
            price: money(fields["price"]),
            competitors: competitors(fields["competitors"], marketplace)
        )
    }

    /// The products whose ranks are looked at beside the own one.
    private mutating func competitors(_ entry: Entry?, _ marketplace: Marketplace) -> [String] {
        guard let entry else { return [] }
        guard marketplace == .naver else {
            refuse(entry, "leave it out: competitors are looked at on the marketplace naver only")
            return []
        }
        var found: [String] = []
        for item in items(entry, "give a list of products' numbers or addresses") ?? [] {
            guard let product = text(item, "give a product's number or address") else { continue }
            if found.contains(product) {
                refuse(item, "give each product once")
            } else {
                found.append(product)
            }
        }
        if found.count > 20 { refuse(entry, "give 20 at most: each may cost a call for every 100 places") }
        return found
    }

    private mutating func keywords(_ root: Fields, objective: Objective?, marketplace: Marketplace) -> [String] {
        let remedy = "give a list of search words, such as [로봇청소기]"
        guard let entry = root["keywords"] else {
            if objective?.isRank == true || marketplace != .none {
                demand("keywords", in: root, remedy)
            }
            return []
        }
        var found: [String] = []
        for item in items(entry, remedy) ?? [] {
            guard let word = text(item, "give a search word") else {
                continue
            }
            if found.contains(word) {
                refuse(item, "give each search word once")
            }
            found.append(word)
        }
        if let list = entry.node.sequence, list.isEmpty {
            refuse(entry, remedy)
        }
        return found
    }

    // MARK: Metric and target

    private mutating func objective(_ root: Fields, marketplace: Marketplace) -> Objective? {
        guard let entry = root["metric"] else {
            demand("metric", in: root, "give rank, or {name: …, direction: higher or lower}")
            return nil
        }
        let isMap = entry.node.mapping != nil
        let fields = isMap ? self.fields(entry, known: ["name", "direction", "target", "depth"]) : nil
        if let fields, fields["name"] == nil {
            demand("name", in: fields, "give the metric's name, such as rank")
        }
        guard let name = text(isMap ? fields?["name"] : entry, "give rank, or the name of a metric") else {
            return nil
        }
        let isRank = name == Objective.rank
        let direction: Direction = choice(fields?["direction"]) ?? (isRank ? .lower : .higher)
        if isRank, direction == .higher, let wrong = fields?["direction"] {
            refuse(wrong, "give lower: the first place is rank 1")
        }
        if fields?["target"] != nil, let second = root["target"] {
            report(
                line: second.line,
                second.path,
                value: Self.raw(second.node),
                "metric.target is given too",
                "keep one"
            )
        }
        let depth = integer(fields?["depth"], in: 1...1_000_000) ?? 1_000
        if !isRank, let wrong = fields?["depth"] {
            refuse(wrong, "leave depth out: it is for the metric rank only")
        }
        let target = target(root["target"] ?? fields?["target"], isRank: isRank, depth: depth)
        if marketplace != .none, root["target"] == nil, fields?["target"] == nil {
            demand("target", in: root, isRank ? "give the rank to reach, such as 20" : "give the value to reach")
        }
        let limit = isRank ? Double(depth) : .infinity
        let smallest = number(
            root["smallest_effect"],
            isRank
                ? "give the places that matter, above 0 and at most metric.depth, which is \(depth)"
                : "give the smallest difference of the metric that matters, above 0"
        ) { $0 > 0 && $0 <= limit }
        return Objective(
            metric: name,
            direction: direction,
            target: target,
            depth: depth,
            smallestEffect: smallest
        )
    }

    private mutating func target(_ entry: Entry?, isRank: Bool, depth: Int) -> Double? {
        guard isRank else {
            return number(entry)
        }
        return number(entry, "give a rank from 1 to metric.depth, which is \(depth)") {
            (1...Double(depth)).contains($0)
        }
    }

    // MARK: Small parts

    private mutating func timeZone(_ entry: Entry?) -> String {
        guard let entry, let name = text(entry) else {
            return "Asia/Seoul"
        }
        if TimeZone(identifier: name) == nil {
            let nearest = NearestName.of(name, among: TimeZone.knownTimeZoneIdentifiers.map { $0.lowercased() })
            let proper = TimeZone.knownTimeZoneIdentifiers.first { $0.lowercased() == nearest }
            let hint = proper.map { "did you mean '\($0)'? " } ?? ""
            refuse(entry, "\(hint)give an IANA time zone such as Asia/Seoul")
        }
        return name
    }

    private mutating func seed(_ entry: Entry?) -> UInt64 {
        guard let entry else {
            return 1
        }
        guard let seed = UInt64(Self.raw(entry.node)) else {
            refuse(entry, "give a whole number from 0 to \(UInt64.max)")
            return 1
        }
        return seed
    }

    /// An amount such as `500000 KRW`, `12.50 USD` or `{amount: 500000, currency: KRW}`; never negative.
    mutating func money(_ entry: Entry?) -> Money? {
        guard let entry else {
            return nil
        }
        let parts: [String]
        if entry.node.mapping != nil {
            guard let fields = fields(entry, known: ["amount", "currency"]) else {
                return nil
            }
            parts = [fields["amount"], fields["currency"]].map { $0.map { Self.raw($0.node) } ?? "" }
        } else {
            parts = Self.raw(entry.node).split(separator: " ").map(String.init)
        }
        guard parts.count == 2, let currency = Currency(rawValue: parts[1]),
            let minorUnits = Self.minorUnits(parts[0], currency)
        else {
            refuse(entry, "give an amount with its currency (KRW, USD, EUR or JPY), such as 500000 KRW or 12.50 USD")
            return nil
        }
        return Money(minorUnits: minorUnits, currency: currency)
    }

    /// The minor units of a decimal number, exactly; nil for signs, too many decimals and numbers too large.
    private static func minorUnits(_ text: String, _ currency: Currency) -> Int64? {
        let parts = text.split(separator: ".", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
        let groups = parts[0].split(separator: ",", omittingEmptySubsequences: false)
        let isGrouped = groups.dropFirst().allSatisfy { $0.count == 3 } && (groups.first?.count ?? 0) <= 3
        let decimals = parts.count == 2 ? parts[1] : ""
        guard groups.count == 1 || isGrouped, parts.count == 1 || !decimals.isEmpty,
            decimals.count <= currency.fractionDigits
        else { return nil }
        let digits =
            groups.joined() + decimals + String(repeating: "0", count: currency.fractionDigits - decimals.count)
        guard !groups.joined().isEmpty, digits.allSatisfy({ $0.isASCII && $0.isNumber }) else {
            return nil
        }
        return Int64(digits)
    }
}
