// SPDX-License-Identifier: Apache-2.0

import Domain
import HTTPTypes

/// Analyses on request, effects, predictions, forecasts, reports and trends.
struct AnalyticsEndpoints {
    private static let base = APIEndpoints.prefix + "/analytics"
    /// A file of rows, quoted as JSON.
    private static let tableBytes = 8_388_608

    let analytics: any AnalyticsService

    var endpoints: [Endpoint] { onRequest + ofCampaigns + trends }

    private var onRequest: [Endpoint] {
        [
            Endpoint(
                .post,
                Self.base + "/analyses",
                "analyse",
                .analytics,
                .role(.viewer),
                "Fits a model to the rows of a CSV file, as 'dure analyze --json' does; docs/analyze-json.md has the keys.",
                takes: .json(AnalysisWish.schema, most: Self.tableBytes),
                gives: [.json(.named("Analysis", .map(.anything)))],
                isIdempotent: false
            ) { call in try .json(try await analytics.analyse(try call.decode())) },
            Endpoint(
                .post,
                Self.base + "/analyses/page",
                "analysePage",
                .analytics,
                .role(.viewer),
                "The page of such an analysis, of its first response.",
                parameters: [APIEndpoints.language],
                takes: .json(AnalysisWish.schema, most: Self.tableBytes),
                gives: [.other("text/html")]
            ) { call in
                let html = try await analytics.analysisPage(try call.decode(), language: call.text("language") ?? "en")
                return .text(html, type: "text/html; charset=utf-8")
            },
        ]
    }

    private var ofCampaigns: [Endpoint] {
        [
            .get(
                Self.base + "/campaigns/{campaign}/effects",
                "getEffects",
                .analytics,
                .role(.viewer),
                "Shows what the factors do: table of variances, candidates, gain over the present setting.",
                parameters: [APIEndpoints.campaign]
            ) { call in
                let id = try call.identifier("campaign", of: Campaign.self)
                return try call.found(try await analytics.effects(of: id, in: call.workspace), "campaign")
            },
            .get(
                Self.base + "/campaigns/{campaign}/forecast",
                "getForecast",
                .analytics,
                .role(.viewer),
                "Shows the metric's future with its intervals.",
                parameters: [APIEndpoints.campaign]
            ) { call in
                let id = try call.identifier("campaign", of: Campaign.self)
                return try call.found(try await analytics.forecast(of: id, in: call.workspace), "campaign")
            },
            Endpoint(
                .post,
                Self.base + "/campaigns/{campaign}/predictions",
                "predict",
                .analytics,
                .role(.viewer),
                "Predicts what a combination will measure, with an interval.",
                parameters: [APIEndpoints.campaign],
                takes: .json(PredictionWish.schema),
                gives: [.json(PredictionView.schema)]
            ) { call in
                let id = try call.identifier("campaign", of: Campaign.self)
                let wish: PredictionWish = try call.decode()
                let found = try await analytics.prediction(wish.settings, of: id, in: call.workspace)
                return try .json(try call.found(found, "campaign"))
            },
            Endpoint(
                .get,
                Self.base + "/campaigns/{campaign}/report",
                "getReport",
                .analytics,
                .role(.viewer),
                "A campaign's report as a page that needs nothing else.",
                parameters: [APIEndpoints.campaign, APIEndpoints.language],
                gives: [.other("text/html")]
            ) { call in
                let id = try call.identifier("campaign", of: Campaign.self)
                let language = call.text("language") ?? "en"
                let html = try await analytics.report(of: id, in: call.workspace, language: language, zone: nil)
                return .text(try call.found(html, "campaign"), type: "text/html; charset=utf-8")
            },
        ]
    }

    private var trends: [Endpoint] {
        [
            .get(
                Self.base + "/trends",
                "listTrends",
                .analytics,
                .role(.viewer),
                "Lists runs that looked for trends, newest first.",
                parameters: Parameter.paging
            ) { call in try await analytics.trends(in: call.workspace, paging: try call.paging()) },
            Endpoint(
                .get,
                Self.base + "/trends/{trend}/report",
                "getTrendReport",
                .analytics,
                .role(.viewer),
                "What a run found, as a page.",
                parameters: [.path("trend", WorkflowRun.self, "The run."), APIEndpoints.language],
                gives: [.other("text/html")]
            ) { call in
                let id = try call.identifier("trend", of: WorkflowRun.self)
                let language = call.text("language") ?? "en"
                let html = try await analytics.trendPage(id.text, in: call.workspace, language: language)
                return .text(try call.found(html, "trend"), type: "text/html; charset=utf-8")
            },
        ]
    }
}
