// SPDX-License-Identifier: Apache-2.0

import Agents
import Domain
import Foundation
import Storage
import Testing

@testable import dure

@Suite struct ReplayTests {
    private let sample = Sample()

    /// A stored decision of the pacing policy.
    private func decision(of campaign: Campaign, done: Double) throws -> Decision {
        let (_, record) = try PacingPolicy.decide(
            PacingPolicy.Inputs(planned: 100, done: done, effortFactor: 1),
            for: campaign,
            agent: "campaign",
            id: sample.ids.next(),
            at: Sample.start
        )
        return record
    }

    private func replay(_ decisions: [Decision]) async throws -> ReplayCommand.Result {
        let folder = try TemporaryFolder()
        let campaign = sample.campaign()
        let store = try folder.data.openForWriting()
        var change = KnowledgeChange()
        change.campaigns = [campaign]
        change.decisions = decisions.map { decision in
            var decision = decision
            decision.campaign = campaign.id
            return decision
        }
        try await store.commit(change, durability: .process)
        let reader = try folder.data.openForReading()
        var result = ReplayCommand.Result()
        result.replay(try await reader.decisions(of: campaign.id, in: .default))
        try reader.close()
        try store.close()
        return result
    }

    @Test func `decisions that come out as they were stored make no difference`() async throws {
        let campaign = sample.campaign()
        let result = try await replay(try [50, 100, 150].map { try decision(of: campaign, done: $0) })
        #expect(result.text == "3 decisions, 0 differences")
    }

    @Test func `a changed input is the one difference`() async throws {
        let campaign = sample.campaign()
        var decisions = try [50, 100, 150].map { try decision(of: campaign, done: $0) }
        decisions[1].inputs = decisions[1].inputs.replacing("\"done\":100", with: "\"done\":80")
        let result = try await replay(decisions)
        #expect(result.differences.map(\.decision) == [decisions[1].id])
        #expect(result.text.hasSuffix("3 decisions, 1 difference"))
        #expect(result.text.contains(decisions[1].id.text))
    }

    @Test func `a policy that is not known and inputs that cannot be read are differences`() async throws {
        let campaign = sample.campaign()
        var broken = try decision(of: campaign, done: 100)
        broken.inputs = "not JSON"
        let unknown = sample.decision(of: campaign, policy: "astrology", inputs: "{}", outcome: "{}", reason: "Stars.")
        #expect(try await replay([broken, unknown]).differences.count == 2)
    }
}
