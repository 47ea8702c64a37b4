// SPDX-License-Identifier: Apache-2.0

import Domain
import Experiments
import Foundation
import Statistics
import Testing

@testable import Reports

@Suite struct CampaignReportTests {
    private static func html(_ sample: SampleDossier, _ language: ReportLanguage = .korean) async throws -> String {
        try CampaignReport(try await sample.dossier()).html(language: language, writtenAt: SampleDossier.writtenAt)
    }

    /// Dossiers of campaigns that did not go as planned.
    private static let samples: [SampleDossier] = [
        SampleDossier(),
        SampleDossier(isConfirmed: false),
        SampleDossier(status: .running, days: 9),
        SampleDossier(status: .stopped, days: 15, hasFindings: false),
        SampleDossier(status: .failed, days: 1, hasRounds: false, hasFindings: false),
        SampleDossier(status: .draft, days: 0, hasRounds: false, hasFindings: false),
        SampleDossier(goal: SampleDossier.programGoal, hasRounds: false),
    ]

    @Test func `the sections stand in their order, the answer first`() async throws {
        let html = try await Self.html(SampleDossier())
        let ids = html.matches(of: #/<section id="([a-z-]+)"/#).map { String($0.1) }
        #expect(
            ids == [
                "answer", "over-time", "effects", "anova", "generations", "spend", "not-significant", "future",
                "failures",
                "next", "method",
            ]
        )
    }

    @Test func `the answer names the gain in places with its interval in Korean`() async throws {
        let html = try await Self.html(SampleDossier())
        #expect(html.contains("평균 78위 → 14위, 64계단 상승 (95 % 신뢰구간 58–70)"))
        #expect(html.contains("확인됨"))
    }

    @Test func `the answer names the gain in places with its interval in English`() async throws {
        let html = try await Self.html(SampleDossier(), .english)
        #expect(html.contains("rank 78 → rank 14 on average: 64 places up (95 % confidence interval 58 to 70)"))
        #expect(html.contains("Reached, day 20"))
    }

    @Test func `an interval with no difference in it is called inconclusive`() async throws {
        let html = try await Self.html(SampleDossier(isConfirmed: false), .english)
        #expect(html.contains("class=\"verdict\">Inconclusive"))
        #expect(html.contains("4 places up (95 % confidence interval −5 to 13)"))
        #expect(!html.contains("The gain is confirmed"))
    }

    @Test func `an interval on the worse side is called not confirmed`() async throws {
        var dossier = try await SampleDossier(isConfirmed: false).dossier()
        dossier.confirmation?.difference = Interval(estimate: 6, lower: 2, upper: 10, confidence: 0.95)
        dossier.confirmation?.winnerMean = 84
        let html = try CampaignReport(dossier).html(language: .english, writtenAt: SampleDossier.writtenAt)
        #expect(html.contains("class=\"verdict\">Not confirmed"))
        #expect(html.contains("rank 78 → rank 84 on average: 6 places down (95 % confidence interval 2 to 10)"))
        #expect(html.contains("Keep the present setting."))
    }

