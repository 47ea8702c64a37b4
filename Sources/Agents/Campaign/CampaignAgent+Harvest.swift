// SPDX-License-Identifier: Apache-2.0

import Domain
import Jobs
import Logging
import Messaging

extension CampaignAgent {
    /// Takes in the campaign's ended jobs and commits them with all that follows from them.
    func harvest(_ id: CampaignID) async throws {
        let jobs = try await context.store.unharvestedJobs(of: id)
        guard !jobs.isEmpty, var run = run(id), var book = takeBook(id) else { return }
        var looks: [ObservationsTaken.Look] = []
        var failures: [Failure] = []
        for job in jobs {
            switch job.kind {
            case .trialRun, .trialCommand:
                if let failure = try takeTrial(job, into: &book, run: &run) { failures.append(failure) }
            case .leverRestore: try takeRestore(job, into: &book, run: &run)
            case .rankObserve:
                if let look = try takeLook(job, into: &book, run: &run) { looks.append(look) }
            case .workflowStep, .probe: break
            }
            book.change.harvestedJobs.append(job.id)
        }
        let rounds = observed(looks, of: book.campaign)
        set(consume book)
        set(run, for: id)
        try await commit(id, telling: rounds)
        for failure in failures {
            try await context.broker.publish(TrialFailed(campaign: id, failure: failure), from: name)
        }
    }

    private func takeTrial(_ job: Job, into book: inout CampaignBook, run: inout CampaignRun) throws -> Failure? {
        let now = context.clock.now
        let trialID = try CanonicalJSON.decode(TrialReference.self, from: job.payload).trial
        let reading =
            job.state == .completed
            ? job.result.map { TrialAnswer.read($0, of: job, for: book.campaign, at: now) } : nil
        if case .success(let answer)? = reading {
            guard try book.complete(trialID, with: answer, ids: context.ids, at: now) else { return nil }
            run.failuresInARow = 0
            let stopping = book.campaign.goal.guardrails.first { guardrail in
                guardrail.stopsCampaign && !(answer.metrics[guardrail.metric].map(guardrail.holds) ?? false)
            }
            if let stopping { book.update { $0.breachedGuardrail = stopping.metric } }
            return nil
        }
        let failure = reading?.failure ?? job.failure ?? Failure(.unknown, "the job ended without a result")
        guard let trial = try book.fail(trialID, failure, ids: context.ids, at: now) else { return nil }
        run.failuresInARow += 1
        if book.hasLevers { try restore(trial.unit, to: book.campaign.goal.control, in: &book, run: &run) }
        let ruling = try FailurePolicy.decide(
            FailurePolicy.Inputs(class: failure.class, message: failure.message, inARow: run.failuresInARow),
            for: book.campaign,
            agent: name.rawValue,
            id: context.ids.next(),
            at: now
        )
        book.change.decisions.append(ruling.record)
        switch ruling.outcome.consequence {
        case .goOn: break
        case .askPerson:
            if book.campaign.status == .running {
                try book.update {
                    try $0.status.move(to: .paused)
                    $0.endReason = ruling.record.reason
                }
            }
            alert(.trialFailed, .critical, ruling.record.reason, in: &book)
        case .failCampaign:
            try close(&book, as: .failed, reason: ruling.record.reason, at: now)
            alert(.trialFailed, .critical, ruling.record.reason, in: &book)
        }
        return failure
    }

    private func takeRestore(_ job: Job, into book: inout CampaignBook, run: inout CampaignRun) throws {
        let order = try CanonicalJSON.decode(LeverRestoreOrder.self, from: job.payload)
        guard let lever = book.levers[order.unit], lever.trial == nil, lever.combination == order.combination else {
            return
        }
        run.restoring.remove(order.unit)
        if job.state == .completed {
            let since = job.endedAt ?? context.clock.now
            book.setLever(order.unit, order.combination, trial: nil, isConfirmed: true, at: since)
        } else {
            let reason = job.failure?.message ?? "no answer"
            let message = "The levers of \(order.unit) could not be put back (\(reason)); a person must look."
            alert(.trialFailed, .critical, message, in: &book)
        }
    }

