// SPDX-License-Identifier: Apache-2.0

package import Domain

/// Runs a trial through a lever and a rank source: applies the combination, waits, measures; the kind `trial.run`.
package struct TrialRunHandler: JobHandler {
    package let kinds: [JobKind] = [.trialRun]
    private let lever: any Lever
    private let effects: LeverEffects
    private let ranks: any RankSource
    private let goals: @Sendable (CampaignID) async throws -> Goal
    private let clock: any TimeSource

    /// Creates a handler; `goals` gives a campaign's goal, and throws `Failure` where there is none.
    package init(
        lever: any Lever,
        ranks: any RankSource,
        ledger: any EffectStore,
        goals: @escaping @Sendable (CampaignID) async throws -> Goal,
        clock: any TimeSource
    ) {
        self.lever = lever
        effects = LeverEffects(lever: lever, runner: EffectRunner(ledger: ledger, clock: clock), clock: clock)
        self.ranks = ranks
        self.goals = goals
        self.clock = clock
    }

    /// Runs the trial over its whole window; the answer is a `TrialAnswer`.
    ///
    /// The rank is sampled at every `every` after the start up to the window's end; the samples before the wash-out's end are kept
    /// and not counted. The trial's rank is the mean of the counted samples, one that was not found counting as depth + 1. The
    /// other metrics are the lever's, from the wash-out's end to the window's.
    package func run(_ job: Job, worker: Worker) async throws -> String {
        let specification = try job.decodePayload(TrialSpecification.self)
        let goal = try await goals(specification.campaign)
        let start = clock.now
        try await effects.apply(specification.combination, to: specification.unit, of: goal, for: job)
        let window = TrialWindow(template: specification.template, start: start)
        let names = [specification.metric] + specification.guardrailMetrics
        var samples: [TrialAnswer.Sample] = []
        if names.contains(Objective.rank) {
            for instant in window.instants {
                try await clock.sleep(until: instant)
                samples.append(try await sample(specification, goal: goal, window: window, observer: worker.name))
            }
        }
        try await clock.sleep(until: window.end)
        var metrics = try await lever.metrics(
            of: specification.unit,
            of: goal,
            from: window.countedFrom,
            to: window.end
        )
        if let rank = Self.rank(samples, depth: goal.objective.depth) { metrics[Objective.rank] = rank }
        try Self.check(metrics, have: names)
        return try CanonicalJSON.text(
            TrialAnswer(
                startedAt: start,
                endedAt: clock.now,
                metrics: metrics,
                samples: samples,
                source: ranks.name(observer: worker.name, of: goal),
                observer: worker.name
            )
        )
    }

    private func sample(
        _ specification: TrialSpecification,
        goal: Goal,
        window: TrialWindow,
        observer: String
    ) async throws -> TrialAnswer.Sample {
        let now = clock.now
        let seen = try await ranks.observe(units: [specification.unit], of: goal, observer: observer, at: now)
        let rank = try Self.rank(of: specification.unit, in: seen)
        return TrialAnswer.Sample(
            time: now,
            value: rank ?? Double(goal.objective.depth),
            isCensored: rank == nil,
            isCounted: now >= window.countedFrom
        )
    }

    /// The mean of the counted samples, a censored one counting as depth + 1; nil when none counts.
    package static func rank(_ samples: [TrialAnswer.Sample], depth: Int) -> Double? {
        let counted = samples.filter(\.isCounted)
        guard !counted.isEmpty else { return nil }
        let sum = counted.reduce(0.0) { $0 + ($1.isCensored ? Double(depth) + 1 : $1.value) }
        return sum / Double(counted.count)
    }

    /// The place of a unit among what was seen; throws when the source left it out or gave no place.
    static func rank(of unit: String, in seen: [RankObservation]) throws(Failure) -> Double? {
        guard let observation = seen.first(where: { $0.unit == unit }) else {
            throw Failure(.notFound, "the rank source did not answer for unit \(unit)")
        }
        if let rank = observation.rank, !rank.isFinite || rank < 1 {
            throw Failure(.invalid, "the rank source gave unit \(unit) the rank \(rank); a rank is 1 or more")
        }
        return observation.rank
    }

    /// Throws a `Failure` that names the first metric which is missing or not a finite number.
    private static func check(_ metrics: [String: Double], have names: [String]) throws(Failure) {
        for name in names where metrics[name] == nil {
            throw Failure(.invalid, "the trial reported no metric \(name)")
        }
        for (name, value) in metrics.sorted(by: { $0.key < $1.key }) where !value.isFinite {
            throw Failure(.invalid, "the trial reported \(value) for metric \(name); a finite number is needed")
        }
    }
}

/// When a trial samples, and from when on what it sees counts.
struct TrialWindow {
    let template: TrialTemplate
    let start: Timestamp

    /// The end of the wash-out, which is never after the window's.
    var countedFrom: Timestamp { start + min(template.washOut, template.window) }
    /// The end of the window.
    var end: Timestamp { start + template.window }

    /// Every `every` after the start up to the end; the end itself too where nothing else would count.
    var instants: [Timestamp] {
        guard template.every > .zero, template.every <= template.window else { return [end] }
        let count = template.window.milliseconds / template.every.milliseconds
        let regular = (1...count).map { start + template.every * $0 }
        return regular.contains { $0 >= countedFrom } ? regular : regular + [end]
    }
}
