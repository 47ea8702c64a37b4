// SPDX-License-Identifier: Apache-2.0

import CoreMetrics
import Domain
import Foundation
import Jobs
import Testing

@testable import Operations

@Suite struct MetricsTests {
    private static func sample() -> MetricsRegistry {
        let registry = MetricsRegistry()
        registry.counter("jobs", "Jobs that ended.", labels: ["kind", "status"]).add(2, "probe", "done")
        registry.gauge("depth", "Jobs that\nwait \\ here.").set(-1.5)
        let spans = registry.histogram("wait_seconds", "How long jobs waited.", labels: ["kind"])
        for value in [0.0004, 0.003, 99] { spans.observe(value, "pro\"be\n") }
        return registry
    }

    @Test func `the text has names, escapes and cumulative buckets`() async {
        let text = await Self.sample().text()
        #expect(text.contains("# TYPE jobs_total counter\njobs_total{kind=\"probe\",status=\"done\"} 2\n"))
        #expect(text.contains("# HELP depth Jobs that\\nwait \\\\ here.\n# TYPE depth gauge\ndepth -1.5\n"))
        #expect(text.contains("wait_seconds_bucket{kind=\"pro\\\"be\\n\",le=\"0.0005\"} 1\n"))
        #expect(text.contains("le=\"0.005\"} 2\n"))
        #expect(text.contains("le=\"30\"} 2\n"))
        #expect(text.contains("le=\"+Inf\"} 3\n"))
        #expect(text.contains("wait_seconds_count{kind=\"pro\\\"be\\n\"} 3\n"))
    }

    @Test func `label values beyond the capacity are counted together`() async {
        let registry = MetricsRegistry()
        let family = registry.counter("hits", "Hits.", labels: ["path"])
        for number in 0..<(MetricFamily.capacity + 50) { family.add(1, String(number)) }
        #expect(family.sorted.count == MetricFamily.capacity + 1)
        #expect(family.value("other") == 50)
        #expect(family.value("0") == 1)
    }

    @Test func `a counter never falls`() {
        let family = MetricsRegistry().counter("hits", "Hits.")
        family.add(2)
        family.add(-1)
        family.add(.nan)
        #expect(family.value() == 2)
    }

    @Test func `libraries measure through swift-metrics`() async {
        let registry = MetricsRegistry()
        let factory = RegistryMetricsFactory(registry)
        factory.makeCounter(label: "lib.hits", dimensions: [("b", "2"), ("a", "1")]).increment(by: 3)
        factory.makeTimer(label: "lib.call", dimensions: []).recordNanoseconds(2_000_000)
        factory.makeMeter(label: "lib.level", dimensions: []).set(4.5)
        let text = await registry.text()
        #expect(text.contains("lib_hits_total{a=\"1\",b=\"2\"} 3"))
        #expect(text.contains("lib_call_seconds_bucket{le=\"0.0025\"} 1"))
        #expect(text.contains("lib_level 4.5"))
    }

    @Test func `the process tells its memory, files and processor time`() async {
        let registry = MetricsRegistry()
        ProcessMetrics(startedAt: Timestamp(milliseconds: 5_000), version: "1").register(in: registry)
        let text = await registry.text()
        let memory = text.split(separator: "\n").first { $0.hasPrefix("process_resident_memory_bytes ") }
        #expect((memory?.split(separator: " ").last.flatMap { Double($0) } ?? 0) > 1_000_000)
        #expect(text.contains("process_start_time_seconds 5\n"))
        #expect(text.contains("process_open_fds "))
        #expect(text.contains("process_cpu_seconds_total "))
    }

    private static let promtool = (ProcessInfo.processInfo.environment["PATH"] ?? "").split(separator: ":")
        .map { "\($0)/promtool" }
        .first { FileManager.default.isExecutableFile(atPath: $0) }

    @Test(.enabled(if: promtool != nil, "promtool is not installed"))
    func `promtool finds no fault`() async throws {
        let registry = Self.sample()
        ProcessMetrics(startedAt: Timestamp(milliseconds: 5_000), version: "1").register(in: registry)
        let command = Command(arguments: [Self.promtool ?? "", "check", "metrics"])
        let output = try await ProgramRunner(inherited: [:])
            .execute(command, input: Data(await registry.text().utf8), environment: [:])
        #expect(output.ending == .exit(0), "\(output.outputTail)\(output.errorTail)")
    }
}
