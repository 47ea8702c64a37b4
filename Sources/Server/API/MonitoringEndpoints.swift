// SPDX-License-Identifier: Apache-2.0

import Domain

/// Ranks, anomalies, alerts, and what the overview shows.
struct MonitoringEndpoints {
    private static let base = APIEndpoints.prefix + "/monitoring"
    private static let severity = Parameter.query("severity", .word(Alert.Severity.self), "Only those of a severity.")
    private static let ofCampaign = Parameter.query("campaign", .identifier(Campaign.self), "Only those of a campaign.")

    let monitoring: any MonitoringService

    var endpoints: [Endpoint] {
        [
            .get(
                Self.base + "/dashboard",
                "getDashboard",
                .monitoring,
                .role(.viewer),
                "Shows everything that the overview shows, in one go."
            ) { call in try await monitoring.dashboard(in: call.workspace) },
            .get(
                Self.base + "/rankings",
                "listRankings",
                .monitoring,
                .role(.viewer),
                "Lists where followed products were seen last, own ones first.",
                parameters: Parameter.paging + [.query("keyword", .string(most: 200), "Only those of a keyword.")]
            ) { call in
                try await monitoring.rankings(
                    in: call.workspace,
                    keyword: call.text("keyword"),
                    paging: try call.paging()
                )
            },
            .get(
                Self.base + "/campaigns/{campaign}/rounds",
                "listRounds",
                .monitoring,
                .role(.viewer),
                "Lists a campaign's rounds of its metric with their intervals, newest first.",
                parameters: [APIEndpoints.campaign] + Parameter.paging
            ) { call in
                let id = try call.identifier("campaign", of: Campaign.self)
                let rounds = try await monitoring.rounds(of: id, in: call.workspace, paging: try call.paging())
                return try call.found(rounds, "campaign")
            },
            alerts("alerts", "listAlerts", "Lists alerts, newest first.", kinds: nil),
            alerts(
                "anomalies",
                "listAnomalies",
                "Lists what is unusual: falls of ranks, silent workers, late campaigns, change points.",
                kinds: AlertWish.anomalies
            ),
        ]
    }

    private func alerts(_ name: String, _ operation: String, _ summary: String, kinds: Set<Alert.Kind>?) -> Endpoint {
        .get(
            Self.base + "/" + name,
            operation,
            .monitoring,
            .role(.viewer),
            summary,
            parameters: Parameter.paging + [Self.severity, Self.ofCampaign]
        ) { call in
            let wish = AlertWish(
                campaign: call.text("campaign").flatMap { CampaignID($0) },
                severity: call.text("severity").flatMap(Alert.Severity.init(rawValue:)),
                kinds: kinds
            )
            return try await monitoring.alerts(wish, in: call.workspace, paging: try call.paging())
        }
    }
}
