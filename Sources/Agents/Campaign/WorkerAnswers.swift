// SPDX-License-Identifier: Apache-2.0

import Domain
import Jobs

// What workers answer comes from other processes, and perhaps other hands: it is checked before anything rests on it.

extension TrialAnswer {
    /// Reads the answer to a trial's job; a failure says what is wrong with it.
    static func read(
        _ text: String,
        of job: Job,
        for campaign: Campaign,
        at now: Timestamp
    ) -> Result<TrialAnswer, Failure> {
        guard let answer = try? CanonicalJSON.decode(TrialAnswer.self, from: text) else {
            return .failure(Failure(.invalid, "the worker's result is not that of a trial"))
        }
        let instants =
            [("startedAt", answer.startedAt), ("endedAt", answer.endedAt)]
            + answer.samples.map { ("samples.time", $0.time) }
        for (field, instant) in instants where !campaign.mayHaveSeen(instant, by: now) {
            return .failure(.outOfTime(field, instant))
        }
        let metric = campaign.goal.objective.metric
        guard answer.metrics.values.allSatisfy(\.isFinite), answer.samples.allSatisfy(\.value.isFinite) else {
            return .failure(Failure(.invalid, "the worker's result has a metric that is not a finite number"))
        }
        guard job.kind != .trialCommand || answer.metrics[metric] != nil else {
            return .failure(Failure(.invalid, "the worker's result lacks the metric \(metric)"))
        }
        return .success(answer)
    }
}

extension ObservationAnswer {
    /// Reads the answer to an observation's job; a failure says what is wrong with it.
    static func read(_ text: String, for campaign: Campaign, at now: Timestamp) -> Result<ObservationAnswer, Failure> {
        guard let answer = try? CanonicalJSON.decode(ObservationAnswer.self, from: text) else {
            return .failure(Failure(.invalid, "the worker's result is not that of an observation"))
        }
        guard campaign.mayHaveSeen(answer.time, by: now) else { return .failure(.outOfTime("time", answer.time)) }
        let units = campaign.goal.units.count
        guard answer.ranks.count == units, answer.ranks.allSatisfy({ $0.map { $0.isFinite && $0 >= 1 } ?? true }) else {
            return .failure(
                Failure(.invalid, "the worker's result has not one rank from 1 up, or null, for each of \(units) units")
            )
        }
        return .success(answer)
    }
}

extension Result where Failure == Domain.Failure {
    var failure: Domain.Failure? {
        if case .failure(let failure) = self { failure } else { nil }
    }
}

extension Campaign {
    /// How far a worker's clock may be off.
    private static let clockError = TimeSpan.days(1)

    /// Whether a worker may truly say that it saw something at an instant: after the campaign was made and before now, give or take a day.
    fileprivate func mayHaveSeen(_ instant: Timestamp, by now: Timestamp) -> Bool {
        instant >= createdAt - Self.clockError && instant <= now + Self.clockError
    }
}

extension Failure {
    fileprivate static func outOfTime(_ field: String, _ instant: Timestamp) -> Failure {
        Failure(
            .invalid,
            "the worker's result has \(field) \(instant.milliseconds) (milliseconds since 1970), which is not in the campaign's time"
        )
    }
}