    private func takeLook(
        _ job: Job,
        into book: inout CampaignBook,
        run: inout CampaignRun
    ) throws -> ObservationsTaken.Look? {
        guard job.state == .completed, let result = job.result else {
            // Rounds go on, and one cause is told once.
            if job.state != .cancelled, !run.isSourceMissing {
                run.isSourceMissing = true
                let reason = job.failure?.message ?? "no answer"
                alert(.sourceMissing, .warning, "The ranks could not be looked at (\(reason)).", in: &book)
            }
            return nil
        }
        let answer: ObservationAnswer
        switch ObservationAnswer.read(result, for: book.campaign, at: context.clock.now) {
        case .success(let readable): answer = readable
        case .failure(let failure):
            context.logger.error(
                "An observation cannot be used.",
                metadata: ["job": "\(job.id)", "worker": "\(job.worker?.text ?? "-")", "error": "\(failure.message)"]
            )
            return nil
        }
        run.isSourceMissing = false
        follow(answer, in: &book, run: &run)
        let goal = book.campaign.goal
        for (unit, rank) in zip(goal.units, answer.ranks) {
            book.change.measurements.append(
                Measurement(
                    workspace: book.campaign.workspace,
                    campaign: book.campaign.id,
                    unit: unit,
                    metric: goal.objective.metric,
                    value: rank ?? Double(goal.objective.depth),
                    isCensored: rank == nil,
                    source: answer.source,
                    observer: answer.observer,
                    time: answer.time
                )
            )
        }
        return ObservationsTaken.Look(
            source: answer.source,
            observer: answer.observer,
            time: answer.time,
            ranks: answer.ranks
        )
    }

    /// Notes the product and those beside it, by keyword, among the ranks that are followed (`dure ranks`).
    private func follow(_ answer: ObservationAnswer, in book: inout CampaignBook, run: inout CampaignRun) {
        let workspace = book.campaign.workspace
        for entry in answer.entries {
            book.change.sightings.append(
                RankSighting(
                    workspace: workspace,
                    keyword: entry.keyword,
                    product: entry.product,
                    source: answer.source,
                    observer: answer.observer,
                    time: answer.time,
                    rank: entry.rank,
                    depth: entry.depth
                )
            )
            // One that is not found has no name: what is known of it stays, but that the own product is the own one must be known.
            guard let name = entry.name ?? (entry.isOwn && run.followed[entry.product] == nil ? entry.product : nil),
                run.followed[entry.product] != name
            else { continue }
            run.followed[entry.product] = name
            book.change.rankedProducts.append(
                RankedProduct(
                    workspace: workspace,
                    product: entry.product,
                    name: name,
                    isOwn: entry.isOwn
                )
            )
        }
    }

    /// Looks by the round that they belong to.
    private func observed(_ looks: [ObservationsTaken.Look], of campaign: Campaign) -> [ObservationsTaken] {
        let byRound = Dictionary(grouping: looks) { campaign.round(of: $0.time) }
        return byRound.keys.compactMap(\.self).sorted().map { round in
            ObservationsTaken(campaign: campaign.id, round: round, looks: byRound[round] ?? [])
        }
    }

    /// Asks the observers for a round when one is due.
    func observe(_ book: inout CampaignBook, run: inout CampaignRun) throws {
        let campaign = book.campaign
        let goal = campaign.goal
        guard goal.observesRanks else { return }
        let now = context.clock.now
        guard let round = campaign.round(of: now), round > run.lastRound else { return }
        run.lastRound = round
        for observer in 1...max(goal.effort.observers, 1) {
            let order = ObservationOrder(campaign: campaign.id, units: goal.units, observer: "observer-\(observer)")
            book.change.jobs.append(
                Job(
                    id: context.ids.next(),
                    workspace: campaign.workspace,
                    campaign: campaign.id,
                    kind: .rankObserve,
                    payload: try CanonicalJSON.text(order),
                    createdAt: now,
                    idempotencyKey: "round:\(campaign.id):\(round):\(observer)"
                )
            )
        }
    }

    /// Puts a unit's levers to a combination; nothing else is applied to the unit until that is answered.
    func restore(
        _ unit: String,
        to combination: Combination,
        in book: inout CampaignBook,
        run: inout CampaignRun
    ) throws {
        let now = context.clock.now
        run.restoring.insert(unit)
        book.setLever(unit, combination, trial: nil, isConfirmed: false, at: now)
        let order = LeverRestoreOrder(campaign: book.campaign.id, unit: unit, combination: combination)
        book.change.jobs.append(
            Job(
                id: context.ids.next(),
                workspace: book.campaign.workspace,
                campaign: book.campaign.id,
                kind: .leverRestore,
                priority: .urgent,
                payload: try CanonicalJSON.text(order),
                createdAt: now,
                maxAttempts: 5
            )
        )
    }

    /// Adds an alert to what is written next.
    func alert(_ kind: Alert.Kind, _ severity: Alert.Severity, _ message: String, in book: inout CampaignBook) {
        book.change.alerts.append(
            Alert(
                id: context.ids.next(),
                workspace: book.campaign.workspace,
                campaign: book.campaign.id,
                time: context.clock.now,
                kind: kind,
                severity: severity,
                message: message
            )
        )
    }
}
