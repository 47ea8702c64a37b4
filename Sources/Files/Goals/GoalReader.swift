// SPDX-License-Identifier: Apache-2.0

import Domain
import Foundation
import Yams

/// Walks the nodes of a goal file and collects every error on the way.
///
/// The extensions read one part of the file each; this one knows how single values are read and refused.
struct GoalReader {
    /// A value of the file with its dotted path and its line.
    struct Entry {
        let path: String
        let line: Int
        let node: Node
    }

    /// The members of a map, merged and free of empty values.
    struct Fields {
        let path: String
        let line: Int
        var members: [String: Entry] = [:]

        subscript(key: String) -> Entry? { members[key] }

        func path(of key: String) -> String { path.isEmpty ? key : "\(path).\(key)" }
    }

    /// The absolute folder that relative paths of commands start from.
    let directory: String
    /// The commands that a goal from outside may name; nil for a file of the machine's own, which says what it runs.
    let registered: [String: Command]?
    private(set) var errors: [GoalFileError] = []

    init(directory: String, registered: [String: Command]? = nil) {
        self.directory = directory
        self.registered = registered
    }

    // MARK: Refusals

    mutating func report(line: Int, _ field: String, value: String = "", _ problem: String, _ remedy: String) {
        errors.append(GoalFileError(line: line, field: field, value: value, problem: problem, remedy: remedy))
    }

    /// Reports that a value is not what belongs there.
    mutating func refuse(_ entry: Entry, _ remedy: String) {
        report(line: entry.line, entry.path, value: Self.raw(entry.node), "got \(Self.shown(entry.node))", remedy)
    }

    /// Reports that a field is missing.
    mutating func demand(_ key: String, in fields: Fields, _ remedy: String) {
        report(line: fields.line, fields.path(of: key), "missing", remedy)
    }

    static func raw(_ node: Node) -> String {
        node.scalar.map { shortened($0.string) } ?? ""
    }

    static func shown(_ node: Node) -> String {
        switch node {
        case .scalar(let scalar):
            isNull(node) ? "nothing" : "'\(shortened(scalar.string))'"
        case .sequence(let sequence): "a list of \(sequence.count)"
        case .mapping: "a map"
        case .alias: "an alias"
        }
    }

    static func shortened(_ text: String) -> String {
        let line = String(text.map { $0.isNewline ? " " : $0 })
        return line.count > 60 ? line.prefix(59) + "…" : line
    }

    static func isNull(_ node: Node) -> Bool {
        guard let scalar = node.scalar, scalar.style == .plain || scalar.style == .any else {
            return false
        }
        return ["", "~", "null"].contains(scalar.string)
    }

    // MARK: Maps and lists

    /// The members of a map; unknown keys are reported with the nearest known one.
    mutating func fields(_ entry: Entry, known: [String]) -> Fields? {
        guard var fields = openMap(entry) else {
            return nil
        }
        for (key, member) in fields.members.sorted(by: { ($0.value.line, $0.key) < ($1.value.line, $1.key) })
        where !known.contains(key) {
            let nearest = NearestName.of(key, among: known)
            let remedy = nearest.map { "did you mean '\($0)'?" } ?? "the keys here are \(known.joined(separator: ", "))"
            report(line: member.line, member.path, value: key, "unknown key '\(Self.shortened(key))'", remedy)
            fields.members[key] = nil
        }
        fields.members = fields.members.filter { !Self.isNull($0.value.node) }
        return fields
    }

    /// The members of a map whose keys the user chooses, merged, in the order of the file.
    mutating func openMap(_ entry: Entry) -> Fields? {
        guard case .mapping(let mapping) = entry.node else {
            refuse(entry, "give a map of 'key: value' lines")
            return nil
        }
        var fields = Fields(path: entry.path, line: entry.line)
        for (key, value) in mapping {
            guard let name = key.scalar?.string else {
                report(line: key.mark?.line ?? entry.line, entry.path, "a key is not text", "give each key as a word")
                continue
            }
            if name != "<<" {
                let line = key.mark?.line ?? entry.line
                fields.members[name] = Entry(path: fields.path(of: name), line: line, node: value)
            }
        }
        for (key, value) in mapping where key.scalar?.string == "<<" {
            merge(value, into: &fields, line: key.mark?.line ?? entry.line)
        }
        return fields
    }

    /// Adds the members of merged maps that are not there yet; the first of several maps wins.
    private mutating func merge(_ value: Node, into fields: inout Fields, line: Int) {
        for source in value.sequence.map({ Array($0) }) ?? [value] {
            guard let merged = openMap(Entry(path: fields.path, line: line, node: source)) else {
                continue
            }
            for (key, member) in merged.members where fields.members[key] == nil {
                fields.members[key] = member
            }
        }
    }

