// SPDX-License-Identifier: Apache-2.0

import Agents
import Domain
import Foundation
import Jobs
import Logging
import Storage
import Testing
import TrendAnalysis

/// The workflow `trend-news`, from sources to notices.
@Suite(.timeLimit(.minutes(10)))
struct NewsWorkflowTests {
    /// What outlives the processes of a test.
    private struct World {
        let shelf = MemoryShelf()
        let notifier = KeepingNotifier()
        let sources: CountedSources

        init() {
            sources = CountedSources([
                "feed:https://a.example/": MadeUpMarket.items(source: "feed:https://a.example/", seed: 1),
                "feed:https://b.example/": MadeUpMarket.items(source: "feed:https://b.example/", seed: 2),
            ])
        }

        func services(_ store: any ChangeStore) -> TrendServices {
            let (shelf, notifier, sources) = (shelf, notifier, sources)
            return TrendServices(
                sources: { _, _ in sources },
                shelf: { _ in shelf },
                watched: { _ in [WatchedSubject(name: "Quibblex"), WatchedSubject(name: "Nobody")] },
                notifiers: { _ in [notifier] },
                analyser: { TrendAnalyser() },
                videos: { VideoAnalyser() },
                presenter: PlainPages(),
                store: store,
                folder: "/data"
            )
        }
    }

    private static let request = TrendRequest(
        sources: ["feed:https://a.example/", "feed:https://b.example/", "down:1", "gone:1"],
        report: "ko"
    )

    /// What a run left behind.
    private struct Ending: Equatable {
        var state: WorkflowRun.State
        var page: String
        var asked: [String: Int]
        var notices: [String]
        var alerts: [String]
    }

    /// Runs it in processes that die after steps of these numbers, and then in one that lives; with how many steps that one made, and
    /// what was asked again although it had ended.
    private func live(_ deaths: [Int]) throws -> (ending: Ending, steps: Int, repeated: [String]) {
        let house = WorkflowHouse()
        let world = World()
        return try house.clock.run {
            let id = IdentifierGenerator(clock: house.clock, seed: 99).next(WorkflowRun.self)
            var repeated: [String] = []
            for (place, last) in (deaths.map { Optional($0) } + [nil]).enumerated() {
                let process = try house.process(
                    { _ in [try NewsWorkflow(world.services(house.store)).workflow()] },
                    dyingAfter: last,
                    seed: UInt64(place + 1)
                )
                let done = try await house.store.effects(in: .done, limit: 100).map(\.key)
                let before = world.sources.asked
                let run = try await house.run(process) { process in
                    _ = try await process.desk.start(
                        NewsWorkflow.name,
                        input: try CanonicalJSON.text(Self.request),
                        key: "the one",
                        requestedBy: "test",
                        as: id
                    )
                    return try await house.end(of: id)
                }
                for (index, source) in (Self.request.sources ?? []).enumerated()
                where done.contains(where: { $0.hasSuffix("/source-\(index)") })
                    && world.sources.asked[source] != before[source]
                {
                    repeated.append(source)
                }
                guard let run else { continue }
                let page = try world.shelf.bytes(of: "reports/trend-news.\(id).ko.html") ?? Data()
                let campaign = IdentifierGenerator(clock: house.clock, seed: 5).next(Campaign.self)
                let ending = Ending(
                    state: run.state,
                    page: String(decoding: page, as: UTF8.self),
                    asked: world.sources.asked,
                    notices: world.notifier.notices.map(\.title),
                    alerts: try await house.store.alerts(of: campaign, in: .default).map(\.message)
                )
                #expect(world.notifier.keys.count == 1, "one message under one key")
                #expect(world.shelf.names.allSatisfy { !$0.hasPrefix("trends/runs") }, "nothing is left of the run")
                return (ending, process.life.steps, repeated)
            }
            throw CancellationError()
        }
    }

