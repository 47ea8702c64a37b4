// SPDX-License-Identifier: Apache-2.0

import Domain
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