    /// The items of a list with their paths.
    mutating func items(_ entry: Entry, _ remedy: String) -> [Entry]? {
        guard case .sequence(let sequence) = entry.node else {
            refuse(entry, remedy)
            return nil
        }
        return sequence.enumerated().map { index, node in
            Entry(path: "\(entry.path)[\(index)]", line: node.mark?.line ?? entry.line, node: node)
        }
    }

    // MARK: Single values

    /// What a plain or quoted scalar means: only `true` and `false` are flags; quoted values are text.
    static func scalar(_ node: Node) -> LevelValue? {
        guard let scalar = node.scalar else {
            return nil
        }
        let text = scalar.string
        guard scalar.style == .plain || scalar.style == .any else {
            return .text(text)
        }
        switch text {
        case "true", "True", "TRUE": return .flag(true)
        case "false", "False", "FALSE": return .flag(false)
        default: break
        }
        guard looksNumeric(text) else {
            return .text(text)
        }
        if let value = Int64(text) {
            return .integer(value)
        }
        guard let value = Double(text), value.isFinite else {
            return .text(text)
        }
        return .number(value)
    }

    /// Whether text is a decimal number as people write it: no leading zeros (`007` is a name), no hexadecimal.
    private static func looksNumeric(_ text: String) -> Bool {
        let digits = text.drop { $0 == "-" || $0 == "+" }
        guard let first = digits.first, first.isASCII, first.isNumber || first == ".",
            text.count - digits.count <= 1
        else { return false }
        let second = digits.dropFirst().first
        if first == "0", let second, second.isNumber || second.isLetter && second != "e" && second != "E" {
            return false
        }
        return digits.allSatisfy { $0.isASCII && ($0.isNumber || ".eE+-".contains($0)) }
    }

    /// Text that is not empty; numbers count as the text they are written as.
    mutating func text(_ entry: Entry?, _ remedy: String = "give text") -> String? {
        guard let entry else {
            return nil
        }
        guard let text = entry.node.scalar?.string, text.contains(where: { !$0.isWhitespace }) else {
            refuse(entry, remedy)
            return nil
        }
        return text
    }

    mutating func flag(_ entry: Entry?) -> Bool? {
        guard let entry else {
            return nil
        }
        guard case .flag(let value) = Self.scalar(entry.node) else {
            refuse(entry, "give true or false")
            return nil
        }
        return value
    }

    mutating func integer(_ entry: Entry?, in range: ClosedRange<Int>) -> Int? {
        guard let entry else {
            return nil
        }
        guard case .integer(let value) = Self.scalar(entry.node), let exact = Int(exactly: value), range.contains(exact)
        else {
            let upper =
                range.upperBound == .max
                ? "\(range.lowerBound) or more" : "from \(range.lowerBound) to \(range.upperBound)"
            refuse(entry, "give a whole number, \(upper)")
            return nil
        }
        return exact
    }

    /// A finite number that passes a test; `wanted` says which in words.
    mutating func number(
        _ entry: Entry?,
        _ wanted: String = "give a number",
        where isRight: (Double) -> Bool = { _ in true }
    ) -> Double? {
        guard let entry else {
            return nil
        }
        guard let value = Self.number(entry.node), isRight(value) else {
            refuse(entry, wanted)
            return nil
        }
        return value
    }

    static func number(_ node: Node) -> Double? {
        switch scalar(node) {
        case .integer(let value): Double(value)
        case .number(let value): value
        case .text, .flag, nil: nil
        }
    }

    mutating func choice<Choice: RawRepresentable<String> & CaseIterable>(_ entry: Entry?) -> Choice? {
        guard let entry else {
            return nil
        }
        guard let value = entry.node.scalar.flatMap({ Choice(rawValue: $0.string) }) else {
            refuseChoice(entry, Choice.allCases.map(\.rawValue))
            return nil
        }
        return value
    }

    mutating func refuseChoice(_ entry: Entry, _ known: [String]) {
        let nearest = NearestName.of(Self.raw(entry.node), among: known)
        let hint = nearest.map { "did you mean '\($0)'? " } ?? ""
        refuse(entry, "\(hint)give one of \(known.joined(separator: ", "))")
    }

    /// A length of time; `minimum` is the least allowed.
    mutating func span(_ entry: Entry?, atLeast minimum: TimeSpan = .zero, above: Bool = false) -> TimeSpan? {
        guard let entry else {
            return nil
        }
        let text = Self.raw(entry.node)
        guard let span = TimeSpan(text) else {
            let example =
                TimeSpanHint.of(text).map { "write \($0)" } ?? "give a length of time such as 90s, 30m, 6h or 30d"
            refuse(entry, example)
            return nil
        }
        guard above ? span > minimum : span >= minimum else {
            refuse(entry, above ? "give more than \(minimum)" : "give \(minimum) or more")
            return nil
        }
        return span
    }
}
