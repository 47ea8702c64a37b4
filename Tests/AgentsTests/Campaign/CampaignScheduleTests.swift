// SPDX-License-Identifier: Apache-2.0

import Domain
import Foundation
import Testing

@testable import Agents

struct CampaignScheduleTests {
    /// Midnight in Seoul, 2026-01-05.
    private static let midnight = Timestamp(milliseconds: 1_767_538_800_000)
    private static let instant = TimeSpan(milliseconds: 1)

    private static func schedule(_ change: (inout Goal) -> Void = { _ in }) -> CampaignSchedule {
        var goal = SmallGoal.make()
        goal.effort = Effort(generationSize: 50, replicates: 10)
        goal.ending = Ending(confirmationReplicates: 4, finalists: 2)
        goal.baseline = .zero
        change(&goal)
        return CampaignSchedule(goal: goal)
    }

    @Test func `a day begins at midnight in Seoul`() {
        let schedule = Self.schedule()
        let day = schedule.day(of: Self.midnight)
        #expect(schedule.day(of: Self.midnight - Self.instant) == day - 1)
        #expect(schedule.day(of: Self.midnight + .days(1) - Self.instant) == day)
        #expect(schedule.day(of: Self.midnight + .days(1)) == day + 1)
        #expect(schedule.midnight(after: Self.midnight - Self.instant) == Self.midnight)
        #expect(schedule.midnight(after: Self.midnight) == Self.midnight + .days(1))
        let utc = Self.schedule { $0.timeZone = "UTC" }
        #expect(utc.midnight(after: Self.midnight) == Self.midnight + .hours(9))
    }

    /// A day of a time zone on or beside which clocks change: when it begins, how long it is, and the hour of the clock at which the next day begins.
    struct ChangeDay: Sendable {
        var timeZone: String
        var begins: String
        var length: TimeSpan
        var nextHour = 0
    }

    @Test(
        arguments: [
            // Clocks go forward, and back.
            ChangeDay(timeZone: "Europe/Berlin", begins: "2026-03-28T23:00:00Z", length: .hours(23)),
            ChangeDay(timeZone: "Europe/Berlin", begins: "2026-10-24T22:00:00Z", length: .hours(25)),
            ChangeDay(timeZone: "America/New_York", begins: "2026-03-08T05:00:00Z", length: .hours(23)),
            ChangeDay(timeZone: "America/New_York", begins: "2026-11-01T04:00:00Z", length: .hours(25)),
            // Half an hour, at Lord Howe.
            ChangeDay(timeZone: "Australia/Lord_Howe", begins: "2026-04-04T13:00:00Z", length: .minutes(24 * 60 + 30)),
            // The day after begins at one o'clock: midnight does not exist.
            ChangeDay(timeZone: "America/Sao_Paulo", begins: "2018-11-03T03:00:00Z", length: .hours(24), nextHour: 1),
            ChangeDay(timeZone: "Asia/Beirut", begins: "2026-03-27T22:00:00Z", length: .hours(24), nextHour: 1),
            // The day begins at one o'clock.
            ChangeDay(timeZone: "America/Sao_Paulo", begins: "2018-11-04T03:00:00Z", length: .hours(23)),
            ChangeDay(timeZone: "Asia/Beirut", begins: "2026-03-28T22:00:00Z", length: .hours(23)),
            // Midnight goes back to eleven: the day is longer, and the next begins once.
            ChangeDay(timeZone: "America/Sao_Paulo", begins: "2018-02-17T02:00:00Z", length: .hours(25)),
            ChangeDay(timeZone: "Asia/Beirut", begins: "2026-10-23T21:00:00Z", length: .hours(25)),
        ]
    )
    func `a day on which clocks change ends when the next begins`(_ change: ChangeDay) throws {
        let schedule = Self.schedule { $0.timeZone = change.timeZone }
        let begin = Timestamp(try Date(change.begins, strategy: .iso8601))
        let end = schedule.midnight(after: begin)
        #expect((end - begin) == change.length)
        #expect(schedule.day(of: end) == schedule.day(of: begin) + 1)
        #expect(schedule.day(of: end - Self.instant) == schedule.day(of: begin))
        #expect(CampaignSchedule.hour(of: end, timeZone: change.timeZone) == change.nextHour)
        #expect(schedule.midnight(after: begin - Self.instant) == begin)
        for minute in stride(from: 0, to: Int(change.length.milliseconds / 60_000), by: 30) {
            #expect(schedule.midnight(after: begin + .minutes(minute)) == end)
        }
        #expect(schedule.midnight(after: end - Self.instant) == end)
    }

