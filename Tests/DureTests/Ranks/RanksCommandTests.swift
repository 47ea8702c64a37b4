// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import Domain
import Experiments
import Foundation
import Storage
import Testing

@testable import dure

@Suite struct RanksCommandTests {
    private static let hasWeasyPrint = (ProcessInfo.processInfo.environment["PATH"] ?? "").split(separator: ":")
        .contains { FileManager.default.isExecutableFile(atPath: "\($0)/weasyprint") }

    /// Forty days of a list with thirty products; one moves for good.
    private func csv() -> String {
        var dice = SplitMix64(seed: 1)
        var text = "date,keyword,product,rank,own\n"
        for day in 0..<40 {
            let date = Timestamp(milliseconds: 1_767_225_600_000) + .days(day)
            for product in 0..<30 {
                let level = Double(5 + 2 * product) * (product == 3 && day >= 28 ? 2.5 : 1)
                let rank = Int((level * exp(Double.random(in: -0.08...0.08, using: &dice))).rounded())
                text +=
                    "\(date.description.prefix(10)),mop,p\(product),\(rank > 100 ? ">100" : String(rank)),\(product == 3 ? 1 : 0)\n"
            }
        }
        return text
    }

    private func run(_ arguments: [String]) async throws {
        var command = try Dure.parseAsRoot(arguments)
        if var command = command as? any AsyncParsableCommand {
            try await command.run()
        } else {
            try command.run()
        }
    }

