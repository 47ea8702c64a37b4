// SPDX-License-Identifier: Apache-2.0

import Agents
import Domain
import Testing

struct ReplayTests {
    private func decisions(seed: UInt64) throws -> [Decision] {
        let house = CampaignHouse()
        let campaign = try house.runToEnd(SmallGoal.make { $0.seed = seed })
        return try house.records(of: campaign.id).decisions
    }

    @Test func `a campaign's decisions come out of their inputs again, and one changed input is found`() throws {
        var decisions = try decisions(seed: 5)
        #expect(decisions.count > 10)
        #expect(decisions.compactMap(Replay.difference).isEmpty)
        let index = try #require(decisions.firstIndex { $0.policy == CoursePolicy.name })
        var inputs = try CanonicalJSON.decode(CoursePolicy.Inputs.self, from: decisions[index].inputs)
        inputs.healthyShare = 0.5
        decisions[index].inputs = try CanonicalJSON.text(inputs)
        let differences = decisions.compactMap(Replay.difference)
        #expect(differences.map(\.decision) == [decisions[index].id])
        #expect(differences.first?.stored == decisions[index].outcome)
        #expect(differences.first?.derived.contains("emergency") == true)
    }

    @Test func `a changed reason, an unknown policy and unreadable inputs are differences`() throws {
        let decision = try #require(try decisions(seed: 5).first)
        var changed = decision
        changed.reason += " Or so."
        #expect(Replay.difference(in: changed)?.derived.contains("another reason") == true)
        changed = decision
        changed.policy = "guess"
        #expect(Replay.difference(in: changed)?.derived.contains("no policy 'guess'") == true)
        changed = decision
        changed.inputs = "{}"
        #expect(Replay.difference(in: changed)?.derived.contains("cannot be read") == true)
    }

    @Test func `the same seed gives equal decisions, another seed others`() throws {
        let first = try decisions(seed: 5)
        #expect(try decisions(seed: 5) == first)
        #expect(try decisions(seed: 6) != first)
    }
}
