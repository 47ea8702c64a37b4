// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import Connectors
import Domain
import Foundation
import StandIns
import Storage
import Testing

@testable import dure

/// Campaigns of the program whose ranks come from Naver's shop search, which a stand-in plays.
@Suite(.timeLimit(.minutes(10)), .enabled(if: ProcessHouse.program != nil, "the program was not built"))
struct NaverCampaignTests {
    /// A list in which the product 900 has a place, after it a competitor.
    private static func list(_ place: Int?) -> [NaverStandIn.Offer] {
        (1...100).map { number in
            number == place
                ? .init(
                    productId: "900",
                    link: "https://smartstore.naver.com/main/products/777",
                    mall: "두레상점",
                    title: "로봇청소기 R7",
                    price: 329_000
                )
                : .init(productId: "\(10_000 + number)", mall: "mall", title: "청소기 \(number)", price: 100_000 + number)
        }
    }

    /// A goal whose only program applies; its ranks are looked at every second.
    private static func goal(in house: ProcessHouse, measure: String = "", replicates: Int = 2) throws -> String {
        let apply = try house.folder.file("apply.sh", "#!/bin/sh\necho \"$DURE_TITLE\" >>applied\n")
        let measuring = try house.folder.file("measure.sh", "#!/bin/sh\nsleep 1\necho '{\"rank\": 12}'\n")
        for file in [apply, measuring] {
            try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: file)
        }
        return try house.folder.file(
            "goal.yaml",
            """
            name: robot on naver
            marketplace: naver
            product: {url: "https://smartstore.naver.com/main/products/777", competitors: ["10090"]}
            keywords: [로봇청소기, 청소기]
            metric: {name: rank, target: 10, depth: 100}
            deadline: 1d
            factors: {title: [short, long]}
            trial: {apply: {run: [./apply.sh], timeout: 10s}, window: 2s, every: 1s\(measure)}
            effort: {generation_size: 2, replicates: \(replicates), block_size: 3}
            budget: {trials: \(4 * replicates)}
            ending: {confirmation_replicates: 0, finalists: 1, next_campaign: none}
            """
        )
    }

    private static func read<Value>(
        _ house: ProcessHouse,
        _ body: (any Store) async throws -> Value
    ) async throws -> Value {
        let store = try DataFolder(path: house.folder.url.appending(path: "data").path).openForReading()
        let value = try await body(store)
        try store.close()
        return value
    }

    @Test func `a campaign looks at its ranks, counts its trials by them and follows competitors beside it`()
        async throws
    {
        let naver = NaverStandIn(shop: ["로봇청소기": Self.list(41), "청소기": Self.list(21)])
        try await NaverOverHTTP.serving(naver) { server in
            let house = try ProcessHouse(environment: server.environment())
            let (output, code) = try await house.run(["run", try Self.goal(in: house), "--output", "data"])
            #expect(code == 0, "\(output)\n\(house.logged("command"))")
            #expect(!house.lines("applied").isEmpty)
            try await Self.read(house) { store in
                let campaign = try #require(try await store.campaigns(in: .default).first)
                #expect(campaign.goal.effort.observers == 1, "one key is one source")
                let trials = try await store.trials(of: campaign.id, in: .default).filter { $0.status == .completed }
                #expect(!trials.isEmpty && trials.allSatisfy { $0.metrics["rank"] == 31 }, "the middle of 41 and 21")
                let seen = try await store.measurements(of: campaign.id, in: .default, since: nil)
                #expect(!seen.isEmpty && Set(seen.map(\.source)) == ["naver-shop"])
                #expect(seen.contains { $0.trial == nil && $0.value == 31 }, "observers look at it, too")
                let sightings = try await store.rankSightings(in: .default, keyword: "로봇청소기", since: nil)
                let newest = sightings.map(\.time).max()
                let ranks = Dictionary(sightings.filter { $0.time == newest }.map { ($0.product, $0.rank) }) { $1 }
                #expect(ranks["777"] == 41 && ranks["10090"] == 90 && ranks["10001"] == 1)
                let products = try await store.rankedProducts(in: .default)
                #expect(products.filter(\.isOwn).map(\.name) == ["로봇청소기 R7"])
            }
            let (page, told) = try await house.run(["ranks", "report", "--output", "data", "--to", "ranks.html"])
            #expect(told == 0, "\(page)\n\(house.logged("command"))")
        }
        #expect(naver.desk.violations.isEmpty)
    }

    @Test func `without keys a goal gets one error that names the variables`() async throws {
        let house = try ProcessHouse(environment: ["DURE_NAVER_CLIENT_ID": "", "DURE_NAVER_CLIENT_SECRET": ""])
        let (_, code) = try await house.run(["run", try Self.goal(in: house), "--output", "data"])
        #expect(code == 77)
        let said = house.logged("command")
        #expect(said.contains("DURE_NAVER_CLIENT_ID") && said.contains("DURE_NAVER_CLIENT_SECRET"), "\(said)")
        try await Self.read(house) { store in
            let campaigns = try await store.campaigns(in: .default)
            #expect(campaigns.isEmpty)
        }
    }

    @Test(arguments: ["dead", "spent"])
    func `a source that is dead or whose quota is spent fails looks, is told once, and ends nothing`(
        _ trouble: String
    ) async throws {
        let naver = NaverStandIn(shop: ["로봇청소기": Self.list(4), "청소기": Self.list(4)])
        if trouble == "dead" { naver.desk.inject(.hangUp) }
        try await NaverOverHTTP.serving(naver) { server in
            let house = try ProcessHouse(environment: server.environment(dailyCalls: trouble == "spent" ? 2 : 25_000))
            // The trials measure by themselves, so that only the observers' looks depend on the source.
            let measure = ", measure: {run: [./measure.sh], timeout: 10s}"
            let goal = try Self.goal(in: house, measure: measure, replicates: 200)
            let process = try house.start("run", ["run", goal, "--output", "data"])
            try await house.wait(for: "the alert", within: .minutes(6)) {
                guard FileManager.default.fileExists(atPath: house.folder.url.appending(path: "data/dure.sqlite").path)
                else { return false }
                do {
                    return try await Self.read(house) { store in
                        guard let campaign = try await store.campaigns(in: .default).first else { return false }
                        let alerts = try await store.alerts(of: campaign.id, in: .default)
                        return alerts.contains { $0.kind == .sourceMissing }
                    }
                } catch let code as ExitCode where code == .temporary {
                    return false
                }
            }
            process.signal(SIGINT)
            _ = await process.end()
            try await Self.read(house) { store in
                let campaign = try #require(try await store.campaigns(in: .default).first)
                #expect(campaign.status != .failed)
                let alerts = try await store.alerts(of: campaign.id, in: .default).filter { $0.kind == .sourceMissing }
                #expect(alerts.count == 1, "one cause is told once")
                #expect(alerts.first?.message.contains("naver-shop") == true, "\(alerts)")
            }
        }
        if trouble == "spent" { #expect(naver.desk.busiestDay("day") <= 2) }
    }
}
