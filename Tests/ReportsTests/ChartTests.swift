// SPDX-License-Identifier: Apache-2.0

import Domain
import Foundation
import Testing

@testable import Reports

#if canImport(FoundationXML)
    import FoundationXML
#endif

@Suite struct ChartTests {
    private static func isValidXML(_ text: String) -> Bool { XMLParser(data: Data(text.utf8)).parse() }

    @Test func `every picture of a report is valid XML with a title and a description`() async throws {
        let dossier = try await SampleDossier().dossier()
        let html = try CampaignReport(dossier).html(language: .korean, writtenAt: SampleDossier.writtenAt)
        let pictures = html.matches(of: #/<svg (?s:.)*?<\/svg>/#).map { String($0.0) }
        #expect(pictures.count == 13)
        for picture in pictures {
            #expect(Self.isValidXML(picture))
            #expect(picture.contains("role=\"img\""))
            #expect(picture.firstMatch(of: #/<title>[^<]+<\/title>\n<desc>[^<]+<\/desc>/#) != nil)
        }
    }

    @Test func `text of any kind keeps a picture valid`() {
        var svg = SVG(width: 10, height: 10, title: "<a & \"b\">", description: "\u{0}\u{1B}[31m\u{FFFE}")
        svg.label("</text><script>'", 1, 2, tooltip: "]]>\u{7}")
        #expect(Self.isValidXML(svg.text))
        #expect(!svg.text.contains("<script"))
    }

    @Test func `rank 1 is drawn above rank 80`() {
        let axis = Axis(ofRanks: [1, 80], title: "rank") { String($0) }
        let frame = ChartFrame(left: 0, top: 0, width: 100, height: 100, x: axis, y: axis)
        #expect(frame.down(1) < frame.down(80))
        #expect(frame.down(1) == 0)
        #expect(axis.ticks.first?.value == 1)
    }

    @Test func `a metric of which more is better is drawn with more on top`() {
        let axis = Axis(around: [1, 80], title: "sales") { String($0) }
        let frame = ChartFrame(left: 0, top: 0, width: 100, height: 100, x: axis, y: axis)
        #expect(frame.down(80) < frame.down(1))
    }

    @Test(arguments: [(0.0, 80.0), (0.0131, 0.0137), (-5.0, 5.0), (1e6, 3e6), (-1e-9, 1e-9)])
    func `ticks are round, rise, and cover the values`(low: Double, high: Double) throws {
        let ticks = Axis.niceValues(from: low, to: high, steps: 5)
        let step = (high - low) * 1e-9
        #expect(try #require(ticks.first) <= low + step)
        #expect(try #require(ticks.last) >= high - step)
        #expect((3...12).contains(ticks.count))
        #expect(ticks == ticks.sorted())
    }

    @Test func `one value alone and none at all have an axis`() {
        for values in [[], [5.0], [5, 5], [.nan, .infinity]] {
            let axis = Axis(around: values, title: "x") { String($0) }
            #expect(axis.upper > axis.lower)
            #expect(axis.position(axis.lower).isFinite)
        }
    }

    @Test func `days on an axis begin at midnight of the report's time zone`() {
        let wording = Wording(language: .english, goal: SampleDossier.sellerGoal)
        let start = SampleDossier.start + .hours(5)
        let axis = Axis(from: start, to: start + .days(7), wording: wording)
        #expect(axis.ticks.first?.label == "11-02")
        #expect(axis.ticks.first?.value == Double((SampleDossier.start + .days(1)).milliseconds))
    }

    @Test func `a coordinate that is no number is not written`() {
        #expect(SVG.number(.nan) == "0")
        #expect(SVG.number(-.infinity) == "0")
        #expect(SVG.number(-0.04) == "0")
        #expect(SVG.number(-12.35) == "-12.4")
    }
}
