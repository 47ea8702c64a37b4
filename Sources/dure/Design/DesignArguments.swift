// SPDX-License-Identifier: Apache-2.0

import Domain
import Experiments
import Files
import Foundation

/// Reads the options of `dure design` that have a form of their own.
struct DesignArguments {
    /// A factor from `price=9900,10900`.
    func factor(_ text: String, option: String) throws(DesignError) -> DesignFactor {
        let remedy = "give a name and two levels or more, such as \"price=9900,10900\""
        let (name, values) = try halves(text, option, remedy)
        let levels = values.split(separator: ",", omittingEmptySubsequences: false).map(trimmed)
        guard levels.count >= 2, levels.allSatisfy({ !$0.isEmpty }) else {
            throw DesignError(field: option, value: text, remedy: remedy)
        }
        return DesignFactor(name: name, values: .levels(levels.map(Self.level)))
    }

    /// A numeric factor from `bid=100..900` or `bid=100..900:50`.
    func range(_ text: String) throws(DesignError) -> DesignFactor {
        let remedy =
            "give a name, a low and a high number, such as \"bid=100..900\" or, with a step, \"bid=100..900:50\""
        let refusal = DesignError(field: "numeric", value: text, remedy: remedy)
        let (name, values) = try halves(text, "numeric", remedy)
        let parts = values.split(separator: ":", omittingEmptySubsequences: false).map(trimmed)
        guard parts.count <= 2,
            let bounds = parts.first?.split(separator: "..", omittingEmptySubsequences: false).map(trimmed),
            bounds.count == 2, let low = DecimalNumber(bounds[0])?.double, let high = DecimalNumber(bounds[1])?.double
        else { throw refusal }
        var step: Double?
        if parts.count == 2 {
            guard let width = DecimalNumber(parts[1])?.double else { throw refusal }
            step = width
        }
        return DesignFactor(name: name, values: .range(low: low, high: high, step: step))
    }

    /// Two factors from `price:coupon`.
    func pair(_ text: String, of factors: [DesignFactor]) throws(DesignError) -> [Int] {
        let names = text.split(separator: ":", omittingEmptySubsequences: false).map(trimmed)
        guard names.count == 2 else {
            throw DesignError(field: "interaction", value: text, remedy: "give two factors, such as price:coupon")
        }
        var pair: [Int] = []
        for name in names {
            pair.append(try index(of: name, in: factors, "interaction"))
        }
        return pair
    }

    /// Forbidden levels from `price=9900,coupon=10%`.
    func combination(_ text: String, of factors: [DesignFactor]) throws(DesignError) -> ForbiddenCombination {
        var choices: [LevelChoice] = []
        for part in text.split(separator: ",", omittingEmptySubsequences: false) {
            let (name, level) = try halves(
                String(part),
                "forbid",
                "give factors and levels, such as \"price=9900,coupon=10%\""
            )
            let factor = try index(of: name, in: factors, "forbid")
            let index = try Self.index(of: level, in: factors[factor], "forbid")
            choices.append(LevelChoice(factor: factor, levels: [index]))
        }
        guard Set(choices.map(\.factor)).count == choices.count else {
            throw DesignError(field: "forbid", value: text, remedy: "name every factor once")
        }
        return ForbiddenCombination(choices)
    }

    /// The place of a level that is written as text, compared as text or as a number.
    static func index(of text: String, in factor: DesignFactor, _ field: String) throws(DesignError) -> Int {
        let number = DecimalNumber(text)?.double
        for level in 0..<factor.levelCount {
            let value = factor.value(at: level)
            if value.description == text { return level }
            if let number, value.json.double == number { return level }
        }
        let levels = (0..<min(20, factor.levelCount)).map { factor.value(at: $0).description }
        throw DesignError(
            field: field,
            value: text,
            remedy: "'\(factor.name)' has the levels \(levels.joined(separator: ", ")): give one of them"
        )
    }

    /// Text as a level: a number, true or false, or the text itself.
    static func level(_ text: String) -> LevelValue {
        if text == "true" { return .flag(true) }
        if text == "false" { return .flag(false) }
        if let whole = Int64(text), String(whole) == text { return .integer(whole) }
        if let number = DecimalNumber(text)?.double, number.isFinite, !text.hasPrefix("0") || text.hasPrefix("0.") {
            return .number(number)
        }
        return .text(text)
    }

    private func index(of name: String, in factors: [DesignFactor], _ field: String) throws(DesignError) -> Int {
        guard let index = factors.firstIndex(where: { $0.name == name }) else {
            let known = factors.prefix(20).map(\.name).joined(separator: ", ")
            throw DesignError(field: field, value: name, remedy: "there is no such factor: give one of \(known)")
        }
        return index
    }

    private func halves(_ text: String, _ field: String, _ remedy: String) throws(DesignError) -> (String, String) {
        guard let sign = text.firstIndex(of: "=") else { throw DesignError(field: field, value: text, remedy: remedy) }
        let name = trimmed(text[..<sign])
        let value = trimmed(text[text.index(after: sign)...])
        guard !name.isEmpty, !value.isEmpty else { throw DesignError(field: field, value: text, remedy: remedy) }
        return (name, value)
    }

    private func trimmed(_ text: some StringProtocol) -> String {
        text.trimmingCharacters(in: .whitespaces)
    }
}

/// Runs that were made already, from a CSV file.
enum ExistingRuns {
    /// The level of every factor in every row; throws for a file that cannot be read, a missing column or another level.
    static func read(_ path: String, factors: [DesignFactor]) throws -> [[Int]] {
        var reader = try CSVReader(path: path)
        let columns = try factors.map { try reader.column($0.name) }
        var runs: [[Int]] = []
        while try reader.next() {
            var run: [Int] = []
            for (factor, column) in zip(factors, columns) {
                let text = try reader.text(column)
                do throws(DesignError) {
                    run.append(try DesignArguments.index(of: text, in: factor, "augment"))
                } catch {
                    throw DesignError(
                        field: "augment",
                        value: text,
                        remedy: "line \(reader.line), column '\(factor.name)': \(error.remedy)"
                    )
                }
            }
            runs.append(run)
            guard runs.count <= DesignRequest.runLimit else {
                throw DesignError(field: "augment", value: path, remedy: "give a file of 10000 rows or fewer")
            }
        }
        return runs
    }
}
