// SPDX-License-Identifier: Apache-2.0

import Domain
import Foundation
import Testing

@testable import Storage

/// Who is told what, and what a lost connection does to it.
@Suite(.enabled(if: PostgresServer.isWanted), .timeLimit(.minutes(10)))
struct PostgresListenerTests {
    @Test func `a listener hears its channels, again after its connection was cut`() async throws {
        let settings = try PostgresServer.settings()
        let channel = "Test \"\(UUID().uuidString)\""
        let (signals, continuation) = AsyncStream.makeStream(of: PostgresSignal.self)
        let listener = try PostgresListener(settings, channels: [channel], log: quiet) { continuation.yield($0) }
        let notifier = PostgresNotifier(settings, log: quiet)
        var heard = signals.makeAsyncIterator()
        for round in 0..<3 {
            #expect(await heard.next() == .connected)
            notifier.notify(channel + "other", "x")
            notifier.notify(channel, "queue \(round)")
            #expect(await heard.next() == .notified(channel: channel, payload: "queue \(round)"))
            let other = try PostgresConnection(settings)
            let cut = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE query = $1"
            let listening = "LISTEN \(PostgresConnection.quoted(channel))"
            #expect(try other.run(cut, [.value(.text(listening))]).count == 1)
        }
        await notifier.close()
        listener.close()
    }

    @Test func `notes that come at once are sent once`() async throws {
        let settings = try PostgresServer.settings()
        let channel = UUID().uuidString
        let (signals, continuation) = AsyncStream.makeStream(of: PostgresSignal.self)
        let listener = try PostgresListener(settings, channels: [channel], log: quiet) { continuation.yield($0) }
        var heard = signals.makeAsyncIterator()
        #expect(await heard.next() == .connected)
        let notifier = PostgresNotifier(settings, log: quiet)
        for _ in 0..<10_000 { notifier.notify(channel, "a") }
        notifier.notify(channel, "last")
        var count = 0
        while let signal = await heard.next(), signal != .notified(channel: channel, payload: "last") { count += 1 }
        #expect(count >= 1)
        #expect(count < 1_000)
        await notifier.close()
        listener.close()
    }
}
