// SPDX-License-Identifier: Apache-2.0

import Domain
import Foundation
import HTTPTypes
import NIOHTTP1
import Server
import Storage
import Testing

@testable import dure

/// Pages that a browser has already: the answer without a body replaces the fields of the one before, its policy too.
@Suite(.enabled(if: ProcessHouse.program != nil, "the program was not built"), .serialized, .timeLimit(.minutes(20)))
struct KnownPageTests {
    /// What may differ from answer to answer.
    private static let passing: Set<String> = ["date", "content-length", "content-type", "x-request-id"]

    @Test func `a page that the browser has already is answered with all fields of the page`() async throws {
        let sample = Sample()
        let campaign = sample.campaign()
        func prepare(_ house: ProcessHouse, _ data: String) async throws {
            let store = try DataFolder(path: data).openForWriting()
            try await store.commit(try sample.change(campaign), durability: .process)
            try store.close()
        }
        try await GuardedProgram.run(prepare: prepare) { program in
            let session = ["Cookie": try await program.session()]
            var pages = try await RoleTableTests.endpoints().filter {
                $0.method == .get && !$0.path.contains("{") && !$0.path.hasPrefix("/live")
            }.map(\.path)
            pages += ["/campaigns/\(campaign.id)", "/campaigns/\(campaign.id)/trials"]
            var known = 0
            for page in pages {
                let whole = try await program.ask(.GET, page, headers: session)
                guard whole.status == 200, let tag = whole.headers.first(name: "ETag") else { continue }
                let again = try await program.ask(.GET, page, headers: session.merging(["If-None-Match": tag]) { $1 })
                // What tells the time of day is another page a moment later.
                guard again.status == 304 else { continue }
                known += 1
                func fields(_ reply: GuardedProgram.Reply) -> [String: [String]] {
                    Dictionary(grouping: reply.headers) { $0.name.lowercased() }
                        .filter { !Self.passing.contains($0.key) }
                        .mapValues { $0.map(\.value) }
                }
                #expect(fields(again) == fields(whole), "\(page)")
            }
            #expect(known >= 10)
            let kept = try await program.ask(.GET, "/campaigns/\(campaign.id)", headers: session)
            let tag = try #require(kept.headers.first(name: "ETag"))
            let unchanged = try await program.ask(
                .GET,
                "/campaigns/\(campaign.id)",
                headers: session.merging(["If-None-Match": tag]) { $1 }
            )
            #expect(unchanged.status == 304 && unchanged.text.isEmpty)
        }
    }
}
