// SPDX-License-Identifier: Apache-2.0

import Agents
import Domain
import Foundation
import Glibc
import Storage
import Testing

@testable import dure

/// Trend runs of the built program that are ended by SIGKILL at any instant.
@Suite(.serialized, .timeLimit(.minutes(30)))
struct TrendKillTests {
    private static let at = "2026-03-09T00:00:00Z"
    /// What a run left in its folder: the page, the machine-readable report, and the lines of notices.
    private struct Left: Equatable {
        var page: Data
        var report: Data
        var notices: Int
    }

    private func left(_ folder: URL) throws -> Left? {
        let reports = folder.appending(path: "reports")
        let files = (try? FileManager.default.contentsOfDirectory(at: reports, includingPropertiesForKeys: nil)) ?? []
        let pages = files.filter { $0.pathExtension == "html" }
        let data = files.filter { $0.pathExtension == "json" }
        guard let page = pages.first, let report = data.first else { return nil }
        #expect(pages.count == 1 && data.count == 1)
        let notices = try NoticeFile(DataFolder(path: folder.path)).lines(FileNotifier.Message.self)
        #expect(Set(notices.map(\.key)).count == notices.count)
        return Left(page: try Data(contentsOf: page), report: try Data(contentsOf: report), notices: notices.count)
    }

    /// The sources, by their number, whose answers are written down.
    private func answered(_ folder: URL) async throws -> Set<Int> {
        let file = folder.appending(path: "dure.sqlite").path
        guard FileManager.default.fileExists(atPath: file),
            let store = try? SQLiteStore(path: file, mode: .readOnly, clock: SystemClock())
        else { return [] }
        let keys = try await store.effects(in: .done, limit: 100).map(\.key)
        try store.close()
        return Set(keys.compactMap { $0.split(separator: "source-").last.flatMap { Int($0) } })
    }

    @Test
    func
        `twenty runs that are killed at random instants end with the same report, ask nobody again and tell people once`()
        async throws
    {
        try await CountedFeeds.serving(LampFeed.text) { feeds in
            let house = try ProcessHouse()
            let sample = try house.folder.file("sample.csv", SampleNews.csv(seed: 7))
            func arguments(_ name: String) -> [String] {
                [
                    "trends", "news", "--source", "file:" + sample, "--source", feeds.address("one/" + name),
                    "--source",
                    feeds.address("two/" + name), "--allow", "127.0.0.1", "--watch", SampleNews.subject, "--at",
                    Self.at, "--output", name,
                ]
            }
            let start = house.clock.steady
            #expect(try await house.run(arguments("calm")).code == 0)
            var span = house.clock.steady - start
            let page = try #require(try left(house.folder.url.appending(path: "calm")))
            #expect(page.notices == 1)
            var random = SplitMix64(seed: 20_261_122)
            var killed = 0
            var number = 0
            while killed < 20 {
                number += 1
                try #require(number <= 100, "too few of the runs were killed before their end")
                let name = "run\(number)"
                let folder = house.folder.url.appending(path: name)
                let process = try house.start(name, arguments(name))
                let wait = Int64(random.next() % UInt64(max(1, span.milliseconds)))
                try await house.clock.sleep(for: TimeSpan(milliseconds: wait))
                process.signal(SIGKILL)
                if await process.end() == 0 {
                    // Nothing was killed: the machine is faster than it was, and the next instants are drawn from less.
                    span = max(TimeSpan(milliseconds: wait), .seconds(1))
                    continue
                }
                killed += 1
                let answered = try await answered(folder)
                let before = feeds.asked
                let resumed = try await house.run(["workflow", "resume", "--output", name])
                #expect(resumed.code == 0, "\(number), killed after \(wait) ms: \(house.logged("command"))")
                for (index, path) in [(1, "/one/" + name), (2, "/two/" + name)] where answered.contains(index) {
                    #expect(feeds.asked[path] == before[path], "\(number), killed after \(wait) ms")
                }
                // A process that died before the run was begun leaves nothing to resume.
                if try left(folder) == nil { #expect(try await house.run(arguments(name)).code == 0) }
                // Names of feeds are their addresses, which are each run's own.
                let own = try #require(try left(folder))
                #expect(own.notices == 1, "\(number), killed after \(wait) ms")
                #expect(
                    Self.neutral(own.page, name) == Self.neutral(page.page, "calm"),
                    "\(number), killed after \(wait) ms"
                )
                #expect(
                    Self.neutral(own.report, name) == Self.neutral(page.report, "calm"),
                    "\(number), killed after \(wait) ms"
                )
            }
        }
    }

    private static func neutral(_ data: Data, _ name: String) -> String {
        String(decoding: data, as: UTF8.self)
            .replacing("/one/\(name)", with: "/one").replacing("/two/\(name)", with: "/two")
    }
}
