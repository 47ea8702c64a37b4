// SPDX-License-Identifier: Apache-2.0

package import Domain
import Foundation

/// Reads a trial's metrics from what a program wrote: a JSON object on the last line of standard output that is not
/// blank.
package struct MetricsParser: Sendable {
    /// The most metrics that one program may report.
    package static let mostMetrics = 1_000

    private let wanted: [String]

    /// Creates a parser; `wanted` are the metrics that must be there.
    package init(wanted: [String]) {
        self.wanted = wanted
    }

    /// The metrics by name: finite numbers, with true as 1 and false as 0.
    ///
    /// Throws `Failure.invalid`, which names the metric and what was printed instead, and holds the program's last
    /// lines.
    package func metrics(of output: ProgramOutput) throws(Failure) -> [String: Double] {
        func invalid(_ message: String) -> Failure {
            Failure(.invalid, message, lastLines: output.lastLines)
        }
        guard let line = output.lastLine else {
            throw invalid("the program printed nothing; its last line must be a JSON object of metrics")
        }
        guard !output.isLastLineCut else {
            throw invalid("the program's last line is longer than 1 MB; it must be a JSON object of metrics")
        }
        let values: [String: Printed]
        do {
            values = try JSONDecoder().decode([String: Printed].self, from: Data(line.utf8))
        } catch {
            if let (metric, value) = Self.nonFinite(in: line) {
                throw invalid("metric '\(metric)' is \(value), which is not a finite number")
            }
            throw invalid("the program's last line is not a JSON object of metrics: '\(Self.excerpt(line))'")
        }
        return try judge(values, invalid)
    }

    private func judge(_ values: [String: Printed], _ invalid: (String) -> Failure) throws(Failure) -> [String: Double]
    {
        guard values.count <= Self.mostMetrics else {
            throw invalid("the program reported \(values.count) metrics; at most \(Self.mostMetrics) are taken")
        }
        for metric in wanted where values[metric] == nil {
            let names = values.keys.sorted().map { "'\(Self.excerpt($0))'" }
            let printed = names.isEmpty ? "no metric" : names.prefix(20).joined(separator: ", ")
            throw invalid("metric '\(metric)' is missing; the program reported \(printed)")
        }
        var metrics: [String: Double] = [:]
        for (metric, value) in values.sorted(by: { $0.key < $1.key }) {
            switch value {
            case .finite(let number): metrics[metric] = number
            case .other(let what):
                throw invalid("metric '\(Self.excerpt(metric))' is \(what), which is not a finite number")
            }
        }
        return metrics
    }

    /// The first member that is a bare NaN or infinity: several languages print them, and JSON has neither.
    private static func nonFinite(in line: String) -> (metric: String, value: String)? {
        guard line.utf8.count <= 65_536 else { return nil }
        let pattern = /"((?:[^"\\]|\\.)*)"\s*:\s*([+-]?(?:nan|inf(?:inity)?))\b/.ignoresCase()
        guard let match = line.firstMatch(of: pattern) else { return nil }
        return (excerpt(String(match.1)), String(match.2))
    }

    private static func excerpt(_ text: String) -> String {
        text.count > 120 ? text.prefix(120) + "…" : text
    }
}

/// One value as a program printed it.
private enum Printed: Decodable {
    case finite(Double)
    /// Something else, in words.
    case other(String)

    init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        if container.decodeNil() {
            self = .other("null")
        } else if let flag = try? container.decode(Bool.self) {
            self = .finite(flag ? 1 : 0)
        } else if let number = try? container.decode(Double.self) {
            self = number.isFinite ? .finite(number) : .other("too large")
        } else if let text = try? container.decode(String.self) {
            self = .other("the text '\(text.count > 120 ? text.prefix(120) + "…" : text)'")
        } else if (try? container.decode([JSONValue].self)) != nil {
            self = .other("a list")
        } else if (try? container.decode([String: JSONValue].self)) != nil {
            self = .other("an object")
        } else {
            self = .other("a number that is too large")
        }
    }
}
