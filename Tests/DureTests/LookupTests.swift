// SPDX-License-Identifier: Apache-2.0

import Domain
import Testing

@testable import dure

@Suite struct LookupTests {
    /// Three campaigns, two of them of one goal, oldest first.
    private static let campaigns: [Campaign] = {
        let sample = Sample()
        return [sample.campaign("vacuum"), sample.campaign("kettle"), sample.campaign("vacuum")]
    }()

    @Test func `without a text the newest campaign is meant`() throws {
        #expect(try CampaignLookup.match(nil, among: Self.campaigns) == Self.campaigns[2])
    }

    @Test func `without a text a reader means the newest campaign that has started`() throws {
        var campaigns = Self.campaigns
        campaigns[1].startedAt = Sample.start
        #expect(try CampaignLookup.match(nil, among: campaigns, isReading: true) == campaigns[1])
        #expect(try CampaignLookup.match(nil, among: Self.campaigns, isReading: true) == Self.campaigns[2])
    }

    @Test(arguments: 0..<3)
    func `an identifier finds its campaign, with and without the prefix`(index: Int) throws {
        let id = Self.campaigns[index].id.text
        #expect(try CampaignLookup.match(id, among: Self.campaigns) == Self.campaigns[index])
        #expect(try CampaignLookup.match(String(id.dropFirst(4)), among: Self.campaigns) == Self.campaigns[index])
    }

    @Test func `a beginning finds a campaign when it is the only one`() throws {
        let campaigns = [Self.campaigns[1]]
        let beginning = String(campaigns[0].id.text.prefix(10))
        #expect(try CampaignLookup.match(beginning, among: campaigns) == campaigns[0])
    }

    @Test(arguments: [("kettle", 1), ("vacuum", 2)])
    func `a goal's name finds the newest campaign of that goal`(name: String, index: Int) throws {
        #expect(try CampaignLookup.match(name, among: Self.campaigns) == Self.campaigns[index])
    }

    @Test(arguments: ["cmp_", "lamp", ""])
    func `a text that means no single campaign is refused, naming what exists`(text: String) throws {
        let failure = try #require(throws: CampaignLookup.Failure.self) {
            try CampaignLookup.match(text, among: Self.campaigns)
        }
        for campaign in Self.campaigns { #expect(failure.description.contains(campaign.id.text)) }
    }

    @Test func `an empty folder says how to start`() throws {
        let failure = try #require(throws: CampaignLookup.Failure.self) {
            try CampaignLookup.match(nil, among: [])
        }
        #expect(failure.description.contains("dure run"))
    }
}
