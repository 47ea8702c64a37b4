// SPDX-License-Identifier: Apache-2.0

import Experiments
import Files

/// A metric as it is written on the command line: `COL`, `COL:KIND` or, for a guardrail, `COL:KIND:MARGIN`.
struct ABMetricText: Equatable {
    /// The column.
    let column: String
    /// The kind; nil to find it from the values.
    let kind: ABMetric.Kind?
    /// The denominator of a ratio, or the standard deviation of a mean in a table of totals.
    let second: String?
    /// The margin of a guardrail.
    let margin: ABMetric.Margin?

    /// The margin of a guardrail that names none.
    static let usualMargin = ABMetric.Margin.relative(0.02)

    /// Reads the text; a column whose name holds colons is found as it is.
    init(_ text: String, isGuardrail: Bool, headers: [String]) throws(CSVError) {
        var rest = text
        var kind: ABMetric.Kind?
        var second: String?
        var margin: ABMetric.Margin?
        while !headers.contains(rest), let colon = rest.lastIndex(of: ":") {
            let part = String(rest[rest.index(after: colon)...])
            if let found = Self.kind(part), kind == nil {
                kind = found.kind
                second = found.second
            } else if isGuardrail, margin == nil, kind == nil, let amount = ABCommand.amount(part), amount.value >= 0 {
                margin = amount.isPercent ? .relative(amount.value) : .absolute(amount.value)
            } else {
                throw CSVError(
                    line: 0,
                    column: String(rest[..<colon]),
                    value: text,
                    problem: "'\(part)' of '\(text)' is no \(isGuardrail ? "kind or margin" : "kind")",
                    remedy:
                        "give \(isGuardrail ? "a margin such as 2%, or " : "")proportion, mean, count or ratio/DENOMINATOR"
                )
            }
            rest = String(rest[..<colon])
        }
        column = rest
        self.kind = kind
        self.second = second
        self.margin = isGuardrail ? margin ?? Self.usualMargin : nil
    }

    private static func kind(_ text: String) -> (kind: ABMetric.Kind, second: String?)? {
        if let kind = ABMetric.Kind(rawValue: text), kind != .ratio {
            return (kind, nil)
        }
        for kind in [ABMetric.Kind.ratio, .mean] {
            let prefix = kind.rawValue + "/"
            if text.hasPrefix(prefix), text.count > prefix.count {
                return (kind, String(text.dropFirst(prefix.count)))
            }
        }
        return nil
    }

    /// What the result calls it.
    var name: String {
        kind == .ratio ? "\(column)/\(second ?? "")" : column
    }
}
