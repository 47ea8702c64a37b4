// SPDX-License-Identifier: Apache-2.0

import Domain
import Foundation
import Logging
import Storage
import Testing

@testable import Jobs

/// Schedules, retention, and what a calendar does to them.
struct HousekeeperTests {
    private let house = House()

    private static func instant(_ text: String) throws -> Timestamp {
        Timestamp(try Date(text, strategy: .iso8601))
    }

    @Test(arguments: [
        ("*/15 * * * *", "UTC", "2026-11-21T10:07:30Z", "2026-11-21T10:15:00Z"),
        ("0 9 * * 1-5", "Asia/Seoul", "2026-11-20T01:00:00Z", "2026-11-23T00:00:00Z"),
        ("30 2 * * *", "UTC", "2026-11-21T02:30:00Z", "2026-11-22T02:30:00Z"),
        ("0 0 29 2 *", "UTC", "2026-03-01T00:00:00Z", "2028-02-29T00:00:00Z"),
        ("0 0 13 * fri", "UTC", "2026-11-01T00:00:00Z", "2026-11-06T00:00:00Z"),
        ("5 4 * jan,JUL sun", "UTC", "2026-11-21T00:00:00Z", "2027-01-03T04:05:00Z"),
        ("0 12 * * 7", "UTC", "2026-11-21T00:00:00Z", "2026-11-22T12:00:00Z"),
        ("10-20/5 3 1 * *", "UTC", "2026-11-21T00:00:00Z", "2026-12-01T03:10:00Z"),
        // Clocks go from 2:00 to 3:00 on 29 March 2026 in Berlin, and from 3:00 back to 2:00 on 25 October.
        ("30 2 * * *", "Europe/Berlin", "2026-03-28T12:00:00Z", "2026-03-30T00:30:00Z"),
        ("30 2 * * *", "Europe/Berlin", "2026-10-24T12:00:00Z", "2026-10-25T00:30:00Z"),
        ("30 2 * * *", "Europe/Berlin", "2026-10-25T00:30:00Z", "2026-10-26T01:30:00Z"),
        ("30 * * * *", "Europe/Berlin", "2026-10-25T00:30:00Z", "2026-10-25T01:30:00Z"),
    ])
    func `the next time is that of the calendar`(
        _ text: String,
        _ zone: String,
        _ after: String,
        _ expected: String
    ) throws {
        let cron = try CronExpression(text, timeZone: zone)
        #expect(cron.next(after: try Self.instant(after)) == (try Self.instant(expected)))
    }

    @Test func `a day that never comes has no next time`() throws {
        #expect(try CronExpression("0 0 30 2 *", timeZone: "UTC").next(after: House.start) == nil)
    }

    @Test(arguments: [
        ("60 * * * *", "minute"), ("* 24 * * *", "hour"), ("* * 0 * *", "day"), ("* * * 13 *", "month"),
        ("* * * * 8", "weekday"), ("*/0 * * * *", "minute"), ("5-1 * * * *", "minute"), (",1 * * * *", "minute"),
        ("* * * *", "4 fields"), ("@daily", "1 fields"), ("1.5 * * * *", "minute"), ("+1 * * * *", "minute"),
        ("* * * x *", "month"), ("1-2-3 * * * *", "minute"), ("9999999999999999999 * * * *", "minute"),
    ])
    func `what is not an expression is refused by the field's name`(_ text: String, _ field: String) {
        let error = #expect(throws: CronExpression.Malformed.self) { _ = try CronExpression(text, timeZone: "UTC") }
        #expect(error?.description.contains(field) == true)
    }

    @Test func `a zone that there is not is refused`() {
        #expect(throws: CronExpression.Malformed.self) { _ = try CronExpression("* * * * *", timeZone: "Mars/Base") }
    }

    private func housekeeper(_ store: MemoryStore, ids: IdentifierGenerator) -> Housekeeper {
        Housekeeper(
            store: store,
            clock: house.clock,
            ids: ids,
            timing: .real,
            logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        )
    }

    @Test func `a schedule that is due adds one job, however many keep house and however long nobody did`() throws {
        let store = MemoryStore()
        let (clock, start) = (house.clock, House.start)
        let first = housekeeper(store, ids: house.ids)
        let second = housekeeper(store, ids: IdentifierGenerator(clock: clock, seed: 99))
        let schedule = JobSchedule(
            name: "hourly",
            workspace: .default,
            kind: .probe,
            payload: "{}",
            cron: "0 * * * *",
            timeZone: "UTC",
            nextAt: start + .hours(1)
        )
        try clock.run {
            try await store.write(schedule)
            try await first.once()
            #expect(try await store.jobs(in: .queued, limit: 9).isEmpty)
            try await clock.sleep(for: .hours(5))
            for _ in 0..<3 {
                try await first.once()
                try await second.once()
            }
            let jobs = try await store.jobs(in: .queued, limit: 9)
            #expect(jobs.count == 1)
            #expect(try await store.schedules().map(\.nextAt) == [start + .hours(6)])
            var paused = schedule
            paused.isPaused = true
            try await store.write(paused)
            try await clock.sleep(for: .hours(5))
            try await first.once()
            #expect(try await store.jobs(in: .queued, limit: 9).count == 1)
        }
    }

    @Test func `what has ended is removed after its time`() throws {
        let store = MemoryStore()
        let (clock, ids) = (house.clock, house.ids)
        let keeper = housekeeper(store, ids: ids)
        let jobs = try (0..<3).map { _ in try house.probe() }
        try clock.run {
            _ = try await store.enqueue(jobs, durability: .process)
            _ = try await store.cancel([jobs[0].id], now: clock.now)
            try await clock.sleep(for: .days(10))
            _ = try await store.cancel([jobs[1].id], now: clock.now)
            try await clock.sleep(for: .days(5))
            try await keeper.once()
            #expect(try await store.job(jobs[0].id) == nil)
            #expect(try await store.job(jobs[1].id)?.state == .cancelled)
            #expect(try await store.job(jobs[2].id)?.state == .queued)
        }
    }
}
