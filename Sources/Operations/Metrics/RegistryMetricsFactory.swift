// SPDX-License-Identifier: Apache-2.0

package import CoreMetrics

/// Puts a registry behind swift-metrics, so that what libraries measure is printed with our own.
///
/// A timer becomes a histogram of seconds whose name ends in `_seconds`; a recorder a histogram of its own unit or, where it does not
/// aggregate, a gauge.
package struct RegistryMetricsFactory: MetricsFactory {
    private static let help = "Measured by a library."
    private let registry: MetricsRegistry

    /// Creates a factory.
    package init(_ registry: MetricsRegistry) {
        self.registry = registry
    }

    package func makeCounter(label: String, dimensions: [(String, String)]) -> any CounterHandler {
        cell(label, kind: .counter, dimensions)
    }

    package func makeFloatingPointCounter(
        label: String,
        dimensions: [(String, String)]
    ) -> any FloatingPointCounterHandler {
        cell(label, kind: .counter, dimensions)
    }

    package func makeMeter(label: String, dimensions: [(String, String)]) -> any MeterHandler {
        cell(label, kind: .gauge, dimensions)
    }

    package func makeRecorder(label: String, dimensions: [(String, String)], aggregate: Bool) -> any RecorderHandler {
        let powers = (0..<10).map { Double(1 << (2 * $0)) }
        return cell(label, kind: aggregate ? .histogram(powers) : .gauge, dimensions)
    }

    package func makeTimer(label: String, dimensions: [(String, String)]) -> any TimerHandler {
        let name = label.hasSuffix("_seconds") ? label : label + "_seconds"
        return cell(name, kind: .histogram(MetricsRegistry.seconds), dimensions)
    }

    package func destroyCounter(_ handler: any CounterHandler) {}
    package func destroyFloatingPointCounter(_ handler: any FloatingPointCounterHandler) {}
    package func destroyMeter(_ handler: any MeterHandler) {}
    package func destroyRecorder(_ handler: any RecorderHandler) {}
    package func destroyTimer(_ handler: any TimerHandler) {}

    private func cell(_ label: String, kind: MetricFamily.Kind, _ dimensions: [(String, String)]) -> LibraryMetric {
        let dimensions = dimensions.sorted { $0.0 < $1.0 }
        let family = registry.family(label, Self.help, kind: kind, labels: dimensions.map(\.0))
        return LibraryMetric(family: family, values: dimensions.map(\.1))
    }
}

/// One measurement of a library.
private final class LibraryMetric: CounterHandler, FloatingPointCounterHandler, RecorderHandler, MeterHandler,
    TimerHandler
{
    private let family: MetricFamily
    private let values: [String]

    init(family: MetricFamily, values: [String]) {
        self.family = family
        self.values = values
    }

    func increment(by amount: Int64) { family.add(Double(amount), to: values) }
    func increment(by amount: Double) { family.add(amount, to: values) }
    func decrement(by amount: Double) { family.add(-amount, to: values) }
    func set(_ value: Int64) { family.set(Double(value), to: values) }
    func set(_ value: Double) { family.set(value, to: values) }
    func recordNanoseconds(_ duration: Int64) { family.observe(Double(duration) / 1e9, in: values) }
    func reset() { family.set(0, to: values) }

    func record(_ value: Int64) { record(Double(value)) }
    func record(_ value: Double) {
        if family.kind == .gauge { family.set(value, to: values) } else { family.observe(value, in: values) }
    }
}
