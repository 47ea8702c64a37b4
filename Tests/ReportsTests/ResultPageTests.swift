// SPDX-License-Identifier: Apache-2.0

import Domain
import Experiments
import Foundation
import Statistics
import Testing

@testable import Reports

@Suite struct ResultPageTests {
    private static let writtenAt = SampleDossier.writtenAt

    private static func page(_ result: ABResult, _ language: ReportLanguage = .korean) throws -> String {
        try ABTestPage(ABTestPageContent(result, name: "게임 관문")).html(language: language, writtenAt: writtenAt)
    }

    private static func page(_ content: AnalysisPageContent, _ language: ReportLanguage = .korean) throws -> String {
        try AnalysisPage(content).html(language: language, writtenAt: writtenAt)
    }

    /// What a reader sees, without the figures that are traced, and without what is no figure of the result.
    private static func untraced(_ html: String) -> String {
        html.replacing(#/<style>(?s:.)*?<\/style>/#, with: "").replacing(#/<svg (?s:.)*?<\/svg>/#, with: "")
            .replacing(#/<footer>(?s:.)*?<\/footer>/#, with: "").replacing(#/<data [^>]*>[^<]*<\/data>/#, with: "")
            .replacing(#/<[^>]*>/#, with: " ").replacing(/&#\d+;/, with: "'")
    }

    private static func tests() throws -> [ABResult] {
        [
            try SampleResults.test(),
            try SampleResults.test(looks: .unplanned),
            try SampleResults.test(
                looks: .planned(information: [0.25, 0.5], of: 4, rule: .spending(.obrienFlemingLike))
            ),
            try SampleResults.test(successes: [[20_034, 20_119], [8_279, 9_102]], margin: .relative(0.02)),
            try SampleResults.test(units: [44_700, 47_489]),
        ]
    }

    @Test(arguments: ReportLanguage.allCases)
    func `every number of a test's page is in its machine-readable result`(language: ReportLanguage) throws {
        for result in try Self.tests() {
            let html = try Self.page(result, language)
            let audit = try FigureAudit(html: html, json: try SampleResults.json(result))
            #expect(audit.problems == [])
            #expect(audit.count > 8)
            let rest = Self.untraced(html.replacing(#/<h3>[^<]*<\/h3>\s*<ul>(?s:.)*?<\/ul>/#, with: ""))
            #expect(rest.firstMatch(of: /\d/) == nil, "\(rest)")
        }
    }

    @Test(arguments: ReportLanguage.allCases, [false, true])
    func `every number of an analysis's page is in its machine-readable result`(
        language: ReportLanguage,
        isSaturated: Bool
    ) throws {
        let sample = try SampleResults.analysis(isSaturated: isSaturated)
        let html = try Self.page(sample.content, language)
        let audit = try FigureAudit(html: html, json: sample.json)
        #expect(audit.problems == [])
        #expect(audit.count > 30)
        let rest = Self.untraced(html)
        #expect(rest.firstMatch(of: /\d/) == nil, "\(rest)")
    }

    @Test(arguments: ReportLanguage.allCases, [1, 3])
    func `a real analysis gives a page whose numbers are its JSON's`(language: ReportLanguage, replicates: Int) throws {
        let report = try SampleResults.report(replicates: replicates)
        let content = try #require(AnalysisPageContent(report))
        let html = try Self.page(content, language)
        let audit = try FigureAudit(html: html, json: try SampleResults.json(report))
        #expect(audit.problems == [])
        #expect(audit.count > 20)
        #expect(content.isSaturated == (replicates == 1))
        #expect(content.interactions.count == 1)
        #expect(
            content.best.filter(\.isDecided).map(\.factor).sorted() == (replicates == 1 ? [] : ["coupon", "price"])
        )
        #expect((content.means.first?.levels.first?.mean.drawable == nil) == (replicates == 1))
        #expect(AnalysisPageContent(report, response: 1) == nil)
        #expect(AnalysisPageContent(report, response: -1) == nil)
    }

    @Test func `a number that is not the result's is found`() throws {
        let sample = try SampleResults.analysis()
        let html = try Self.page(sample.content)
        let changed = sample.json.replacing(
            "\"estimate\": 41.8125, \"lower\": 40.1034",
            with: "\"estimate\": 41.8125, \"lower\": 40.2"
        )
        #expect(try FigureAudit(html: html, json: changed).problems.contains { $0.contains("best.mean.lower") })
        let missing = sample.json.replacing("\"rows\": 16", with: "\"runs\": 16")
        #expect(try FigureAudit(html: html, json: missing).problems.contains { $0.contains("'rows'") })
        let forged = html.replacing(">16</data>", with: ">17</data>")
        #expect(try FigureAudit(html: forged, json: sample.json).problems.contains { $0.contains("no rounding") })
    }

    @Test(arguments: [
        ("1,234.6", 1_234.56, true), ("1,234.5", 1_234.56, false), ("−0.82 %p", -0.820_129, true),
        ("< 0.001", 0.000_4, true), ("< 0.001", 0.004, false), ("+4.5 %", 4.4999, true), ("1.23e−05", 1.2345e-5, true),
        ("1.24e−05", 1.2345e-5, false), ("", 1, false), ("–", 1, false),
    ])
    func `a rounding is told from another number`(text: String, value: Double, expected: Bool) {
        #expect(FigureAudit.isRounding(text, of: value) == expected)
    }

    @Test func `paths lead into objects and lists`() throws {
        let result = try CanonicalJSON.decode(JSONValue.self, from: "{\"a\": {\"b\": [1, {\"c\": [2, 3]}]}}")
        #expect(FigureAudit.number(at: "a.b[0]", in: result) == 1)
        #expect(FigureAudit.number(at: "a.b[1].c[1]", in: result) == 3)
        for path in ["", "a", "a.b[2]", "a.x", "a.b[-1]", "a.b[", "b[0]"] {
            #expect(FigureAudit.number(at: path, in: result) == nil)
        }
    }

    @Test func `a test that found something worse says so in both languages`() throws {
        let result = try SampleResults.test()
        try #require(result.verdict == .worse)
        let korean = Self.untraced(try Self.page(result))
        #expect(korean.contains("더 나쁨"))
        #expect(korean.contains("gate-forty가 gate-thirty보다 나쁩니다"))
        let english = Self.untraced(try Self.page(result, .english))
        #expect(english.contains("gate-forty does worse than gate-thirty"))
        #expect(english.contains("Keep gate-thirty and switch gate-forty off."))
    }

    @Test func `a wrong split leaves no number of the test on the page`() throws {
        let result = try SampleResults.test(units: [44_700, 47_489])
        #expect(result.verdict == .invalid)
        let html = try Self.page(result)
        #expect(html.contains("방문자가 계획대로 나뉘지 않았습니다"))
        #expect(!html.contains("control_value"))
        #expect(!html.contains("comparisons["))
    }

    @Test func `a test that goes on is not decided`() throws {
        let result = try SampleResults.test(
            successes: [[20_034, 20_119], [8_279, 8_502]],
            looks: .planned(information: [0.25], of: 4, rule: .spending(.obrienFlemingLike))
        )
        #expect(result.verdict == .inconclusive)
        let html = try Self.page(result, .english)
        #expect(html.contains("go on to the next look"))
    }

    @Test func `the pages hold what a seller asks for, in order`() throws {
        let pages = [try Self.page(try SampleResults.test()), try Self.page(try SampleResults.analysis().content)]
        for html in pages {
            let ids = html.matches(of: #/<section id="([a-z-]+)"/#).map { String($0.1) }
            #expect(ids == ["answer", "next", "evidence", "not-learned", "method"])
            let rest = html.replacing("xmlns=\"http://www.w3.org/2000/svg\"", with: "")
            #expect(rest.firstMatch(of: #/https?:|\/\/[a-z]|url\(|@import|<script|<link|<img|src=/#) == nil)
            #expect(
                rest.replacing(#/<style>(?s:.)*?<\/style>/#, with: "").firstMatch(of: #/\b(nan|NaN|inf|nil)\b|[{}]/#)
                    == nil
            )
            for picture in html.matches(of: #/<svg (?s:.)*?<\/svg>/#) {
                let drawn = try Picture(String(picture.0))
                #expect(drawn.isWithinFrame)
                #expect(!drawn.description.isEmpty)
            }
        }
    }

    @Test func `an analysis says how sure it is by its interval`() throws {
        var content = try SampleResults.analysis().content
        #expect(try Self.page(content).contains("확실한 효과"))
        content.gain?.lower.value = -1
        #expect(try Self.page(content).contains("아직 불확실"))
        content.aim = .lower
        content.gain?.upper.value = -0.5
        #expect(try Self.page(content, .english).contains("Clear gain"))
        content.best = []
        #expect(try Self.page(content, .english).contains("No result"))
    }

    @Test func `a saturated design claims no certainty and shows Lenth's limits`() throws {
        let html = try Self.page(try SampleResults.analysis(isSaturated: true).content, .english)
        #expect(html.contains("no factor&#39;s effect could be told from chance"))
        #expect(html.contains("c-limit"))
        #expect(html.contains("Repeat some of the runs"))
        #expect(!html.contains("Left over by expected value"))
    }

    @Test func `hostile names stay text`() throws {
        let evil = "<script>alert(1)</script>\"'&{{name}}"
        var content = try SampleResults.analysis().content
        content.name = evil
        content.response = evil
        content.best[0].factor = evil
        content.best[0].level = evil
        content.means[0].factor = evil
        content.differences[0].name = evil
        content.interactions[0].first = evil
        content.notes = [evil]
        content.baseline.key = evil
        let html = try Self.page(content)
        #expect(!html.contains("<script"))
        for picture in html.matches(of: #/<svg (?s:.)*?<\/svg>/#) { _ = try Picture(String(picture.0)) }
    }

    @Test func `equal results give equal bytes`() throws {
        let result = try SampleResults.test()
        #expect(try Self.page(result) == Self.page(result))
    }

    @Test(arguments: ResultPhrase.allCases)
    func `a phrase has the same places in both languages, and no figure of its own`(phrase: ResultPhrase) {
        func places(_ text: String) -> [String] { Set(text.matches(of: /\{\d\}/).map { String($0.0) }).sorted() }
        #expect(places(phrase.korean) == places(phrase.english))
        for text in [phrase.korean, phrase.english] {
            #expect(!text.isEmpty)
            #expect(text.replacing(/\{\d\}/, with: "").firstMatch(of: /\d/) == nil)
        }
    }

    @Test(arguments: TrendPhrase.allCases)
    func `a phrase on trends has the same places in both languages, and is not left out`(phrase: TrendPhrase) {
        func places(_ text: String) -> [String] { Set(text.matches(of: /\{\d\}/).map { String($0.0) }).sorted() }
        #expect(places(phrase.korean) == places(phrase.english))
        #expect(!phrase.korean.isEmpty && !phrase.english.isEmpty && phrase.korean != phrase.english)
    }

    /// Where samples are written for the eye; nil in ordinary runs.
    private static let folder = ProcessInfo.processInfo.environment["DURE_REPORT_SAMPLES"]

    @Test(.enabled(if: folder != nil, "Set DURE_REPORT_SAMPLES to a folder to look at sample pages."))
    func `sample pages can be written for the eye`() async throws {
        let folder = URL(filePath: try #require(Self.folder), directoryHint: .isDirectory)
        func write(_ html: String, _ name: String) throws {
            try Data(html.utf8).write(to: folder.appending(path: name + ".html"))
        }
        for (index, result) in try Self.tests().enumerated() {
            try write(Self.page(result), "ab-\(index)-ko")
            try write(Self.page(result, .english), "ab-\(index)-en")
        }
        for isSaturated in [false, true] {
            let content = try SampleResults.analysis(isSaturated: isSaturated).content
            try write(Self.page(content), "analysis-\(isSaturated ? 1 : 0)-ko")
            try write(Self.page(content, .english), "analysis-\(isSaturated ? 1 : 0)-en")
        }
        var dossier = try await SampleDossier().dossier()
        dossier.campaign.raises = 1
        dossier.campaign.target = 16
        for language in ReportLanguage.allCases {
            let html = try CampaignReport(dossier).html(language: language, writtenAt: Self.writtenAt)
            try write(html, "campaign-\(language.rawValue)")
        }
    }
}
