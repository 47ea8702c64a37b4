// SPDX-License-Identifier: Apache-2.0

import Domain
import Yams

/// What ties factors together: `only_when`, `forbidden`, and the metrics that are wanted besides the first.
extension GoalReader {
    private static let ruleLimit = 1_000
    private static let objectiveLimit = 10

    /// Reads each factor's `only_when` once all factors are known.
    mutating func conditions(of factors: inout [Factor], _ members: [Entry]) {
        for (index, member) in zip(factors.indices, members) {
            guard case .mapping = member.node, let entry = openMap(member)?.members["only_when"],
                !Self.isNull(entry.node)
            else {
                continue
            }
            guard let choices = choices(entry, factors, least: 1) else {
                continue
            }
            if choices.contains(where: { $0.factor == index }) {
                refuse(entry, "name other factors than '\(factors[index].name)' itself")
                continue
            }
            factors[index].onlyWhen = choices
        }
        refuseCircles(factors, members)
    }

    /// Refuses factors that depend on each other in a circle.
    private mutating func refuseCircles(_ factors: [Factor], _ members: [Entry]) {
        for start in factors.indices {
            var reached = Set(factors[start].onlyWhen.map(\.factor))
            var isGrowing = true
            while isGrowing {
                let next = reached.union(reached.flatMap { factors[$0].onlyWhen.map(\.factor) })
                isGrowing = next.count > reached.count
                reached = next
            }
            if reached.contains(start) {
                report(
                    line: members[start].line,
                    "\(members[start].path).only_when",
                    value: factors[start].name,
                    "'\(factors[start].name)' depends on itself by way of other factors",
                    "let factors depend on each other in one direction"
                )
                return
            }
        }
    }

    /// What must not be combined: a list of maps from factors to a level or a list of levels.
    ///
    /// Without factors there was an error already, and nothing is said of rules.
    mutating func forbidden(_ root: Fields, _ factors: [Factor]) -> [ForbiddenCombination] {
        guard !factors.isEmpty, let entry = root["forbidden"] else {
            return []
        }
        let remedy = "give a list such as [{coupon: 10%, price: 19900}]"
        guard let items = items(entry, remedy) else {
            return []
        }
        guard items.count <= Self.ruleLimit else {
            refuse(entry, "give \(Self.ruleLimit) rules or fewer")
            return []
        }
        let control = factors.map(\.control)
        var rules: [ForbiddenCombination] = []
        for item in items {
            guard let choices = choices(item, factors, least: 1) else {
                continue
            }
            let rule = ForbiddenCombination(choices)
            if rule.holds(in: control) {
                report(
                    line: item.line,
                    item.path,
                    "the present setting breaks this rule",
                    "change the rule, or the factors' control"
                )
            }
            rules.append(rule)
        }
        return rules
    }

    /// A map from factors to a level or a list of levels; nil after an error.
    private mutating func choices(_ entry: Entry, _ factors: [Factor], least: Int) -> [LevelChoice]? {
        let before = errors.count
        guard let members = openMap(entry)?.members else {
            return nil
        }
        guard members.count >= least else {
            refuse(entry, "give a map from factors to levels, such as {coupon: [5%, 10%]}")
            return nil
        }
        var choices: [LevelChoice] = []
        for (name, member) in members.sorted(by: { ($0.value.line, $0.key) < ($1.value.line, $1.key) }) {
            guard let index = factors.firstIndex(where: { $0.name == name }) else {
                let nearest = NearestName.of(name, among: factors.map(\.name))
                let remedy =
                    nearest.map { "did you mean '\($0)'?" }
                    ?? "the factors are \(factors.map(\.name).joined(separator: ", "))"
                report(
                    line: member.line,
                    member.path,
                    value: name,
                    "there is no factor '\(Self.shortened(name))'",
                    remedy
                )
                continue
            }
            choices.append(LevelChoice(factor: index, levels: levelIndices(member, of: factors[index])))
        }
        return errors.count == before ? choices.sorted { $0.factor < $1.factor } : nil
    }

    private mutating func levelIndices(_ entry: Entry, of factor: Factor) -> [Int] {
        let remedy = "give one of the levels: \(factor.levels.map(\.description).joined(separator: ", "))"
        let isList = if case .sequence = entry.node { true } else { false }
        let wanted = isList ? items(entry, remedy) ?? [] : [entry]
        if wanted.isEmpty {
            refuse(entry, remedy)
        }
        var indices: [Int] = []
        for item in wanted {
            guard let value = Self.scalar(item.node),
                let index = factor.levels.firstIndex(where: { Self.isSame($0, value) })
            else {
                refuse(item, remedy)
                continue
            }
            indices.append(index)
        }
        if Set(indices).count == factor.levels.count {
            refuse(entry, "leave out at least one level of '\(factor.name)': this names all of them")
        }
        return indices
    }

    /// Metrics that are wanted besides `metric`: a list of `{metric, direction, weight}`.
    mutating func furtherObjectives(_ root: Fields, main: String?) -> [FurtherObjective] {
        guard let entry = root["objectives"] else {
            return []
        }
        guard let items = items(entry, "give a list such as [{metric: margin, direction: higher, weight: 0.5}]") else {
            return []
        }
        if items.count > Self.objectiveLimit {
            refuse(entry, "give \(Self.objectiveLimit) further metrics or fewer")
        }
        var found: [FurtherObjective] = []
        for item in items {
            guard let fields = fields(item, known: ["metric", "direction", "weight"]) else {
                continue
            }
            if fields["metric"] == nil {
                demand("metric", in: fields, "give the name of a metric that a trial reports, such as margin")
            }
            guard let metric = text(fields["metric"]) else {
                continue
            }
            if metric == main || found.contains(where: { $0.metric == metric }), let wrong = fields["metric"] {
                refuse(wrong, "name every metric once")
            }
            let direction: Direction? = choice(fields["direction"])
            let weight = number(fields["weight"], "give a weight of 0 or more") { $0 >= 0 }
            found.append(FurtherObjective(metric: metric, direction: direction ?? .higher, weight: weight ?? 1))
        }
        return found
    }
}
