// SPDX-License-Identifier: Apache-2.0

import Domain

/// The measurements under one name, one for each set of label values.
///
/// A family holds at most `capacity` sets; what comes after them is counted under the value `other` of every label, so that no outside
/// input can make memory grow.
package final class MetricFamily: Sendable {
    /// What is measured.
    package enum Kind: Hashable, Sendable {
        /// A number that only rises; its name ends in `_total`.
        case counter
        /// A number that rises and falls.
        case gauge
        /// How many values lie at or below each bound; bounds rise, and one above all is implied.
        case histogram([Double])
    }

    /// The measurement of one set of label values.
    struct Cell: Sendable {
        var value = 0.0
        var counts: [Int] = []
        var count = 0
    }

    static let capacity = 200

    let name: String
    let help: String
    let kind: Kind
    let labels: [String]
    private let cells: Locked<[[String]: Cell]>

    init(name: String, help: String, kind: Kind, labels: [String]) {
        self.name = name
        self.help = help
        self.kind = kind
        self.labels = labels
        // What has no labels is there from the start, so that a rate over it has a beginning.
        cells = Locked(labels.isEmpty ? [[]: Cell()] : [:])
    }

    /// Adds to a counter, or to a gauge.
    ///
    /// Negative amounts and what is no number are passed over for a counter.
    package func add(_ amount: Double = 1, _ values: String...) { add(amount, to: values) }

    func add(_ amount: Double, to values: [String]) {
        guard amount.isFinite, amount >= 0 || kind == .gauge else { return }
        change(values) { $0.value += amount }
    }

    /// Sets a gauge, or a counter that somebody else counts.
    package func set(_ value: Double, _ values: String...) { set(value, to: values) }

    func set(_ value: Double, to values: [String]) {
        change(values) { $0.value = value }
    }

    /// Puts a value into a histogram.
    package func observe(_ value: Double, _ values: String...) { observe(value, in: values) }

    func observe(_ value: Double, in values: [String]) {
        guard case .histogram(let bounds) = kind, value.isFinite else { return }
        change(values) { cell in
            if cell.counts.isEmpty { cell.counts = Array(repeating: 0, count: bounds.count) }
            if let place = bounds.firstIndex(where: { value <= $0 }) { cell.counts[place] += 1 }
            cell.count += 1
            cell.value += value
        }
    }

    /// Forgets every set of label values, for gauges that are set anew at each look.
    package func clear() {
        cells.withLock { $0 = [:] }
    }

    /// What was measured under some label values; 0 for what was not.
    ///
    /// Of a histogram it is the sum.
    package func value(_ values: String...) -> Double {
        cells.withLock { $0[values]?.value ?? 0 }
    }

    private func change(_ values: [String], _ body: (inout Cell) -> Void) {
        cells.withLock { cells in
            var key = values
            if key.count != labels.count || (cells[key] == nil && cells.count >= Self.capacity) {
                key = labels.map { _ in "other" }
            }
            body(&cells[key, default: Cell()])
        }
    }

    /// The measurements by label values, in order.
    var sorted: [(values: [String], cell: Cell)] {
        cells.withLock { cells in
            cells.sorted { $0.key.lexicographicallyPrecedes($1.key) }.map { ($0.key, $0.value) }
        }
    }
}
