// SPDX-License-Identifier: Apache-2.0

import Domain
import Experiments
import Foundation

/// When things are due in a campaign, and how much fits: pure arithmetic of the goal, the clock and the budget.
struct CampaignSchedule: Sendable {
    let goal: Goal
    private let timeZone: TimeZone

    init(goal: Goal) {
        self.goal = goal
        timeZone = TimeZone(identifier: goal.timeZone) ?? .gmt
    }

    private var window: TimeSpan { goal.trial.window }

    /// How many days since 1970 an instant is in the goal's time zone: two instants of one day have one number.
    func day(of instant: Timestamp) -> Int64 {
        let offset = Int64(timeZone.secondsFromGMT(for: instant.date)) * 1_000
        let local = instant.milliseconds + offset
        return local >= 0 ? local / 86_400_000 : (local - 86_399_999) / 86_400_000
    }

    /// The hour of the day, 0 to 23, in a time zone.
    static func hour(of instant: Timestamp, timeZone name: String) -> Int {
        let offset = Int64((TimeZone(identifier: name) ?? .gmt).secondsFromGMT(for: instant.date)) * 1_000
        let inDay = (instant.milliseconds + offset) % 86_400_000
        return Int((inDay + 86_400_000) % 86_400_000 / 3_600_000)
    }

    /// The beginning of the next day in the goal's time zone: midnight, or the first instant after it where clocks skip midnight.
    func midnight(after instant: Timestamp) -> Timestamp {
        var calendar = Calendar(identifier: .gregorian)
        calendar.timeZone = timeZone
        guard let day = calendar.dateInterval(of: .day, for: instant.date) else { return instant + .days(1) }
        return Timestamp(day.end)
    }

    /// How many trials each finalist gets.
    var finalistReplicates: Int {
        goal.ending.confirmationReplicates == 0 ? 0 : max(goal.ending.confirmationReplicates / 2, 2)
    }

    /// How long finalists and confirmation take.
    private var closingTime: TimeSpan {
        guard window > .zero else { return .zero }
        let perBlock = max(goal.units.count - goal.effort.controlsPerBlock, 1)
        let finalists = goal.ending.finalists * finalistReplicates
        let finalistBlocks = (finalists + perBlock - 1) / perBlock
        let pairs = max(goal.units.count / 2, 1)
        let confirmation = goal.ending.confirmationReplicates
        let confirmationBlocks = confirmation == 0 ? 0 : max((confirmation + pairs - 1) / pairs, 2)
        return window * Int64(finalistBlocks + confirmationBlocks + 1)
    }

    /// When the search must have ended for the rest to fit before the deadline.
    func searchEnd(startedAt: Timestamp) -> Timestamp {
        startedAt + goal.deadline - goal.baseline - closingTime
    }

    /// Whether a new generation is due, the last one having begun at an instant: every midnight (B5), but at once where the windows are
    /// none, or where the whole search lasts no longer than a day.
    func isGenerationDue(at now: Timestamp, after last: Timestamp, startedAt: Timestamp) -> Bool {
        guard window > .zero, searchEnd(startedAt: startedAt) - startedAt > .days(1) else { return true }
        return day(of: now) != day(of: last)
    }

    /// How far the last window of a day may reach into the next.
    ///
    /// Who asks a moment after midnight, after a restart or by a slow clock, has the day's windows all the same.
    private var slack: TimeSpan { TimeSpan(milliseconds: window.milliseconds / 10) }

    /// What the next generation may hold.
    struct Room: Equatable {
        /// Trials in all, controls included.
        var trials: Int
        /// Combinations.
        var size: Int
        /// Trials for each combination.
        var replicates: Int
        var notes: [String]
    }

    /// The room for a generation that begins now; nil when not even one block fits.
    func room(at now: Timestamp, startedAt: Timestamp, budgetLeft: Int?, effortFactor: Double) -> Room? {
        let block = goal.units.count > 1 ? goal.units.count : goal.effort.blockSize
        let controls = goal.effort.controlsPerBlock
        let perBlock = max(block - controls, 1)
        let wanted = Int(Double(goal.effort.generationSize * goal.effort.replicates) * effortFactor)
        var trials = wanted + (wanted + perBlock - 1) / perBlock * controls
        var notes: [String] = []
        if window > .zero {
            let left = searchEnd(startedAt: startedAt) - now
            let toMidnight = Int(
                min(midnight(after: now) - now + slack, left).milliseconds / window.milliseconds
            )
            let slots = toMidnight > 0 ? toMidnight : (left >= window ? 1 : 0)
            guard slots > 0 else { return nil }
            if slots * goal.units.count < trials {
                trials = slots * goal.units.count
                notes.append(
                    "\(goal.units.count) units and windows of \(window) leave room for \(trials) trials until midnight."
                )
            }
        }
        if let budgetLeft {
            let free =
                budgetLeft - PlanPolicy.closingTrials(ending: goal.ending, limit: PlanPolicy.trialLimit(of: goal))
            if free < trials {
                trials = free
                notes.append("The budget leaves \(max(free, 0)) trials for searching.")
            }
        }
        guard trials > controls else { return nil }
        let blocks = max((trials + block - 1) / block, 1)
        let members = max(trials - blocks * controls, 1)
        // As many trials for each as it takes to use the room, and as many combinations as that leaves room for.
        let most = max(min(goal.effort.generationSize, members), 1)
        let replicates = max(min(goal.effort.replicates, (members + most - 1) / most), 1)
        let size = max(min(goal.effort.generationSize, members / replicates), 1)
        if size * replicates < wanted, notes.isEmpty == false {
            notes.append(
                "So it has \(size) combinations with \(replicates) trials each, instead of \(goal.effort.generationSize) with \(goal.effort.replicates)."
            )
        }
        return Room(trials: trials, size: size, replicates: replicates, notes: notes)
    }
}
