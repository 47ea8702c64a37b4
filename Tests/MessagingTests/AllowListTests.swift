// SPDX-License-Identifier: Apache-2.0

import Domain
import Messaging
import Testing

struct AllowListTests {
    private static let allowed: [AgentName: [AgentName]] = [
        .gateway: [.orchestrator, .fleet, .analysis, .variable],
        .orchestrator: [.variable, .fleet, .campaign, .monitoring, .analysis, .newsTrend, .videoTrend],
        .variable: [.fleet],
        .fleet: [],
        .campaign: [.variable, .fleet, .analysis],
        .monitoring: [.fleet],
        .analysis: [],
        .newsTrend: [],
        .videoTrend: [],
    ]

    @Test(arguments: AgentName.allCases, AgentName.allCases)
    func `a pair is permitted when the table says so`(sender: AgentName, receiver: AgentName) throws {
        let row = try #require(Self.allowed[sender])
        let isAllowed = row.contains(receiver)
        let isOwnTick = sender == receiver && sender != .gateway
        #expect(AllowList.standard.permitsRequest(from: sender, to: receiver) == isAllowed)
        #expect(AllowList.standard.permitsCommand(from: sender, to: receiver) == (isAllowed || isOwnTick))
    }

    @Test(arguments: AgentName.allCases, AgentName.allCases)
    func `the broker refuses and audits what is off the list`(sender: AgentName, receiver: AgentName) throws {
        let post = Post()
        try post.clock.run {
            let mailbox = post.broker.mailbox(for: receiver, events: [])
            let error = await messageError {
                _ = try await post.broker.send(Ask(number: 1), from: sender, to: receiver)
            }
            let isAllowed =
                Self.allowed[sender]?.contains(receiver) == true || sender == receiver && sender != .gateway
            #expect((error == nil) == isAllowed)
            #expect(mailbox.count == (isAllowed ? 1 : 0))
            guard !isAllowed else { return }
            #expect(error == .refused(from: sender, to: receiver, action: "ask"))
            let entry = try #require(post.audit.entries.first)
            #expect(entry.actor == sender.rawValue)
            #expect(entry.action == "message.refused")
            #expect(entry.detail.contains(receiver.rawValue))
            #expect(post.broker.counts.refused == 1)
        }
    }

    @Test func `the list has no cycle, so that no two agents wait for each other`() {
        var settled: Set<AgentName> = []
        for _ in AgentName.allCases {
            for sender in AgentName.allCases {
                let open = AgentName.allCases.filter { receiver in
                    AllowList.standard.permitsRequest(from: sender, to: receiver) && !settled.contains(receiver)
                }
                if open.isEmpty { settled.insert(sender) }
            }
        }
        #expect(settled.count == AgentName.allCases.count)
    }
}
