// SPDX-License-Identifier: Apache-2.0

import Dashboard
import Domain
import Operations

extension PageEndpoints {
    func health(_ call: Call, _ visitor: Visitor) async throws -> DashboardPage {
        let view = try await services.system.status()
        return HealthPage(
            version: view.version,
            startedAt: view.startedAt,
            isReady: view.isReady,
            agents: view.agents,
            checks: view.checks.map { .init(name: $0.name, isGood: $0.isGood, detail: $0.detail) },
            watch: try await healthWatch?().shown
        ).page(for: visitor)
    }
}

extension PageEndpoints.HealthWatch {
    /// As the page shows it.
    fileprivate var shown: HealthPage.Watch {
        HealthPage.Watch(
            process: report.process,
            lookedAt: report.time?.description,
            findings: report.findings.map { finding in
                .init(
                    name: finding.check,
                    level: finding.level,
                    detail: finding.detail,
                    since: finding.since.description
                )
            },
            warning: limits.warning * 100,
            critical: limits.critical * 100,
            history: history.map { record in
                .init(
                    time: record.time.description,
                    process: record.process,
                    name: record.check,
                    before: record.before,
                    level: record.level,
                    detail: record.detail,
                    action: record.action
                )
            }
        )
    }
}
