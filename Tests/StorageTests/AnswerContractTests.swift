// SPDX-License-Identifier: Apache-2.0

import Domain
import Storage
import Testing

/// What every store promises of requests that may be sent again.
@Suite(.timeLimit(.minutes(10)))
struct AnswerContractTests {
    private static let whole = KeptAnswer.Whole(
        status: 201,
        type: "application/json",
        location: "/x",
        body: "{\"a\":\"두레\"}"
    )

    private static func claim(
        _ key: String,
        caller: String = "c",
        fingerprint: String = "f",
        in workspace: WorkspaceID = .default
    ) -> AnswerClaim {
        AnswerClaim(workspace: workspace, caller: caller, key: key, operation: "create", fingerprint: fingerprint)
    }

    @Test(arguments: Implementation.allCases)
    func `a key is claimed once, and its answer given back`(_ implementation: Implementation) async throws {
        try await implementation.with { store in
            let claim = Self.claim("k")
            let (now, stale) = (Sample.at(100), Sample.at(0))
            #expect(try await store.claim(claim, now: now, stale: stale) == nil)
            let open = KeptAnswer(operation: "create", fingerprint: "f", whole: nil)
            #expect(try await store.claim(claim, now: now, stale: stale) == open)
            #expect(try await store.claim(Self.claim("k", fingerprint: "g"), now: now, stale: stale) == open)
            #expect(try await store.claim(Self.claim("k", caller: "d"), now: now, stale: stale) == nil)
            let other = Self.claim("k", in: WorkspaceID("other") ?? .default)
            #expect(try await store.claim(other, now: now, stale: stale) == nil, "each workspace has its own")
            try await store.keep(Self.whole, of: claim)
            #expect(try await store.claim(other, now: now, stale: stale) == open)
            let kept = try await store.claim(claim, now: now, stale: Sample.at(200))
            #expect(kept == KeptAnswer(operation: "create", fingerprint: "f", whole: Self.whole))
            // What was answered is answered for good.
            try await store.release(claim)
            try await store.keep(KeptAnswer.Whole(status: 500, type: nil, location: nil, body: ""), of: claim)
            #expect(try await store.claim(claim, now: now, stale: stale) == kept)
        }
    }

    @Test(arguments: Implementation.allCases)
    func `a right that was given back, or that nobody used in time, is given anew`(
        _ implementation: Implementation
    ) async throws {
        try await implementation.with { store in
            let claim = Self.claim("k")
            #expect(try await store.claim(claim, now: Sample.at(10), stale: Sample.at(0)) == nil)
            try await store.release(claim)
            #expect(try await store.claim(claim, now: Sample.at(20), stale: Sample.at(0)) == nil)
            #expect(try await store.claim(claim, now: Sample.at(30), stale: Sample.at(20)) != nil)
            let other = Self.claim("k", fingerprint: "g")
            #expect(try await store.claim(other, now: Sample.at(30), stale: Sample.at(21)) != nil)
            #expect(try await store.claim(claim, now: Sample.at(30), stale: Sample.at(21)) == nil)
            #expect(try await store.claim(claim, now: Sample.at(31), stale: Sample.at(22)) != nil)
        }
    }

    @Test(arguments: Implementation.allCases)
    func `the oldest are removed first`(_ implementation: Implementation) async throws {
        try await implementation.with { store in
            for second in 1...5 {
                _ = try await store.claim(Self.claim("k\(second)"), now: Sample.at(second), stale: Sample.at(0))
            }
            #expect(try await store.pruneAnswers(before: Sample.at(4), limit: 2) == 2)
            #expect(try await store.pruneAnswers(before: Sample.at(4), limit: 9) == 1)
            #expect(try await store.claim(Self.claim("k3"), now: Sample.at(9), stale: Sample.at(0)) == nil)
            #expect(try await store.claim(Self.claim("k4"), now: Sample.at(9), stale: Sample.at(0)) != nil)
        }
    }
}