    @Test(arguments: samples.indices, ReportLanguage.allCases)
    func `every kind of campaign gives a page without holes`(index: Int, language: ReportLanguage) async throws {
        let html = try await Self.html(Self.samples[index], language)
        #expect(html.matches(of: #/<section /#).count == 11)
        let visible = html.replacing(#/<style>(?s:.)*?<\/style>/#, with: "")
        #expect(visible.firstMatch(of: #/\b(nan|NaN|inf|nil)\b/#) == nil)
        #expect(visible.firstMatch(of: #/[{}]/#) == nil)
        #expect(visible.firstMatch(of: #/Optional\(/#) == nil)
    }

    @Test(arguments: samples.indices)
    func `the page has no outside address and no script`(index: Int) async throws {
        let html = try await Self.html(Self.samples[index])
        let rest = html.replacing("xmlns=\"http://www.w3.org/2000/svg\"", with: "")
        #expect(rest.firstMatch(of: #/https?:|\/\/[a-z]|url\(|@import|<script|<link|<img|src=/#) == nil)
    }

    @Test func `equal dossiers give equal bytes`() async throws {
        let first = try await Self.html(SampleDossier())
        let second = try await Self.html(SampleDossier())
        #expect(first == second)
    }

    @Test func `hostile texts of sellers and programs stay text`() async throws {
        let evil = "<script>alert(1)</script>\"'&{{name}}"
        var sample = SampleDossier()
        sample.goal.product.title = evil
        sample.goal.name = evil
        sample.goal.factors[1].name = evil
        sample.goal.factors[1].levels[1] = .text(evil)
        sample.goal.keywords = [evil]
        sample.goal.units[0] = evil
        var dossier = try await sample.dossier()
        dossier.campaign.endReason = evil
        for index in dossier.alerts.indices { dossier.alerts[index].message = evil }
        for index in dossier.trials.indices { dossier.trials[index].failure?.lastLines = [evil] }
        let html = try CampaignReport(dossier).html(language: .korean, writtenAt: SampleDossier.writtenAt)
        #expect(!html.contains("<script"))
        #expect(html.contains("&lt;script&gt;alert(1)&lt;/script&gt;&quot;&#39;&amp;{{name}}"))
        #expect(
            html.matches(of: #/<svg /#).count == (try await Self.html(SampleDossier())).matches(of: #/<svg /#).count
        )
    }

    @Test func `a metric that is no rank is written in its own words`() async throws {
        let html = try await Self.html(SampleDossier(goal: SampleDossier.programGoal, hasRounds: false), .english)
        #expect(
            html.contains(
                "seconds_per_ratio: 2.34 → 0.42 on average, −1.92 (95 % confidence interval −2.1 to −1.74; lower is better)"
            )
        )
        #expect(html.contains("seconds_per_ratio of each trial, in run order"))
        #expect(!html.contains("places up"))
    }

    @Test func `times of day are those of the goal's time zone`() async throws {
        let seoul = try await Self.html(SampleDossier())
        var sample = SampleDossier()
        sample.goal.timeZone = "UTC"
        let greenwich = try await Self.html(sample)
        #expect(seoul.contains("2026-11-01 00:00"))
        #expect(greenwich.contains("2026-10-31 15:00"))
    }

    @Test func `a forecast of no change is said, not drawn`() async throws {
        var dossier = try await SampleDossier().dossier()
        let drawn = try CampaignReport(dossier).html(language: .english, writtenAt: SampleDossier.writtenAt)
        dossier.forecast?.method = "naive"
        dossier.forecast?.skill = 0
        let said = try CampaignReport(dossier).html(language: .english, writtenAt: SampleDossier.writtenAt)
        #expect(drawn.contains("rank: forecast"))
        #expect(!said.contains("rank: forecast"))
        #expect(said.contains("the value stays as it is"))
    }

    @Test func `no line of a chart has more than the point limit`() async throws {
        let html = try await Self.html(SampleDossier())
        let longest = html.matches(of: #/<polyline points="([^"]*)"/#).map { $0.1.split(separator: " ").count }.max()
        #expect((longest ?? 0) > 100)
        #expect((longest ?? 0) <= 2 * ReportWriter.pointLimit + 3)
    }

    @Test func `numbers that are not finite are never drawn nor written`() async throws {
        var dossier = try await SampleDossier().dossier()
        dossier.rounds[3].consensus = .nan
        dossier.rounds[4].upper = .infinity
        dossier.confirmation?.winnerMean = .nan
        dossier.effects?.gain = Interval(estimate: .nan, lower: .nan, upper: .nan, confidence: 0.95)
        dossier.effects?.candidates[0].expected = Interval(estimate: .nan, lower: 0, upper: 1, confidence: 0.95)
        dossier.trials[0].metrics["rank"] = .nan
        let html = try CampaignReport(dossier).html(language: .english, writtenAt: SampleDossier.writtenAt)
        #expect(html.firstMatch(of: #/\b(nan|NaN|inf)\b/#) == nil)
        #expect(html.contains("its gain was not estimated"))
    }

    @Test func `levels that the goal does not have do not end the program`() async throws {
        var dossier = try await SampleDossier().dossier()
        dossier.confirmation?.winner = Combination([9, 9])
        #expect(throws: Never.self) {
            try CampaignReport(dossier).html(language: .korean, writtenAt: SampleDossier.writtenAt)
        }
    }
}
