// SPDX-License-Identifier: Apache-2.0
import Domain
import Foundation
import Testing

@testable import Connectors

/// Real tables of news and videos, outside the repository; see `isPresent`.
enum SharedSources {
    static let folder: URL = {
        let package = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../../..")
        let shared = ProcessInfo.processInfo.environment["DURE_SHARED"].map { URL(filePath: $0) }
        return (shared ?? package.appending(path: "../shared")).standardized.appending(path: "data")
    }()

    static var isPresent: Bool { FileManager.default.fileExists(atPath: folder.appending(path: "news/README.md").path) }
    static var isRequired: Bool { ProcessInfo.processInfo.environment["DURE_REQUIRE_SHARED"] == "1" }

    static func path(_ name: String) -> String { folder.appending(path: name).path }
}

@Suite(.enabled(if: SharedSources.isPresent || SharedSources.isRequired, "no folder of shared data"))
struct SharedSourcesTests {
    private func access() -> SourceAccess {
        SourceAccess(.init(environment: [:], folder: "/nonexistent"), time: StillClock(.day("2026-01-01")))
    }

    @Test(arguments: [
        ("uci-stories-dev.csv.gz", 3_059, 3_059), ("ko-2025-12_2026-01.csv.gz", 16_000, 19_590),
        ("business-2018-2019.csv.gz", 36_000, 37_234),
    ])
    func `tables of news are read whole, repeats left out`(_ name: String, _ least: Int, _ most: Int) async throws {
        let source = try NewsSources.open("file:" + SharedSources.path("news/" + name), with: access())
        let harvest = try await source.news(.everything)
        #expect(harvest.problems.isEmpty, "\(harvest.problems)")
        #expect((least...most).contains(harvest.items.count), "\(harvest.items.count)")
        #expect(Set(harvest.items.map(\.identity)).count == harvest.items.count)
    }

    @Test(arguments: [("us-2017.csv.gz", 8_000), ("kr-2025-11.csv.gz", 25_083)])
    func `tables of videos are read whole`(_ name: String, _ rows: Int) async throws {
        let source = try VideoSources.open("file:" + SharedSources.path("videos/" + name), with: access())
        let harvest = try await source.videos(.everything)
        #expect(harvest.problems.isEmpty, "\(harvest.problems)")
        let sights = harvest.items.reduce(0) { $0 + $1.sights.count }
        #expect(
            sights <= rows && sights > rows / 3 && harvest.items.allSatisfy { !$0.title.isEmpty && !$0.channel.isEmpty }
        )
    }
}
