// SPDX-License-Identifier: Apache-2.0

package import Domain
package import Logging
package import Operations

/// Looks how things stand while somebody listens, and tells the hub.
///
/// The store is the truth and several processes write it, so that looking is the one way that misses nothing. A look takes at most a
/// quarter of the time: where it is slow, it is made less often.
package struct LiveFeed: Sendable {
    /// How long there is between two looks at least.
    private static let interval = TimeSpan(milliseconds: 300)
    /// How many campaigns, workers and alerts are looked at.
    private static let width = 100

    private let services: Services
    private let health: (@Sendable () async -> HealthReport)?
    private let hub: LiveHub
    private let clock: any TimeSource
    private let logger: Logger

    /// Creates a feed of a hub.
    package init(
        services: Services,
        health: (@Sendable () async -> HealthReport)? = nil,
        hub: LiveHub,
        clock: any TimeSource,
        logger: Logger
    ) {
        self.services = services
        self.health = health
        self.hub = hub
        self.clock = clock
        self.logger = logger
    }

    /// Looks until the task is cancelled.
    package func run() async throws {
        var hasComplained = false
        while true {
            let start = clock.steady
            for workspace in hub.wantedWorkspaces {
                do {
                    hub.take(try await state(of: workspace), of: workspace)
                    hasComplained = false
                } catch let error as CancellationError {
                    throw error
                } catch {
                    // Whoever listens hears nothing new until it works again; once is enough to say so.
                    if !hasComplained {
                        logger.warning("The live stream cannot see how things stand.", metadata: ["error": "\(error)"])
                    }
                    hasComplained = true
                }
            }
            hub.forgetEmptyRooms()
            let spent = clock.steady - start
            try await clock.sleep(for: max(Self.interval, spent * 3))
        }
    }

    /// How everything stands that can be subscribed to.
    func state(of workspace: WorkspaceID) async throws -> LiveState {
        [
            .campaigns: try await campaigns(in: workspace), .fleet: try await fleet(in: workspace),
            .alerts: try await alerts(in: workspace), .system: try await system(),
        ]
    }

    private func campaigns(in workspace: WorkspaceID) async throws -> [String: String] {
        var things: [String: String] = [:]
        let page = try await services.campaigns.campaigns(
            in: workspace,
            status: nil,
            paging: Paging(limit: Self.width)
        )
        for var summary in page.items {
            // The share of time moves all the while; a hundredth is what anybody can see.
            summary.timeProgress = Self.hundredth(summary.timeProgress)
            if summary.status.holdsUnits, var detail = try await services.campaigns.campaign(summary.id, in: workspace)
            {
                detail.summary.timeProgress = summary.timeProgress
                things[summary.id.text] = try LiveText.json(detail)
            } else {
                things[summary.id.text] = try LiveText.json(summary)
            }
        }
        for rehearsal in try await services.rehearsals.rehearsals(in: workspace, paging: Paging(limit: 20)).items {
            things["rehearsal \(rehearsal.id.text)"] = try LiveText.json(rehearsal)
        }
        return things
    }

    private func fleet(in workspace: WorkspaceID) async throws -> [String: String] {
        var things = ["overview": try LiveText.json(try await services.fleet.overview(in: workspace))]
        let workers = try await services.fleet.workers(in: workspace, state: nil, paging: Paging(limit: Self.width))
        for var worker in workers.items {
            // Every heartbeat would be a change otherwise.
            worker.lastBeatAt = ""
            worker.successRate = Self.hundredth(worker.successRate)
            things[worker.id.text] = try LiveText.json(worker)
        }
        for depth in try await services.fleet.queues(in: workspace) {
            things["queue \(depth.kind.rawValue)"] = try LiveText.json(QueueView(depth))
        }
        return things
    }

    private func alerts(in workspace: WorkspaceID) async throws -> [String: String] {
        let page = try await services.monitoring.alerts(AlertWish(), in: workspace, paging: Paging(limit: Self.width))
        var things: [String: String] = [:]
        for alert in page.items { things[alert.id.text] = try LiveText.json(alert) }
        return things
    }

    private func system() async throws -> [String: String] {
        var view = try await services.system.status()
        view.time = ""
        guard var report = await health?() else { return ["system": try LiveText.json(view)] }
        report.time = nil
        return ["system": try LiveText.json(view), "health": try LiveText.json(report)]
    }

    private static func hundredth(_ value: Double) -> Double { (value * 100).rounded() / 100 }
}