    @Test func `a run reports the product that catches on, and names the sources that are missing`() throws {
        let (ending, steps, _) = try live([])
        #expect(ending.state == .completed)
        let text = try #require(ending.page.hasPrefix("ko ") ? ending.page.dropFirst(3) : nil)
        let findings = try CanonicalJSON.decode(NewsFindings.self, from: String(text))
        #expect(findings.report.trends.first?.term.contains("quibblex") == true)
        #expect(findings.report.trends.first?.stage == .confirmed)
        #expect(findings.report.trends.first?.stories.first?.summary.sentences.isEmpty == false)
        #expect(findings.sources.map(\.isMissing) == [false, false, true, true])
        #expect(findings.sources[2].problems.first?.failure.class == .timeOut)
        #expect(findings.sources[3].problems.first?.failure.message == "there is nothing at gone:1")
        #expect(ending.asked == ["feed:https://a.example/": 1, "feed:https://b.example/": 1, "down:1": 1])
        #expect(ending.notices.count == 2 && ending.notices[1] == "Quibblex", "and nothing of who is in no title")
        #expect(ending.alerts.count == 3, "\(ending.alerts)")
        for name in ["Quibblex is named ", "down:1 is not in the report", "gone:1 is not in the report"] {
            #expect(ending.alerts.count { $0.hasPrefix(name) } == 1, "\(name)")
        }
        #expect(steps > 25, "the deaths below have that many places")
    }

    @Test
    func `a process that dies after any step is followed by one that writes the same report and asks nobody again`()
        throws
    {
        let (calm, steps, _) = try live([])
        for step in 1...steps {
            var (ending, _, repeated) = try live([step])
            #expect(repeated.isEmpty, "died after step \(step)")
            // A source whose answer was not written down is asked again, and only that.
            #expect(ending.asked.values.allSatisfy { $0 <= 2 }, "died after step \(step)")
            ending.asked = calm.asked
            #expect(ending == calm, "died after step \(step)")
        }
    }

    @Test func `so do three that die one after the other`() throws {
        let (calm, steps, _) = try live([])
        var generator = SplitMix64(seed: 20_261_122)
        for _ in 0..<10 {
            let deaths = (0..<3).map { _ in Int.random(in: 1...steps, using: &generator) }
            var (ending, _, repeated) = try live(deaths)
            #expect(repeated.isEmpty, "died after steps \(deaths)")
            ending.asked = calm.asked
            #expect(ending == calm, "died after steps \(deaths)")
        }
    }

