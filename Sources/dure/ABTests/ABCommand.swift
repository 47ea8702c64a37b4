// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import Foundation
import Statistics

/// `dure ab`: plans and analyses A/B tests.
struct ABCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "ab",
        abstract: "Plan, analyse and steer A/B tests.",
        subcommands: [ABAnalyzeCommand.self, ABPlanCommand.self, ABAllocateCommand.self, ABAssignCommand.self]
    )

    /// Writes a value as one JSON object with sorted keys in snake case.
    static func json(_ value: some Encodable) throws -> String {
        let encoder = JSONEncoder()
        encoder.keyEncodingStrategy = .convertToSnakeCase
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return String(decoding: try encoder.encode(value), as: UTF8.self)
    }

    /// The numbers in a list with commas; nil when one is none or is not finite.
    static func numbers(_ list: String) -> [Double]? {
        let parts = list.split(separator: ",", omittingEmptySubsequences: false)
        let values = parts.compactMap { Double($0.trimmingCharacters(in: .whitespaces)) }
        return values.count == parts.count && values.allSatisfy(\.isFinite) ? values : nil
    }

    /// The least error that can be asked for: intervals of any more confidence are beyond what numbers can hold.
    private static let leastAlpha = 1e-9
    /// The smallest part of all units that a variant can have.
    private static let leastShare = 1e-6

    /// Throws for an error level that no test has.
    static func validate(alpha: Double) throws {
        guard alpha >= leastAlpha, alpha < 0.5 else {
            throw ValidationError(
                "--alpha: got '\(alpha)'; give a share from \(leastAlpha) and below 0.5, such as 0.05"
            )
        }
    }

    /// Throws for shares that are not positive, or so uneven that a variant would hardly have a unit.
    static func validate(shares: String) throws {
        guard let numbers = numbers(shares), numbers.allSatisfy({ $0 > 0 }),
            let greatest = numbers.max(), numbers.allSatisfy({ $0 / greatest >= leastShare })
        else {
            throw ValidationError(
                "--shares: got '\(shares)'; give positive numbers, control first, such as 50,50, none of them less than a "
                    + "millionth of another"
            )
        }
    }

    /// A share such as `10%` or `0.1`; nil for anything else.
    static func amount(_ text: String) -> (value: Double, isPercent: Bool)? {
        let isPercent = text.hasSuffix("%")
        guard let value = Double(isPercent ? String(text.dropLast()) : text), value.isFinite else {
            return nil
        }
        return (isPercent ? value / 100 : value, isPercent)
    }
}
