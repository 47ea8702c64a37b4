// SPDX-License-Identifier: Apache-2.0

import Domain
import Server
import Testing

/// What a campaign's page is made of.
@Suite struct CampaignPageTests {
    private static let ids = IdentifierGenerator(clock: RealClock(), seed: 7)

    private static func decision(_ policy: String, _ reason: String, at second: Int64) -> Decision {
        Decision(
            id: ids.next(),
            workspace: .default,
            campaign: FakeServices.campaign.id,
            time: Timestamp(milliseconds: second * 1_000),
            agent: "orchestrator",
            policy: policy,
            inputs: "{}",
            outcome: "{}",
            reason: reason
        )
    }

    @Test func `notes that only differ in figures are one line, and a person's order stays where it was given`() {
        let notes = (0..<50).map { second in
            Self.decision("course", "\(second) % of the way to the target is done.", at: Int64(second))
        }
        let rounds = (0..<50).map { Self.decision("target", "The round does not meet the target.", at: Int64($0)) }
        let order = Self.decision("person_order", "A person asked.", at: 25)
        let all = (notes + rounds + [order]).sorted { $0.time < $1.time }
        let lines = DecisionLine.lines(of: all)
        #expect(lines.map(\.policy).filter { $0 == "person_order" } == ["person_order"])
        #expect(lines.count == 5)
        #expect(lines.reduce(0) { $0 + $1.count } == all.count)
        // The newest words, and the newest time.
        #expect(lines.first { $0.policy == "course" }?.reason == "49 % of the way to the target is done.")
        #expect(lines.first?.time == Timestamp(milliseconds: 49_000).description)
        #expect(lines.first { $0.policy == "person_order" }?.count == 1)
    }

    @Test func `two things that a person must know are two lines`() {
        let alerts = (0..<3).map { Self.decision("anomaly", "The rank fell \($0) places.", at: $0) }
        #expect(DecisionLine.lines(of: alerts).map(\.reason) == alerts.reversed().map(\.reason))
    }

    @Test func `a kept value is made anew when its records have changed, and the oldest goes first`() async {
        let kept = KeptValues<Int, String>(most: 2)
        let made = Locked<[String]>([])
        func value(_ name: Int, _ revision: String) async -> String {
            await kept.value(name, at: revision) {
                made.withLock { $0.append("\(name)\(revision)") }
                return "\(name)\(revision)"
            }
        }
        for (name, revision) in [(1, "a"), (1, "a"), (1, "b"), (2, "a"), (1, "b"), (3, "a"), (1, "b"), (3, "a")] {
            #expect(await value(name, revision) == "\(name)\(revision)")
        }
        #expect(made.withLock(\.self) == ["1a", "1b", "2a", "3a", "1b"])
    }

    @Test(.timeLimit(.minutes(5))) func `all who ask at once share one value, and one who fails fails alone`()
        async throws
    {
        struct Broken: Error {}
        let kept = KeptValues<Int, String>(most: 2)
        let (made, gate) = (Locked(0), Gate())
        @Sendable func value(fails: Bool = false) async throws -> String {
            try await kept.value(1, at: "a") {
                made.withLock { $0 += 1 }
                await gate.wait()
                if fails { throw Broken() }
                return "one"
            }
        }
        try await withThrowingTaskGroup(of: String?.self) { tasks in
            tasks.addTask {
                do { return try await value(fails: true) } catch is Broken { return nil }
            }
            while made.withLock(\.self) == 0 { await Task.yield() }
            for _ in 0..<20 { tasks.addTask { try await value() } }
            while kept.waitingCount < 20 { await Task.yield() }
            gate.open()
            var found: [String?] = []
            for try await one in tasks { found.append(one) }
            #expect(found.count { $0 == nil } == 1 && found.count { $0 == "one" } == 20)
        }
        #expect(made.withLock(\.self) == 2, "the one who failed, and one of the twenty")
    }
}