    @Test func `a file taken in twice is in once, a dry run takes nothing, and alerts are stored once`() async throws {
        let folder = try TemporaryFolder()
        let file = try folder.file("ranks.csv", csv())
        let output = folder.url.appending(path: "data").path
        try await run(["ranks", "import", file, "--output", output, "--dry-run"])
        #expect(!FileManager.default.fileExists(atPath: output))
        for _ in 0..<2 { try await run(["ranks", "import", file, "--output", output]) }
        let data = DataFolder(path: output)
        let store = try data.openForReading()
        let sightings = try await store.rankSightings(in: .default, keyword: nil, since: nil)
        #expect(sightings.count == 1_200 && sightings.filter { $0.rank == nil }.allSatisfy { $0.depth == 100 })
        #expect(try await store.rankedProducts(in: .default).filter(\.isOwn).map(\.product) == ["p3"])
        try store.close()
        await #expect(throws: ExitCode.somethingNew) {
            try await run(["ranks", "watch", "--output", output, "--exit-code"])
        }
        try await run(["ranks", "watch", "--output", output, "--exit-code", "--format", "json"])
        let after = try data.openForReading()
        let alerts = try await after.alertsWithoutCampaign(in: .default)
        #expect(alerts.count { $0.kind == .rankChanged && $0.message.contains("p3") } == 1)
        #expect(alerts.first { $0.message.contains("p3") }?.severity == .warning, "an own product became worse")
        try after.close()
    }

    @Test func `forecasts and the page come from a file or from what was taken in`() async throws {
        let folder = try TemporaryFolder()
        let file = try folder.file("ranks.csv", csv())
        let output = folder.url.appending(path: "data").path
        try await run(["ranks", "forecast", file, "--steps", "2", "--goal", "5", "--format", "json"])
        try await run(["ranks", "import", file, "--output", output])
        try await run(["ranks", "forecast", "--output", output, "--product", "p3", "--steps", "1"])
        let page = folder.url.appending(path: "page.html").path
        try await run(["ranks", "report", "--output", output, "--language", "ko", "--steps", "2", "--to", page])
        #expect(try String(contentsOfFile: page, encoding: .utf8).contains("순위 보고서"))
    }

    @Test func `what is wrong ends with the code that says so`() async throws {
        let folder = try TemporaryFolder()
        let bad = try folder.file("bad.csv", "date,product,rank\n2026-01-01,a,first\n")
        await #expect(throws: ExitCode.dataError) { try await run(["ranks", "forecast", bad]) }
        await #expect(throws: ExitCode.noInput) { try await run(["ranks", "import", folder.url.path + "/none.csv"]) }
        await #expect(throws: ExitCode.noInput) {
            try await run(["ranks", "watch", "--output", folder.url.path + "/nothing"])
        }
        let good = try folder.file("good.csv", csv())
        await #expect(throws: ExitCode.noInput) { try await run(["ranks", "watch", good, "--product", "nobody"]) }
        await #expect(throws: ExitCode.dataError) { try await run(["ranks", "forecast", good, "--goal", "5000"]) }
        for arguments in [
            ["--fdr", "2"], ["--since", "soon"], ["--column", "rank"], ["--time-zone", "Moon"], ["--step", "x"],
        ] {
            #expect(throws: (any Error).self) { try Dure.parseAsRoot(["ranks", "watch", good] + arguments) }
        }
    }

    @Test func `a page's name is not taken for a file of ranks, and said what to do`() throws {
        for arguments in [["report", "--pdf", "ranks.pdf"], ["forecast", "page.html"]] {
            let error = #expect(throws: (any Error).self) { try Dure.parseAsRoot(["ranks"] + arguments) }
            let message = error.map { Dure.message(for: $0) } ?? ""
            #expect(message.contains("'\(arguments.last ?? "")'") && message.contains("--to"), "\(message)")
        }
    }

    @Test(.enabled(if: hasWeasyPrint, "WeasyPrint is not installed; scripts/setup --with-pdf installs it"))
    func `the page becomes a PDF file where it is wanted`() async throws {
        let folder = try TemporaryFolder()
        let file = try folder.file("ranks.csv", csv())
        let page = folder.url.appending(path: "page.pdf").path
        try await run(["ranks", "report", file, "--steps", "1", "--language", "ko", "--pdf", "--to", page])
        #expect(try Data(contentsOf: URL(filePath: page)).starts(with: Data("%PDF-".utf8)))
    }

    @Test(.enabled(if: ClusterServices.database != nil, "PostgreSQL is missing"))
    func `a shared database takes ranks in, and they are watched and forecast from it`() async throws {
        try await ClusterServices.withDatabase { store, address, _ in
            let folder = try TemporaryFolder()
            let file = try folder.file("ranks.csv", csv())
            let database = ["--database", address, "--output", folder.url.appending(path: "data").path]
            for _ in 0..<2 { try await run(["ranks", "import", file] + database) }
            #expect(try await store.rankSightings(in: .default, keyword: nil, since: nil).count == 1_200)
            await #expect(throws: ExitCode.somethingNew) {
                try await run(["ranks", "watch", "--exit-code"] + database)
            }
            try await run(["ranks", "watch", "--exit-code"] + database)
            let alerts = try await store.alertsWithoutCampaign(in: .default)
            #expect(alerts.count { $0.kind == .rankChanged && $0.message.contains("p3") } == 1)
            try await run(["ranks", "forecast", "--product", "p3", "--steps", "1"] + database)
            try await run(["ranks", "report", "--product", "p3", "--steps", "1"] + database)
            #expect(FileManager.default.fileExists(atPath: folder.url.path + "/data/reports/ranks.en.html"))
        }
    }

    @Test func `the text is silent where nothing beats no change`() throws {
        var sightings: [RankSighting] = []
        for day in 0..<20 {
            let time = Timestamp(milliseconds: 1_767_225_600_000) + .days(day)
            sightings.append(
                RankSighting(keyword: "k", product: "p", source: "s", observer: "s", time: time, rank: 7, depth: 100)
            )
        }
        var request = RankOutlookRequest()
        request.steps = 1
        let products = [RankedProduct(product: "p", name: "n", isOwn: true)]
        let outlook = try RankMarket(sightings, products: products).outlook(request)
        let text = RankOutlookText(outlook: outlook, timeZone: "UTC").text(top: 5)
        #expect(text.contains("nothing beats 'no change', so no rank is forecast"))
        #expect(text.contains("* n"))
    }

    @Test func `the text names what is off the list, methods in words, and what was not tested`() throws {
        func sightings(_ product: String, _ ranks: [Int?]) -> [RankSighting] {
            ranks.enumerated().map { day, rank in
                let time = Timestamp(milliseconds: 1_767_225_600_000) + .days(day)
                return RankSighting(
                    keyword: "k",
                    product: product,
                    source: "s",
                    observer: "s",
                    time: time,
                    rank: rank,
                    depth: 50
                )
            }
        }
        let products = [RankedProduct(product: "ours", name: "Ours", isOwn: true)]
        let gone = Array(repeating: Int?(4), count: 20) + Array(repeating: nil, count: 12)
        var dice = SplitMix64(seed: 9)
        let rival = (0..<32).map { _ in Int?(Int.random(in: 15...25, using: &dice)) }
        var market = try RankMarket(sightings("ours", gone) + sightings("rival", rival), products: products)
        var text = RankOutlookText(outlook: try market.outlook(RankOutlookRequest()), timeZone: "UTC").text(top: 5)
        #expect(text.contains("* Ours (k): off the list since 2026-01-21 (12 steps); last rank 4 on 2026-01-20; "))
        #expect(!text.contains("recentMean") && !text.contains("dampedTrend"))
        market = try RankMarket(sightings("ours", [4]), products: products)
        var request = RankOutlookRequest()
        request.goal = 3
        text = RankOutlookText(outlook: try market.outlook(request), timeZone: "UTC").text(top: 5)
        #expect(!text.contains("nothing beats") && !text.contains("no better than"))
        #expect(text.contains("not tested enough (0 cases of 50"))
    }
}
