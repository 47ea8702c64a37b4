// SPDX-License-Identifier: Apache-2.0

import Domain
import Jobs
import Logging
import Operations

/// What is measured of the queue and of the fleet.
struct QueueMetrics: Sendable {
    let store: any JobAdministration
    let dispatcher: Dispatcher
    let clock: any TimeSource
    let logger: Logger

    /// Has the metrics read before each print.
    func register(in registry: MetricsRegistry) {
        let jobs = registry.gauge("dure_jobs", "Jobs by kind and by where they are.", labels: ["kind", "state"])
        let ages = registry.gauge(
            "dure_jobs_oldest_ready_age_seconds",
            "How long the job that has waited longest was ready.",
            labels: ["kind"]
        )
        let paused = registry.gauge("dure_jobs_paused", "1 for a kind whose jobs are not given out.", labels: ["kind"])
        let workers = registry.gauge("dure_fleet_workers", "Workers by state.", labels: ["state"])
        let slots = registry.gauge("dure_fleet_slots", "Slots of healthy workers: in use, and free.", labels: ["use"])
        let went = registry.counter(
            "dure_dispatcher_jobs_total",
            "What went through the dispatcher: leases, and what became of them.",
            labels: ["event"]
        )
        registry.beforePrint { _ in
            await readDepths(jobs, ages, paused)
            await readFleet(workers, slots)
            let counts = await dispatcher.counts
            for (event, count) in [
                ("claimed", counts.claimed), ("accepted", counts.accepted), ("retried", counts.retried),
                ("dead", counts.dead), ("stale", counts.stale), ("released", counts.released),
            ] { went.set(Double(count), event) }
        }
    }

    private func readDepths(_ jobs: MetricFamily, _ ages: MetricFamily, _ paused: MetricFamily) async {
        let depths: [QueueDepth]
        do {
            depths = try await store.depths()
        } catch {
            logger.warning("The depths of the queue cannot be read.", metadata: ["error": "\(error)"])
            return
        }
        let now = clock.now
        for depth in depths {
            let kind = depth.kind.rawValue
            jobs.set(Double(depth.ready), kind, "ready")
            jobs.set(Double(depth.delayed), kind, "delayed")
            jobs.set(Double(depth.leased), kind, "leased")
            jobs.set(Double(depth.dead), kind, "dead")
            ages.set(depth.oldestReadyAt.map { max((now - $0).inSeconds, 0) } ?? 0, kind)
            paused.set(depth.isPaused ? 1 : 0, kind)
        }
    }

    private func readFleet(_ workers: MetricFamily, _ slots: MetricFamily) async {
        let all = await dispatcher.workers
        let states: [WorkerState] = [
            .starting, .idle, .working, .suspect, .unresponsive, .restarting, .isolated, .draining, .offline,
        ]
        for state in states { workers.set(Double(all.count { $0.state == state }), state.rawValue) }
        let healthy = all.filter(\.state.isHealthy)
        let used = healthy.reduce(0) { $0 + $1.inFlight }
        slots.set(Double(used), "used")
        slots.set(Double(max(healthy.reduce(0) { $0 + $1.slots } - used, 0)), "free")
    }
}
