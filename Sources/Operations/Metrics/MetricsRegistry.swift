// SPDX-License-Identifier: Apache-2.0

import Domain

/// The metrics of a process, printed in the text format of Prometheus (version 0.0.4).
package final class MetricsRegistry: Sendable {
    /// Brings metrics up to date before they are printed.
    package typealias Collector = @Sendable (MetricsRegistry) async -> Void

    /// Bounds for spans in seconds, from half a millisecond to half a minute.
    package static let seconds: [Double] = [
        0.0005, 0.001, 0.0025, 0.005, 0.01, 0.02, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30,
    ]

    private let families = Locked<[String: MetricFamily]>([:])
    private let collectors = Locked<[Collector]>([])

    /// Creates a registry with nothing in it.
    package init() {}

    /// The family of a name, made when there is none; a name keeps the kind and the labels that it was first given.
    ///
    /// Characters that a name cannot have become `_`, and a counter's name gets `_total` where it lacks it.
    package func family(
        _ name: String,
        _ help: String,
        kind: MetricFamily.Kind,
        labels: [String] = []
    ) -> MetricFamily {
        var name = Self.name(name)
        if kind == .counter, !name.hasSuffix("_total") { name += "_total" }
        return families.withLock { families in
            if let known = families[name] { return known }
            let family = MetricFamily(name: name, help: help, kind: kind, labels: labels.map(Self.name))
            families[name] = family
            return family
        }
    }

    /// A family of counters.
    package func counter(_ name: String, _ help: String, labels: [String] = []) -> MetricFamily {
        family(name, help, kind: .counter, labels: labels)
    }

    /// A family of gauges.
    package func gauge(_ name: String, _ help: String, labels: [String] = []) -> MetricFamily {
        family(name, help, kind: .gauge, labels: labels)
    }

    /// A family of histograms of seconds.
    package func histogram(_ name: String, _ help: String, labels: [String] = []) -> MetricFamily {
        family(name, help, kind: .histogram(Self.seconds), labels: labels)
    }

    /// Has something called before each print.
    package func beforePrint(_ collector: @escaping Collector) {
        collectors.withLock { $0.append(collector) }
    }

    /// Every metric, by name.
    package func text() async -> String {
        for collector in collectors.withLock({ $0 }) { await collector(self) }
        let families = families.withLock { $0.values.sorted { $0.name < $1.name } }
        return families.map(Self.text).joined()
    }

    private static func text(of family: MetricFamily) -> String {
        let rows = family.sorted
        guard !rows.isEmpty else { return "" }
        let kind =
            switch family.kind {
            case .counter: "counter"
            case .gauge: "gauge"
            case .histogram: "histogram"
            }
        var text = "# HELP \(family.name) \(escaped(family.help, quotes: false))\n# TYPE \(family.name) \(kind)\n"
        for (values, cell) in rows {
            let pairs = zip(family.labels, values).map { "\($0)=\"\(escaped($1, quotes: true))\"" }
            if case .histogram(let bounds) = family.kind {
                text += histogram(family.name, pairs, cell, bounds: bounds)
            } else {
                text += "\(family.name)\(braced(pairs)) \(number(cell.value))\n"
            }
        }
        return text
    }

    private static func histogram(
        _ name: String,
        _ pairs: [String],
        _ cell: MetricFamily.Cell,
        bounds: [Double]
    ) -> String {
        var text = ""
        var sum = 0
        for (bound, count) in zip(bounds, cell.counts.isEmpty ? bounds.map { _ in 0 } : cell.counts) {
            sum += count
            text += "\(name)_bucket\(braced(pairs + ["le=\"\(number(bound))\""])) \(sum)\n"
        }
        text += "\(name)_bucket\(braced(pairs + ["le=\"+Inf\""])) \(cell.count)\n"
        return text + "\(name)_sum\(braced(pairs)) \(number(cell.value))\n\(name)_count\(braced(pairs)) \(cell.count)\n"
    }

    private static func braced(_ pairs: [String]) -> String {
        pairs.isEmpty ? "" : "{" + pairs.joined(separator: ",") + "}"
    }

    private static func number(_ value: Double) -> String {
        if value.isNaN { return "NaN" }
        if value.isInfinite { return value > 0 ? "+Inf" : "-Inf" }
        if let whole = Int64(exactly: value) { return String(whole) }
        return String(value)
    }

    private static func escaped(_ text: String, quotes: Bool) -> String {
        var result = ""
        for character in text.unicodeScalars {
            switch character {
            case "\\": result += "\\\\"
            case "\n": result += "\\n"
            case "\"" where quotes: result += "\\\""
            default: result.unicodeScalars.append(character)
            }
        }
        return result
    }

    private static func name(_ text: String) -> String {
        var result = ""
        for scalar in text.unicodeScalars {
            let isLetter = ("a"..."z").contains(scalar) || ("A"..."Z").contains(scalar) || scalar == "_"
            let isDigit = ("0"..."9").contains(scalar)
            if isDigit, result.isEmpty { result = "_" }
            result.unicodeScalars.append(isLetter || isDigit ? scalar : "_")
        }
        return result.isEmpty ? "_" : result
    }
}
