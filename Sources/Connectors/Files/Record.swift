// SPDX-License-Identifier: Apache-2.0
import Domain
import Feeds
import Files
import Foundation

/// One record, whose fields are asked for by what they mean.
struct Record {
    enum Source {
        case cells(CSVReader, [String: Int])
        case members([String: JSONValue])
    }

    let line: Int
    /// What the file calls its columns.
    let names: [String: String]
    let source: Source

    /// The text of a field without white space at its ends; empty where there is none.
    func text(_ key: String) throws(BadRecord) -> String {
        switch source {
        case .cells(let reader, let places):
            guard let place = places[key], !reader.isMissing(place) else { return "" }
            do {
                return Self.trimmed(try reader.text(place))
            } catch {
                throw BadRecord(line: line, field: names[key] ?? key, value: "bytes", remedy: error.problem)
            }
        case .members(let members): return names[key].flatMap { members[$0] }.map(Self.text) ?? ""
        }
    }

    /// A text list: the elements of an array, or what bars or commas part.
    func list(_ key: String) throws(BadRecord) -> [String] {
        if case .members(let members) = source, let name = names[key], case .array(let values)? = members[name] {
            return values.map(Self.text).filter { !$0.isEmpty }
        }
        let text = try text(key)
        guard !text.isEmpty, text != "[none]" else { return [] }
        // Most lists have one element.
        guard text.utf8.contains(where: { "|,\"".utf8.contains($0) }) else { return [text] }
        let separator: Character = text.contains("|") ? "|" : ","
        return text.split(separator: separator).map { part in
            Self.trimmed(part.filter { $0 != "\"" })
        }.filter { !$0.isEmpty }
    }

    /// A whole number from 0; nil where there is none.
    func count(_ key: String) throws(BadRecord) -> Int? {
        let text = try text(key)
        guard !text.isEmpty else { return nil }
        let digits = text.contains(",") ? text.filter { $0 != "," } : text
        if let number = Int(digits), number >= 0 { return number }
        if let number = Double(digits), number >= 0, number < 1e15, number == number.rounded() { return Int(number) }
        throw bad(key, text, "give a whole number of 0 or more")
    }

    /// An instant; nil where there is none.
    func instant(_ key: String) throws(BadRecord) -> Timestamp? {
        let text = try text(key)
        guard !text.isEmpty else { return nil }
        // thirteen digits are milliseconds since 1970
        if text.utf8.count == 13, let milliseconds = Int64(text) { return Timestamp(milliseconds: milliseconds) }
        if let instant = FeedDate.timestamp(of: text) { return instant }
        throw bad(key, text, "give a date such as 2026-11-01 or 2026-11-01T09:30:00+09:00")
    }

    func bad(_ key: String, _ value: String, _ remedy: String) -> BadRecord {
        BadRecord(line: line, field: names[key] ?? key, value: value, remedy: remedy)
    }

    private static func trimmed(_ text: String) -> String {
        // A visible character of ASCII at both ends is the rule.
        if let first = text.utf8.first, let last = text.utf8.last, 0x21..<0x80 ~= first, 0x21..<0x80 ~= last {
            return text
        }
        guard text.first?.isWhitespace == true || text.last?.isWhitespace == true else { return text }
        return text.trimmingCharacters(in: .whitespacesAndNewlines)
    }

    private static func text(_ value: JSONValue) -> String {
        switch value {
        case .string(let text): trimmed(text)
        case .integer(let number): "\(number)"
        case .number(let number): "\(number)"
        case .bool(let flag): "\(flag)"
        case .object(let members): (members["name"] ?? members["title"] ?? members["id"]).map(text) ?? ""
        case .array(let values): values.map(text).filter { !$0.isEmpty }.joined(separator: ", ")
        case .null: ""
        }
    }
}
