// SPDX-License-Identifier: Apache-2.0

import Domain
import Testing

struct IdentifierTests {
    /// A clock that is set by hand, also backwards.
    private final class HandClock: TimeSource {
        private let instant: Locked<Timestamp>

        init(_ milliseconds: Int64) {
            instant = Locked(Timestamp(milliseconds: milliseconds))
        }

        var now: Timestamp { instant.withLock { $0 } }

        func set(_ milliseconds: Int64) {
            instant.withLock { $0 = Timestamp(milliseconds: milliseconds) }
        }

        func sleep(until instant: Timestamp) async throws {}
    }

    @Test func `text order is creation order, within one millisecond and beyond, also when the clock steps back`() {
        let clock = HandClock(1_767_225_600_000)
        let ids = IdentifierGenerator(clock: clock, seed: 1)
        var made: [TrialID] = []
        for step: Int64 in [0, 0, 0, 1, 2, 2, 1_000, 86_400_000, 5, 5, 86_400_001, 4_000_000_000_000] {
            clock.set(1_767_225_600_000 + step)
            for _ in 0..<50 { made.append(ids.next()) }
        }
        #expect(made == made.sorted())
        #expect(Set(made).count == made.count)
        #expect(made.map(\.text) == made.map(\.text).sorted())
    }

    @Test(arguments: [(1, "0000000001"), (32, "0000000010"), (1_767_225_600_000, "01kdvdna00")])
    func `an identifier begins with its kind and the time in base 32`(milliseconds: Int64, digits: String) {
        let ids = IdentifierGenerator(clock: HandClock(milliseconds), seed: 1)
        let id = ids.next(Campaign.self)
        #expect(id.text.hasPrefix("cmp_\(digits)"))
        #expect(id.text.utf8.count == 30)
        #expect("\(id)" == id.text)
    }

    @Test func `one seed and one clock make the same identifiers again, another seed others`() {
        func made(seed: UInt64) -> [JobID] {
            let ids = IdentifierGenerator(clock: HandClock(5), seed: seed)
            return (0..<10).map { _ in ids.next() }
        }
        #expect(made(seed: 3) == made(seed: 3))
        #expect(Set(made(seed: 3)).isDisjoint(with: made(seed: 4)))
    }

    @Test func `every kind has a prefix of its own, and does not read another's`() throws {
        let ids = IdentifierGenerator(clock: HandClock(5), seed: 1)
        let prefixes = [
            Campaign.identifierPrefix, Trial.identifierPrefix, Generation.identifierPrefix, Job.identifierPrefix,
            Worker.identifierPrefix, Decision.identifierPrefix, Alert.identifierPrefix,
            AnalysisRecord.identifierPrefix, LedgerEntry.identifierPrefix, MessageIdentity.identifierPrefix,
        ]
        #expect(Set(prefixes).count == prefixes.count)
        #expect(prefixes.allSatisfy { $0.utf8.count == 3 })
        let trial = ids.next(Trial.self)
        #expect(TrialID(trial.text) == trial)
        #expect(CampaignID(trial.text) == nil)
        let json = try CanonicalJSON.text([trial])
        #expect(try CanonicalJSON.decode([TrialID].self, from: json) == [trial])
        #expect(throws: DecodingError.self) { try CanonicalJSON.decode([CampaignID].self, from: json) }
    }

    @Test(
        arguments: [
            "", "cmp", "cmp_", "cmp_00000000000000000000000000 ", "cmp_0000000000000000000000000",
            "cmp_000000000000000000000000000", "CMP_00000000000000000000000000", "cmp-00000000000000000000000000",
            "cmp_0000000000000000000000000A", "cmp_0000000000000000000000000i", "cmp_0000000000000000000000000l",
            "cmp_0000000000000000000000000o", "cmp_0000000000000000000000000u", "cmp_0000000000000000000000000/",
            " cmp_00000000000000000000000000", "trl_00000000000000000000000000", "cmp_000000000000000000000000두",
        ]
    )
    func `text that is not an identifier of the kind is refused`(text: String) {
        #expect(CampaignID(text) == nil)
    }

    @Test func `the least identifier is read`() {
        #expect(CampaignID("cmp_00000000000000000000000000")?.text == "cmp_00000000000000000000000000")
    }

    @Test(
        arguments: [
            ("default", true), ("a", true), ("seller-2", true), (String(repeating: "x", count: 63), true),
            ("", false), (String(repeating: "x", count: 64), false), ("Seller", false), ("a b", false),
            ("a_b", false), ("두레", false), ("a/b", false),
        ]
    )
    func `a workspace's name is lower-case letters, digits and hyphens`(name: String, isGood: Bool) throws {
        #expect((WorkspaceID(name) != nil) == isGood)
        let json = try CanonicalJSON.text([name])
        if isGood {
            #expect(try CanonicalJSON.decode([WorkspaceID].self, from: json).map(\.name) == [name])
        } else {
            #expect(throws: DecodingError.self) { try CanonicalJSON.decode([WorkspaceID].self, from: json) }
        }
    }
}
