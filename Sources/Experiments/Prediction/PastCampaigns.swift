// SPDX-License-Identifier: Apache-2.0
package import Domain
import Statistics

/// What earlier campaigns measured of one metric, coded for the hierarchical model.
package struct PastCampaigns: Sendable {
    /// One campaign with its trials.
    package struct Entry: Sendable {
        package var campaign: Campaign
        package var trials: [Trial]

        /// Makes an entry.
        package init(campaign: Campaign, trials: [Trial]) {
            self.campaign = campaign
            self.trials = trials
        }
    }

    /// The campaigns that count, oldest first.
    package let campaigns: [Campaign]
    /// The products that they are about, by the order of their first campaign.
    package let products: [String]
    /// How many completed trials have the metric.
    package let results: Int
    /// The scale of the model.
    package let scale: MetricScale
    /// The least and the greatest measured value.
    package let range: ClosedRange<Double>?
    /// Every combination of a campaign that has a completed trial, as texts of levels by factor name.
    let combinations: [[String: String]]
    let table: HierarchicalTable
    private let columns: [FactorLevel: Int]

    struct FactorLevel: Hashable {
        var factor: String
        var level: String
    }

    /// Codes those entries that measured the goal's metric in the goal's direction with 2 trials or more.
    package init(_ entries: [Entry], for goal: Goal) {
        let metric = goal.objective.metric
        var used: [(campaign: Campaign, rows: [(levels: [Int], value: Double)])] = []
        for entry in entries
        where entry.campaign.goal.objective.metric == metric
            && entry.campaign.goal.objective.direction == goal.objective.direction
        {
            let factors = entry.campaign.goal.factors
            let rows = entry.trials.compactMap { trial -> (levels: [Int], value: Double)? in
                guard trial.status == .completed, let value = trial.metrics[metric], value.isFinite,
                    trial.combination.levels.count == factors.count,
                    zip(factors, trial.combination.levels).allSatisfy({ $0.levels.indices.contains($1) })
                else { return nil }
                return (trial.combination.levels, value)
            }
            if rows.count >= 2 { used.append((entry.campaign, rows)) }
        }
        let members = used.map(\.campaign)
        campaigns = members
        let values = used.flatMap { $0.rows.map(\.value) }
        results = values.count
        var objective = goal.objective
        objective.depth = max(objective.depth, members.map(\.goal.objective.depth).max() ?? 1)
        scale = MetricScale.choose(for: objective, values: values)
        if let least = values.min(), let greatest = values.max() {
            range = least...greatest
        } else {
            range = nil
        }
        let scale = scale
        var products: [String] = []
        var columns: [FactorLevel: Int] = [:]
        var groups: [HierarchicalTable.Group] = []
        var combinations: Set<[String: String]> = []
        for item in used {
            let product = Self.product(of: item.campaign.goal)
            let cluster = products.firstIndex(of: product) ?? products.count
            if cluster == products.count { products.append(product) }
            let factors = item.campaign.goal.factors
            let rows = item.rows.map { row in
                var settings: [String: String] = [:]
                let own = zip(factors, row.levels).map { factor, level in
                    let key = FactorLevel(factor: factor.name, level: factor.levels[level].description)
                    settings[key.factor] = key.level
                    let column = columns[key] ?? columns.count
                    columns[key] = column
                    return column
                }
                combinations.insert(settings)
                return HierarchicalTable.Row(columns: own, response: scale.forward(row.value))
            }
            groups.append(.init(cluster: cluster, rows: rows))
        }
        self.products = products
        self.columns = columns
        self.combinations = combinations.sorted { Self.text($0) < Self.text($1) }
        table = HierarchicalTable(columnCount: columns.count, groups: groups)
    }

    private static func text(_ settings: [String: String]) -> String {
        settings.keys.sorted().map { "\($0)=\(settings[$0] ?? "")" }.joined(separator: "\u{1}")
    }

    /// What tells products apart: the marketplace's number, else the address, else the title, else the goal's name.
    package static func product(of goal: Goal) -> String {
        goal.product.identifier ?? goal.product.url ?? goal.product.title ?? goal.name
    }

    /// The columns of a goal's combination, and the levels that no campaign has tried.
    func columns(of combination: Combination, goal: Goal) -> (known: [Int], unseen: [FactorLevel]) {
        var known: [Int] = []
        var unseen: [FactorLevel] = []
        for (factor, level) in zip(goal.factors, combination.levels) where factor.levels.indices.contains(level) {
            let key = FactorLevel(factor: factor.name, level: factor.levels[level].description)
            if let column = columns[key] { known.append(column) } else { unseen.append(key) }
        }
        return (known, unseen)
    }

    func column(factor: Factor, level: Int) -> Int? {
        columns[FactorLevel(factor: factor.name, level: factor.levels[level].description)]
    }

    /// The goal's combinations that were tried, completed by the control where a campaign had not all of its factors.
    func tried(in goal: Goal) -> [Combination] {
        var found: Set<Combination> = []
        for settings in combinations {
            var levels: [Int] = []
            var shared = 0
            for factor in goal.factors {
                guard let text = settings[factor.name] else {
                    levels.append(factor.control)
                    continue
                }
                guard let level = factor.levels.firstIndex(where: { $0.description == text }) else { break }
                shared += 1
                levels.append(level)
            }
            guard levels.count == goal.factors.count, shared > 0 else { continue }
            found.insert(Combination(levels))
        }
        return found.sorted()
    }
}
