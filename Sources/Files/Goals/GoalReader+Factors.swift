// SPDX-License-Identifier: Apache-2.0

import Domain
import Yams

/// Factors, guardrails and units: what is changed, within which bounds, and on what.
extension GoalReader {
    private static let factorLimit = 100
    private static let levelLimit = 1_000
    private static let unitLimit = 1_000_000

    /// The factors, from a list of `{name, levels, control}` or a map from names to lists of levels.
    mutating func factors(_ root: Fields) -> [Factor]? {
        guard let entry = root["factors"] else {
            demand("factors", in: root, "give at least one factor, such as 'coupon: [none, 5%]'")
            return nil
        }
        let before = errors.count
        var found: [Factor] = []
        var members: [Entry] = []
        var lines: [String: Int] = [:]
        let candidates: [(Factor?, Entry)]
        if case .mapping = entry.node {
            let order = keyOrder(entry)
            let ordered = openMap(entry)?.members.sorted { left, right in
                let places = (order[left.value.path] ?? .max, order[right.value.path] ?? .max)
                return places.0 == places.1 ? left.key < right.key : places.0 < places.1
            }
            candidates = (ordered ?? []).map { (shortFactor($0.value, $0.key), $0.value) }
        } else {
            let remedy = "give a list of {name, levels, control}, or a map from names to lists of levels"
            candidates = (items(entry, remedy) ?? []).map { (factor($0), $0) }
        }
        for (factor, member) in candidates {
            guard let factor else {
                continue
            }
            if let line = lines[factor.name] {
                report(
                    line: member.line,
                    "\(member.path).name",
                    value: factor.name,
                    "the name '\(Self.shortened(factor.name))' is already used in line \(line)",
                    "give every factor a name of its own"
                )
            }
            lines[factor.name] = member.line
            found.append(factor)
            members.append(member)
        }
        if candidates.isEmpty, errors.count == before {
            refuse(entry, "give at least one factor, such as 'coupon: [none, 5%]'")
        }
        if candidates.count > Self.factorLimit {
            refuse(entry, "give \(Self.factorLimit) factors or fewer")
        }
        if errors.count == before {
            conditions(of: &found, members)
        }
        return errors.count == before ? found : nil
    }

    /// The place of every key of a map, so that factors keep the order of the file even on one line.
    private func keyOrder(_ entry: Entry) -> [String: Int] {
        guard case .mapping(let mapping) = entry.node else {
            return [:]
        }
        var order: [String: Int] = [:]
        for (index, pair) in mapping.enumerated() {
            if let name = pair.key.scalar?.string {
                order["\(entry.path).\(name)"] = index
            }
        }
        return order
    }

    private mutating func shortFactor(_ entry: Entry, _ name: String) -> Factor? {
        if case .mapping = entry.node {
            guard let fields = fields(entry, known: ["levels", "control", "ordinal", "only_when"]) else {
                return nil
            }
            return factor(named: name, fields, entry)
        }
        return levels(entry).map { Factor(name: name, levels: $0) }
    }

    private mutating func factor(_ entry: Entry) -> Factor? {
        guard let fields = fields(entry, known: ["name", "levels", "control", "ordinal", "only_when"]) else {
            return nil
        }
        guard let named = fields["name"] else {
            demand("name", in: fields, "give the factor a name")
            return nil
        }
        return text(named, "give the factor a name").flatMap { factor(named: $0, fields, entry) }
    }

    private mutating func factor(named name: String, _ fields: Fields, _ entry: Entry) -> Factor? {
        guard let listed = fields["levels"] else {
            demand("levels", in: fields, "give a list of two values or more")
            return nil
        }
        guard let levels = levels(listed) else {
            return nil
        }
        let isOrdinal = flag(fields["ordinal"]) ?? false
        guard let chosen = fields["control"] else {
            return Factor(name: name, levels: levels, isOrdinal: isOrdinal)
        }
        let wanted = Self.scalar(chosen.node)
        guard let wanted, let index = levels.firstIndex(where: { Self.isSame($0, wanted) }) else {
            refuse(chosen, "give one of the levels: \(levels.map(\.description).joined(separator: ", "))")
            return nil
        }
        return Factor(name: name, levels: levels, control: index, isOrdinal: isOrdinal)
    }

    private mutating func levels(_ entry: Entry) -> [LevelValue]? {
        let remedy = "give a list of two values or more, such as [a, b]"
        guard let items = items(entry, remedy) else {
            return nil
        }
        guard items.count >= 2 else {
            refuse(entry, remedy)
            return nil
        }
        guard items.count <= Self.levelLimit else {
            refuse(entry, "give \(Self.levelLimit) levels or fewer")
            return nil
        }
        var found: [LevelValue] = []
        let before = errors.count
        for item in items {
            guard let level = Self.scalar(item.node), !Self.isNull(item.node), !level.description.isEmpty else {
                refuse(item, "give text, a number or true/false")
                continue
            }
            if found.contains(where: { Self.isSame($0, level) }) {
                refuse(item, "give every level once")
            }
            found.append(level)
        }
        return errors.count == before ? found : nil
    }

    /// Whether two levels cannot be told apart where they are written as text or compared as numbers.
    static func isSame(_ left: LevelValue, _ right: LevelValue) -> Bool {
        if left.description == right.description {
            return true
        }
        guard let first = left.json.double, let second = right.json.double else {
            return false
        }
        return first == second
    }

    // MARK: Guardrails

    mutating func guardrails(_ root: Fields) -> [Guardrail] {
        guard let entry = root["guardrails"] else {
            return []
        }
        return (items(entry, "give a list such as [{metric: margin, min: 0.1}]") ?? []).compactMap { guardrail($0) }
    }

    private mutating func guardrail(_ entry: Entry) -> Guardrail? {
        guard let fields = fields(entry, known: ["metric", "min", "max", "stop"]) else {
            return nil
        }
        if fields["metric"] == nil {
            demand("metric", in: fields, "give the name of a metric that a trial reports, such as margin")
        }
        if fields["min"] == nil, fields["max"] == nil {
            report(line: fields.line, fields.path, "a guardrail without a bound", "give min, max or both")
        }
        let metric = text(fields["metric"])
        let minimum = number(fields["min"])
        let maximum = number(fields["max"])
        if let minimum, let maximum, minimum > maximum, let wrong = fields["min"] {
            refuse(wrong, "give max or less, which is \(Self.raw(fields["max"]?.node ?? wrong.node))")
        }
        let stops = flag(fields["stop"]) ?? false
        return metric.map { Guardrail(metric: $0, minimum: minimum, maximum: maximum, stopsCampaign: stops) }
    }

    // MARK: Units

    /// The units, from a list of names or a count (`24` makes `unit-01` to `unit-24`).
    mutating func units(_ root: Fields) -> [String] {
        guard let entry = root["units"] else {
            return ["default"]
        }
        guard case .sequence(let sequence) = entry.node else {
            guard let count = integer(entry, in: 1...Self.unitLimit) else {
                return []
            }
            let width = max(2, String(count).count)
            return (1...count).map { number in
                let digits = String(number)
                return "unit-" + String(repeating: "0", count: width - digits.count) + digits
            }
        }
        guard !sequence.isEmpty, sequence.count <= Self.unitLimit else {
            refuse(entry, "give from 1 to \(Self.unitLimit) units")
            return []
        }
        var seen: Set<String> = []
        var found: [String] = []
        for item in items(entry, "") ?? [] {
            guard let name = text(item, "give the name of a unit") else {
                continue
            }
            if !seen.insert(name).inserted {
                refuse(item, "give every unit once")
            }
            found.append(name)
        }
        return found
    }
}