    @Test func `days before 1970 are counted too`() {
        let utc = Self.schedule { $0.timeZone = "UTC" }
        #expect(utc.day(of: Timestamp(milliseconds: -1)) == -1)
        #expect(utc.day(of: Timestamp(milliseconds: -86_400_000)) == -1)
        #expect(utc.day(of: Timestamp(milliseconds: -86_400_001)) == -2)
        #expect(CampaignSchedule.hour(of: Timestamp(milliseconds: -1), timeZone: "UTC") == 23)
    }

    @Test func `hours are those of the time zone`() {
        #expect(CampaignSchedule.hour(of: Self.midnight, timeZone: "Asia/Seoul") == 0)
        #expect(CampaignSchedule.hour(of: Self.midnight - Self.instant, timeZone: "Asia/Seoul") == 23)
        #expect(CampaignSchedule.hour(of: Self.midnight, timeZone: "UTC") == 15)
    }

    @Test func `a generation begins every midnight, or at once where the whole search lasts no longer than a day`() {
        let daily = Self.schedule()
        let last = Self.midnight + .hours(2)
        #expect(!daily.isGenerationDue(at: Self.midnight + .hours(23), after: last, startedAt: Self.midnight))
        #expect(daily.isGenerationDue(at: Self.midnight + .days(1), after: last, startedAt: Self.midnight))
        let short = Self.schedule { ($0.deadline, $0.trial.window) = (.hours(2), .seconds(3)) }
        #expect(short.isGenerationDue(at: last, after: last, startedAt: Self.midnight))
        let withoutWindows = Self.schedule { $0.trial.window = .zero }
        #expect(withoutWindows.isGenerationDue(at: last, after: last, startedAt: Self.midnight))
    }

    @Test func `the search ends in time for finalists and confirmation`() {
        // 4 trials of finalists in 2 blocks of 3, 4 pairs in 2 blocks of 2, one window to spare: 5 windows of 6 hours.
        let end = Self.schedule().searchEnd(startedAt: Self.midnight)
        #expect(end == Self.midnight + .days(6) - .hours(30))
        let measured = Self.schedule { $0.baseline = .hours(12) }.searchEnd(startedAt: Self.midnight)
        #expect(measured == Self.midnight + .days(6) - .hours(42))
        let instant = Self.schedule { $0.trial.window = .zero }.searchEnd(startedAt: Self.midnight)
        #expect(instant == Self.midnight + .days(6))
    }

    @Test(arguments: [(0, 16), (1, 12), (6, 12), (7, 8), (12, 8), (18, 4), (19, 4), (23, 4)])
    func `a generation holds the windows until midnight, one at least`(hour: Int, trials: Int) throws {
        let room = try #require(
            Self.schedule().room(
                at: Self.midnight + .hours(hour),
                startedAt: Self.midnight,
                budgetLeft: nil,
                effortFactor: 1
            )
        )
        #expect(room.trials == trials)
        #expect(room.size * room.replicates + trials / 4 <= trials)
        #expect(room.size == trials / 4 * 3)
        #expect(room.replicates == 1)
        #expect(!room.notes.isEmpty)
    }

    @Test(arguments: [(0, 16), (1, 16), (36, 16), (37, 12)])
    func `a day that is begun a tenth of a window late keeps its windows`(minute: Int, trials: Int) {
        let room = Self.schedule().room(
            at: Self.midnight + .minutes(minute),
            startedAt: Self.midnight,
            budgetLeft: nil,
            effortFactor: 1
        )
        #expect(room?.trials == trials)
    }

    @Test func `the last generation begins one window before the search's end`() {
        let schedule = Self.schedule()
        let last = schedule.searchEnd(startedAt: Self.midnight) - .hours(6)
        func trials(_ now: Timestamp) -> Int? {
            schedule.room(at: now, startedAt: Self.midnight, budgetLeft: nil, effortFactor: 1)?.trials
        }
        #expect(trials(last - Self.instant) == 4)
        #expect(trials(last) == 4)
        #expect(trials(last + Self.instant) == nil)
        #expect(trials(last + .days(2)) == nil)
    }

    @Test(arguments: [(0, nil), (13, nil), (14, nil), (15, 2), (17, 4), (28, 15), (29, 16), (100, 16)])
    func `trials for the end are kept back from the budget`(budgetLeft: Int, trials: Int?) {
        let room = Self.schedule().room(
            at: Self.midnight,
            startedAt: Self.midnight,
            budgetLeft: budgetLeft,
            effortFactor: 1
        )
        #expect(room?.trials == trials)
    }

    @Test func `a small effort uses no more than it wants, a scaled one half as much again`() throws {
        let schedule = Self.schedule { $0.effort = Effort(generationSize: 3, replicates: 2) }
        func trials(_ factor: Double) -> Int? {
            schedule.room(at: Self.midnight, startedAt: Self.midnight, budgetLeft: nil, effortFactor: factor)?.trials
        }
        #expect(trials(1) == 8)
        #expect(trials(1.5) == 12)
        #expect(trials(3) == 16)
    }
}
