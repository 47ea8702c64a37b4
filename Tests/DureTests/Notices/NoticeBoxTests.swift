// SPDX-License-Identifier: Apache-2.0

import Connectors
import Domain
import Foundation
import Jobs
import Storage
import Testing

@testable import dure

/// Notices in the box of a way: what waits outlives its process, and what went out is not sent again.
@Suite struct NoticeBoxTests {
    /// A way that keeps what it was given, and throws what the test wants.
    private final class Way: Notifier {
        let channel = "slack"
        private let state = Locked<(messages: [[String]], error: (any Error)?)>(([], nil))

        /// The titles of each message.
        var messages: [[String]] { state.withLock { $0.messages } }

        func fail(_ error: (any Error)?) { state.withLock { $0.error = error } }

        func deliver(_ notices: [Notice], key: String) async throws {
            try state.withLock { state in
                if let error = state.error { throw error }
                state.messages.append(notices.map(\.title))
            }
        }
    }

    /// A clock that the test sets, and that does not wait.
    private final class HandClock: TimeSource {
        private let time = Locked(NoticeBoxTests.noon)
        var now: Timestamp { time.withLock { $0 } }
        func set(_ instant: Timestamp) { time.withLock { $0 = instant } }
        func sleep(until instant: Timestamp) async throws {}
    }

    private static let noon = Timestamp(milliseconds: 1_795_348_800_000)

    private let folder: TemporaryFolder
    private let way = Way()
    private let clock = HandClock()
    private let store = MemoryStore()

    init() throws { folder = try TemporaryFolder() }

    /// The box as a process opens it.
    private func box(_ quiet: String? = nil) -> NoticeBox {
        var rules = NoticePolicy.Rules()
        rules.quiet = quiet.flatMap { QuietHours($0, zone: "GMT") }
        return NoticeBox(way, rules: rules, in: folder.data)
    }

    private func flush(_ box: NoticeBox, isLast: Bool = false) async throws -> NoticeBox.Standing {
        try await box.flush(isLast: isLast, by: EffectRunner(ledger: store, clock: clock), clock: clock)
    }

    private func notice(_ title: String, urgency: Notice.Urgency = .normal) -> Notice {
        Notice(cause: title, title: title, text: "", urgency: urgency, at: clock.now)
    }

    @Test func `notices of several runs go out as one message, and a cause is told once a day`() async throws {
        try box().take([notice("news"), notice("ring")], key: "run/1", now: clock.now)
        try box().take([notice("news"), notice("ring")], key: "run/1", now: clock.now)
        clock.set(Self.noon + .minutes(2))
        try box().take([notice("videos"), notice("ring")], key: "run/2", now: clock.now)
        #expect(try box().hasTaken("run/2") && !box().hasTaken("run/3"))
        #expect(try await flush(box()).waiting == 3)
        #expect(way.messages.isEmpty, "they wait for others")
        clock.set(Self.noon + .minutes(5))
        #expect(try await flush(box()).waiting == 0)
        #expect(way.messages == [["news", "ring", "videos"]])
        clock.set(Self.noon + .hours(6))
        try box().take([notice("ring")], key: "run/3", now: clock.now)
        #expect(try await flush(box(), isLast: true).waiting == 0)
        #expect(way.messages.count == 1)
        #expect(try await store.effects(in: .done, limit: 10).map(\.kind) == ["notice.slack.send"])
    }

    @Test func `a command that ends waits for nobody but quiet hours, and another process sends in the morning`()
        async throws
    {
        try box("11:00-13:30").take([notice("news")], key: "run/1", now: clock.now)
        let standing = try await flush(box("11:00-13:30"), isLast: true)
        #expect(standing.waiting == 1 && standing.due.map { $0 >= Self.noon + .minutes(90) } == true)
        try box("11:00-13:30").take([notice("fire", urgency: .urgent)], key: "run/2", now: clock.now)
        _ = try await flush(box("11:00-13:30"), isLast: true)
        #expect(way.messages == [["fire"]])
        clock.set(Self.noon + .minutes(90))
        #expect(try await flush(box("11:00-13:30"), isLast: true).waiting == 0)
        #expect(way.messages == [["fire"], ["news"]])
    }

    @Test func `what was certainly not sent waits longer each time, and is sent when somebody is there`() async throws {
        try box().take([notice("news")], key: "run/1", now: clock.now)
        way.fail(Undone(Failure(.timeOut, "nobody is there")))
        let standing = try await flush(box(), isLast: true)
        #expect(standing.waiting == 1 && standing.failure?.message == "nobody is there")
        #expect(try await store.effects(in: .failed, limit: 10).count == 1)
        way.fail(nil)
        clock.set(Self.noon + .seconds(59))
        #expect(try await flush(box()).waiting == 1, "a minute has not passed")
        clock.set(Self.noon + .minutes(6))
        #expect(try await flush(box()).waiting == 0)
        #expect(way.messages == [["news"]])
    }

    @Test func `what may have been taken is not sent again, and stands in the ledger for a person`() async throws {
        try box().take([notice("news")], key: "run/1", now: clock.now)
        way.fail(Failure(.timeOut, "it broke off"))
        #expect(try await flush(box(), isLast: true).failure?.message == "it broke off")
        way.fail(nil)
        clock.set(Self.noon + .hours(2))
        #expect(try await flush(box(), isLast: true).waiting == 0)
        #expect(way.messages.isEmpty)
        #expect(try await store.effects(in: .unclear, limit: 10).count == 1)
    }

    @Test func `a process that dies while it sends leaves a message that the next one does not send again`()
        async throws
    {
        try box().take([notice("news")], key: "run/1", now: clock.now)
        // The ledger has the intention, the box what is on its way, and nobody wrote down what came of it.
        way.fail(CancellationError())
        await #expect(throws: CancellationError.self) { try await flush(box(), isLast: true) }
        #expect(try await store.effects(in: .intended, limit: 10).count == 1)
        way.fail(nil)
        let standing = try await flush(box(), isLast: true)
        #expect(standing.failure?.message.contains("nobody knows") == true && standing.waiting == 0)
        #expect(way.messages.isEmpty)
        try box().take([notice("ring")], key: "run/2", now: clock.now)
        _ = try await flush(box(), isLast: true)
        #expect(way.messages == [["ring"]], "and the next message goes out")
    }
}
