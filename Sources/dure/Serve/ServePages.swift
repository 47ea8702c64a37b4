// SPDX-License-Identifier: Apache-2.0

import Dashboard
import Domain
import Operations
import Server
import Statistics

/// The dashboard and the live stream of a server.
struct ServePages: Sendable {
    let gatekeeper: Gatekeeper
    let store: any Store
    /// The settings as they hold now.
    let settings: @Sendable () async throws -> Settings

    /// Has a server show its pages and tell what changes; without services there is nothing to show.
    func add(to parts: inout ServerProcess.Parts) {
        guard let services = parts.services, let authenticator = parts.authenticator else { return }
        let gatekeeper = gatekeeper
        let hub = LiveHub(startedAt: parts.clock.now)
        let feed = LiveFeed(services: services, hub: hub, clock: parts.clock, logger: parts.logger)
        parts.companions.append { try await feed.run() }
        parts.endings.append { hub.end() }
        parts.further +=
            PageEndpoints(
                services: services,
                clock: parts.clock,
                additions: [audit, shownSettings],
                power: { Self.power($0, trials: $1) },
                formToken: { head in SessionCookie.value(in: head.headers).map { SessionKeeper.formToken(of: $0) } }
            ).endpoints
        parts.further +=
            LiveEndpoints(
                hub: hub,
                isOwn: { gatekeeper.isOwn($0) },
                caller: { try await authenticator.caller(of: $0) }
            ).endpoints
    }

    /// What a plan tells apart with a chance of 80 % at the 5 % level, by t tests of means.
    private static func power(_ goal: Goal, trials: Int) -> PageEndpoints.Power? {
        let levels = goal.factors.map(\.levels.count).max() ?? 0
        let pairs = goal.ending.confirmationReplicates
        guard levels > 1, trials >= 2 * levels, let target = try? PowerTarget(),
            let size = try? MeanSampleSize(standardDeviation: 1, target: target),
            let search = size.detectableDifference(controlUnits: Double(trials / levels))
        else { return nil }
        let confirmation = pairs >= 2 ? size.detectableDifference(controlUnits: Double(pairs)) : nil
        return PageEndpoints.Power(search: search, confirmation: confirmation, confirmationTrials: pairs)
    }

    private var audit: PageEndpoints.Addition {
        PageEndpoints.Addition(.audit, .role(.admin)) { [store] caller, visitor in
            let entries = try await store.auditEntries(in: caller.workspace, before: .max, limit: 200)
            return TablePage(
                .audit,
                lead: .auditLead,
                heads: [.time, .actor, .action, .subject, .message],
                rows: entries.map { [$0.time.description, $0.actor, $0.action, $0.subject, $0.detail] },
                empty: .noAudit,
                times: [0]
            ).page(for: visitor)
        }
    }

    private var shownSettings: PageEndpoints.Addition {
        PageEndpoints.Addition(.settings, .role(.admin)) { [settings] _, visitor in
            TablePage(
                .settings,
                lead: .settingsLead,
                heads: [.name, .value, .source, .variable, .message],
                rows: try await settings().values.map {
                    [$0.item.key, $0.shown, $0.source, $0.item.variable, $0.item.help]
                }
            ).page(for: visitor)
        }
    }
}
