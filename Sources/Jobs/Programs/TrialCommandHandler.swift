// SPDX-License-Identifier: Apache-2.0

package import Domain

/// Runs trials by the user's own programs: apply, wait out the window, measure.
package struct TrialCommandHandler: JobHandler {
    /// The source under which a program's measurements are kept.
    package static let source = "command"

    private let runner: ProgramRunner
    private let effects: EffectRunner?
    private let clock: any TimeSource

    /// Creates the handler; `clock` is waited on for a trial's window.
    ///
    /// Without a ledger a unit's change is told by the job's lease alone.
    package init(runner: ProgramRunner, ledger: (any EffectLedger)? = nil, clock: any TimeSource) {
        self.runner = runner
        effects = ledger.map { EffectRunner(ledger: $0, clock: clock) }
        self.clock = clock
    }

    package var kinds: [JobKind] { [.trialCommand] }

    /// Runs the trial of a `TrialSpecification` and returns its `TrialAnswer` as JSON.
    ///
    /// The answer has the objective's metric, those of the guardrails, and whatever else the program reported. Throws
    /// `Failure`, with
    /// the program's last lines when a program failed, and `CancellationError`.
    package func run(_ job: Job, worker: Worker) async throws -> String {
        let specification = try job.decodePayload(TrialSpecification.self)
        let start = clock.now
        let metrics = try await metrics(of: specification, for: job)
        let answer = TrialAnswer(
            startedAt: start,
            endedAt: clock.now,
            metrics: metrics,
            samples: [],
            source: Self.source,
            observer: worker.name
        )
        return try CanonicalJSON.text(answer)
    }

    private func metrics(of specification: TrialSpecification, for job: Job) async throws -> [String: Double] {
        let template = specification.template
        guard let measure = template.measure else {
            throw Failure(.invalid, "trial \(specification.trial) names no program that measures")
        }
        let told = ProgramTrial(
            trial: specification.trial,
            campaign: specification.campaign,
            unit: specification.unit,
            settings: specification.settings
        )
        try await apply(told, specification, for: job)
        if template.window > .zero {
            try await clock.sleep(for: template.window)
        }
        let input = try told.input()
        let output = try await runner.run(measure, input: input, environment: told.environment)
        let parser = MetricsParser(wanted: [specification.metric] + specification.guardrailMetrics)
        return try parser.metrics(of: output)
    }

    /// Runs the program that applies, where there is one, with an entry in the ledger.
    private func apply(_ told: ProgramTrial, _ specification: TrialSpecification, for job: Job) async throws {
        let (lever, command) = (CommandLever(runner: runner), specification.template.apply)
        guard command != nil, let effects else { return try await lever.apply(told, by: command) }
        let intent = LeverEffects.Intent(unit: specification.unit, combination: specification.combination)
        let effect = try LeverEffects.effect(intent, for: job, now: clock.now)
        try await effects.repeatable(effect) { try await lever.apply(told, by: command) }
    }
}