    @Test func `on SQLite a second run adds to what the first has read, and both find the same`() async throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: "trends-" + UUID().uuidString)
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let clock = StandingSystemClock()
        let store = try SQLiteStore(path: folder.appending(path: "t.sqlite").path, mode: .live, clock: clock)
        let world = World()
        let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        let ids = IdentifierGenerator(clock: clock, seed: 3)
        let dispatcher = Dispatcher(store: store, clock: clock, ids: ids, logger: logger)
        let desk = WorkflowDesk(
            store: store,
            catalogue: WorkflowCatalogue([try NewsWorkflow(world.services(store)).workflow()]),
            clock: clock,
            ids: ids,
            logger: logger
        ) { _ in dispatcher.wake() }
        let fleet = EmbeddedFleet(
            dispatcher: dispatcher,
            handlers: [WorkflowStepHandler(desk)],
            clock: clock,
            sizes: FleetSizes(trialRunners: 2, observers: 0),
            kinds: [.workflowStep]
        )
        var request = Self.request
        request.at = WorkflowHouse.start.description
        let input = try CanonicalJSON.text(request)
        let pages = try await withThrowingTaskGroup(of: [String].self) { group in
            group.addTask {
                try await dispatcher.run()
                return []
            }
            group.addTask {
                try await fleet.run()
                return []
            }
            group.addTask {
                var pages: [String] = []
                for _ in 0..<2 {
                    let id = try await desk.start(NewsWorkflow.name, input: input, requestedBy: "test").id
                    while try await store.workflowRun(id, in: .default)?.state == .running {
                        try await clock.sleep(for: TimeSpan(milliseconds: 20))
                    }
                    let bytes = try world.shelf.bytes(of: "reports/trend-news.\(id).ko.html") ?? Data()
                    pages.append(String(decoding: bytes, as: UTF8.self))
                }
                return pages
            }
            defer { group.cancelAll() }
            return try await group.next() ?? []
        }
        try store.close()
        #expect(pages.count == 2 && !pages[0].isEmpty)
        #expect(pages.first == pages.last, "the same inputs at the same instant give the same bytes")
        #expect(world.shelf.names.filter { $0.hasPrefix("trends/archive/") }.count == 4)
    }

    @Test func `what is asked wrongly is said with the field and the value`() throws {
        let wrong: [(TrendRequest, String)] = [
            (TrendRequest(), "sources: none"),
            (TrendRequest(sources: ["a"], since: "2026-02-30"), "since: '2026-02-30'"),
            (
                TrendRequest(sources: ["a"], since: "2026-01-05", until: "2026-01-02"),
                "since: '2026-01-05' is not before"
            ),
            (TrendRequest(sources: ["a"], window: "3x"), "window: '3x'"),
            (TrendRequest(sources: ["a"], window: "400d"), "window: '400d'"),
            (TrendRequest(sources: ["a"], since: "2026-01-01", window: "3d"), "since and window"),
            (TrendRequest(sources: ["a"], report: "fr"), "report: the language is 'fr'"),
            (TrendRequest(sources: ["a"], at: "now"), "at: 'now'"),
        ]
        for (request, message) in wrong {
            let failure = #expect(throws: Failure.self) {
                try request.resolved(startedAt: WorkflowHouse.start, folder: "/d", watching: [])
            }
            #expect(failure?.message.hasPrefix(message) == true, "\(failure?.message ?? "")")
        }
    }

    @Test func `terms are for sources that are searched, and leave files and feeds whole`() throws {
        let order = try TrendRequest(sources: ["a"], terms: ["lamp"])
            .resolved(startedAt: WorkflowHouse.start, folder: "/d", watching: [])
        for source in ["file:news.csv", "feed:saved.xml", "https://example.org/feed.xml", "http://example.org/rss"] {
            #expect(order.query(for: source).terms.isEmpty, "\(source)")
        }
        for source in ["naver-news", "newsapi", "gdelt", "youtube", "youtube:UC1"] {
            #expect(order.query(for: source).terms == ["lamp"], "\(source)")
        }
    }

    @Test func `news are packed and unpacked, and what is cut off is refused`() throws {
        var items = Array(MadeUpMarket.items(source: "x", seed: 4).prefix(30))
        items[3].link = nil
        items[4].views = 7
        items[5].published = Timestamp(milliseconds: -5)
        items[6].title = "달무리 가습기 \u{0}"
        let data = try NewsPack.pack(items, head: "머리")
        let whole = try NewsPack.unpack(data)
        #expect(whole.items == items && whole.head == "머리")
        for count in 0..<data.count {
            #expect(throws: Failure.self) { try NewsPack.unpack(data.prefix(count)) }
        }
        var random = SplitMix64(seed: 8)
        for _ in 0..<500 {
            var bytes = data
            bytes[Int(random.next() % UInt64(bytes.count))] = UInt8(truncatingIfNeeded: random.next())
            _ = try? NewsPack.unpack(bytes)
        }
    }

    @Test func `a window ends with the newest item unless a day is named, and counts its days`() throws {
        func window(_ request: TrendRequest, _ newest: String) throws -> (days: Int, last: String) {
            let order = try request.resolved(startedAt: WorkflowHouse.start, folder: "/d", watching: [])
            let instant = try TrendRequest(sources: ["a"], at: newest)
                .resolved(startedAt: WorkflowHouse.start, folder: "/d", watching: []).at
            let (days, last) = order.window(newest: instant)
            return (days, last.description)
        }
        let open = try window(TrendRequest(sources: ["a"]), "2025-06-01T10:00:00Z")
        #expect(open.days == 7 && open.last == "2025-06-01T10:00:00.000Z")
        let month = try window(TrendRequest(sources: ["a"], since: "2025-06-01", until: "2025-06-30"), "2025-07-01")
        #expect(month.days == 30 && month.last == "2025-06-30T23:59:59.999Z")
    }
}

/// The system's clock.
private struct StandingSystemClock: TimeSource {
    var now: Timestamp { Timestamp(Date()) }

    func sleep(until instant: Timestamp) async throws {
        try await Task.sleep(for: max(.zero, instant - now).duration)
    }
}
