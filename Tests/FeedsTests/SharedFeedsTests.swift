// SPDX-License-Identifier: Apache-2.0
import Foundation
import Testing

@testable import Feeds

/// Published feeds, outside the repository; see `isPresent`.
enum SharedFeeds {
    static let folder: URL = {
        let package = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../..")
        let shared = ProcessInfo.processInfo.environment["DURE_SHARED"].map { URL(filePath: $0) }
        return (shared ?? package.appending(path: "../shared")).standardized.appending(path: "data/feeds")
    }()

    static var isPresent: Bool { FileManager.default.fileExists(atPath: folder.appending(path: "manifest.tsv").path) }

    static var isRequired: Bool { ProcessInfo.processInfo.environment["DURE_REQUIRE_SHARED"] == "1" }

    /// The files of XML, and whether each is well-formed.
    static func files() throws -> [(name: String, bytes: [UInt8], isWellFormed: Bool)] {
        let rows = try String(contentsOf: folder.appending(path: "manifest.tsv"), encoding: .utf8).split(
            whereSeparator: \.isNewline
        )
        return try rows.dropFirst().compactMap { row in
            let cells = row.split(separator: "\t", omittingEmptySubsequences: false)
            guard cells.count > 8, ["rss", "atom", "rdf", "cdf", "other"].contains(cells[7]) else { return nil }
            let data = try Data(contentsOf: folder.appending(path: String(cells[0])))
            return (String(cells[0]), Array(data), cells[8] == "1")
        }
    }
}

@Suite(.enabled(if: SharedFeeds.isPresent || SharedFeeds.isRequired, "no folder of shared feeds"))
struct SharedFeedsTests {
    @Test func `both readers make the same of what is well-formed`() throws {
        var strict = FeedParser()
        strict.readers = .strictOnly
        var tolerant = FeedParser()
        tolerant.readers = .tolerantOnly
        var compared = 0
        for file in try SharedFeeds.files() where file.isWellFormed {
            guard var a = try? strict.parse(file.bytes), a.problem == nil else { continue }
            var b = try #require(try? tolerant.parse(file.bytes), "\(file.name)")
            // items within items are taken for items whose end was forgotten
            if b.repairs.contains(where: { $0.kind == .unclosedElement }) { continue }
            a.repairs = []
            b.repairs = []
            compared += 1
            #expect(a == b, "\(file.name)")
        }
        #expect(compared > 1_000)
    }

    @Test func `something comes out of at least as many broken feeds as feedparser gets something out of`() throws {
        let broken = try SharedFeeds.files().filter { !$0.isWellFormed }
        let read = broken.filter { file in
            guard let feed = try? FeedParser().parse(file.bytes) else { return false }
            return feed.title != nil || feed.link != nil || !feed.entries.isEmpty
        }
        // feedparser 6.0.14: 280 of 299
        #expect(broken.count >= 299)
        #expect(read.count >= 280)
    }
}
