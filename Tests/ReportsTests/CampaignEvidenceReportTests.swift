// SPDX-License-Identifier: Apache-2.0

import Domain
import Experiments
import Statistics
import Testing

@testable import Reports

/// The pictures of a campaign's report that rest on its finding's evidence.
@Suite struct CampaignEvidenceReportTests {
    /// A dossier whose finding is the real one of its search trials.
    private func dossier(_ sample: SampleDossier = SampleDossier()) async throws -> CampaignDossier {
        var dossier = try await sample.dossier()
        // Units change from block to block, so that neither is mistaken for the other.
        let units = dossier.campaign.goal.units
        for index in dossier.trials.indices {
            let trial = dossier.trials[index]
            dossier.trials[index].unit = units[(trial.position + trial.block) % units.count]
        }
        let later = Set(dossier.trials.filter { $0.purpose == .confirmation }.map(\.block))
        dossier.effects = try CampaignEffects(
            goal: dossier.campaign.goal,
            trials: dossier.trials.filter { !later.contains($0.block) }
        ).finding()
        return dossier
    }

    private func html(_ dossier: CampaignDossier, _ language: ReportLanguage = .english) throws -> String {
        try CampaignReport(dossier).html(language: language, writtenAt: SampleDossier.writtenAt)
    }

    @Test(arguments: ReportLanguage.allCases)
    func `every traced figure of the page is in the finding`(language: ReportLanguage) async throws {
        let dossier = try await dossier()
        let page = try html(dossier, language)
        let effects = try CanonicalJSON.text(try #require(dossier.effects))
        let audit = try FigureAudit(html: page, json: "{\"effects\":\(effects)}")
        #expect(audit.problems.isEmpty)
        for key in [
            "effects.interactions[0].cells", "effects.anova.contrasts", "effects.progress[0].expected",
            "effects.residualChecks.checks",
        ] {
            #expect(page.contains("data-key=\"\(key)"), "\(key)")
        }
    }

    @Test func `a page of a finding that was changed is found out`() async throws {
        let dossier = try await dossier()
        var other = try #require(dossier.effects)
        other.progress?[0].expected = Interval(estimate: 1, lower: 0, upper: 2, confidence: 0.95)
        let audit = try FigureAudit(
            html: try html(dossier),
            json: "{\"effects\":\(try CanonicalJSON.text(other))}"
        )
        #expect(!audit.problems.isEmpty)
    }

    @Test func `a strong interaction is said to be one, a weak one not`() async throws {
        var dossier = try await dossier()
        dossier.effects?.interactions?[0].p = 0.0001
        dossier.effects?.interactions?[0].adjustedP = 0.003
        dossier.effects?.interactions?[1].p = 0.04
        dossier.effects?.interactions?[1].adjustedP = 0.8
        let found = try #require(dossier.effects?.interactions)
        let english = try html(dossier).replacing(#/<[^>]+>/#, with: "")
        #expect(
            english.contains(
                "\(found[0].first) and \(found[0].second) do together what they do not alone (p &lt; 0.001"
            )
        )
        #expect(english.contains("\(found[1].first) and \(found[1].second): within chance (p = 0.040"))
        let korean = try html(dossier, .korean).replacing(#/<[^>]+>/#, with: "")
        #expect(korean.contains("두 수준을 함께 고르세요"))
        #expect(korean.contains("우연의 범위 안입니다"))
    }

    @Test func `findings of older versions have no pictures of what they do not hold`() async throws {
        var dossier = try await dossier()
        let all = try html(dossier)
        dossier.effects?.interactions = nil
        dossier.effects?.progress = nil
        dossier.effects?.residualChecks = nil
        dossier.effects?.twoLevel = nil
        let old = try html(dossier)
        #expect(all.contains("Factors that act together"))
        #expect(!old.contains("Factors that act together"))
        #expect(!old.contains("effects.progress"))
        #expect(old.contains("Progress of the search"))
        #expect(old.contains("Effects against chance"))
    }

    @Test func `trials of the confirmation run do not hide whether the model fits`() async throws {
        var dossier = try await dossier()
        let before = try html(dossier)
        #expect(before.contains("Left over by expected value"))
        var later = Array(dossier.trials.filter { $0.status == .completed }.prefix(4))
        for index in later.indices {
            later[index].id = IdentifierGenerator(clock: LaterClock(), seed: UInt64(index)).next()
            later[index].block = 1_000_000
            later[index].position = 1_000_000 + index
            later[index].purpose = index % 2 == 0 ? .confirmation : .control
        }
        dossier.trials += later
        #expect(try html(dossier).contains("Left over by expected value"))
    }

    private struct LaterClock: TimeSource {
        var now: Timestamp { SampleDossier.writtenAt }

        func sleep(until instant: Timestamp) async throws {}
    }

    @Test func `effects of two levels are drawn with their margins`() async throws {
        var dossier = try await dossier()
        dossier.effects?.twoLevel = try TwoLevelEffects(
            factors: ["a", "b", "c"],
            isHigh: (0..<3).map { factor in (0..<8).map { $0 >> factor & 1 == 1 } },
            response: [1, 9, 1.5, 9.2, 1.1, 8.8, 1.2, 9.4]
        )
        let page = try html(dossier)
        #expect(page.contains("data-key=\"effects.twoLevel.effects[0].effect\""))
        #expect(page.contains("margin for all"))
    }

    @Test(arguments: [
        ("worth", "worth of more trials", "추가 시험의 값어치"), ("warm_start", "start from earlier campaigns", "앞선 캠페인에서 출발"),
    ])
    func `decisions on the search have a name`(policy: String, english: String, korean: String) async throws {
        var dossier = try await dossier()
        var decision = try #require(dossier.decisions.first)
        decision.policy = policy
        decision.reason = "No earlier campaign has results of these factors: the search starts anew."
        dossier.decisions = [decision]
        #expect(try html(dossier).contains(english))
        #expect(!(try html(dossier)).contains(">\(policy)<"))
        let page = try html(dossier, .korean)
        #expect(page.contains(korean))
        #expect(page.contains("앞선 캠페인이 없어 처음부터 탐색합니다"))
    }

    @Test func `what all campaigns say of the next is told, or why nothing can be said`() async throws {
        var dossier = try await dossier()
        #expect(!(try html(dossier)).contains("results of all campaigns"))
        dossier.patterns?.refit = RefittedModels(
            results: 3_000,
            time: SampleDossier.writtenAt,
            control: Interval(estimate: 41.5, lower: 30.25, upper: 55, confidence: 0.95),
            notEnough: nil,
            carryOver: 0.62
        )
        let patterns = try CanonicalJSON.text(try #require(dossier.patterns))
        let effects = try CanonicalJSON.text(try #require(dossier.effects))
        let page = try html(dossier)
        #expect(page.contains("data-key=\"patterns.refit.control.upper\""))
        #expect(try FigureAudit(html: page, json: "{\"effects\":\(effects),\"patterns\":\(patterns)}").problems.isEmpty)
        #expect(page.replacing(#/<[^>]+>/#, with: "").contains("62 % of what levels do carries over"))
        #expect(try html(dossier, .korean).replacing(#/<[^>]+>/#, with: "").contains("아는 것에서 출발할 만합니다"))
        dossier.patterns?.refit?.control = nil
        dossier.patterns?.refit?.notEnough =
            "not enough data: needs about 5 campaigns or more, has 2 of 2 products; the interval would be 10 to 90, 4.1 times as wide as more data could make it (mostly because of: campaigns differ)"
        let korean = try html(dossier, .korean).replacing(#/<[^>]+>/#, with: "")
        #expect(korean.contains("상품 2개의 캠페인 2개입니다"))
        #expect(korean.contains("캠페인마다 다름"))
    }
}
