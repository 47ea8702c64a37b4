// SPDX-License-Identifier: Apache-2.0

import Domain

/// A report as it came, with when and how its caller wants it taken in.
struct TimedReport: Sendable {
    var report: JobReport
    var now: Timestamp
    var retryDelay: @Sendable (Failure, Job) -> TimeSpan?
}

extension PostgresQueue {
    /// A report's job and token: the pair that a lease has to match.
    private struct Claimed: Hashable {
        var job: JobID
        var token: String

        init(_ report: JobReport) {
            job = report.job
            token = report.token
        }
    }

    /// Takes reports in; the receipts are in their order.
    ///
    /// `isRepeat` says that the same reports were sent before and that it is unknown what became of them: those that were taken in then
    /// are accepted, not stale.
    func finish(
        _ reports: [TimedReport],
        by tables: JobTables<PostgresConnection>,
        isRepeat: Bool
    ) throws -> [JobReceipt] {
        // What somebody reports failed goes the long way with all that is said of the same job, so that the first report counts.
        let failed = Set(reports.filter { $0.report.failure != nil }.map(\.report.job))
        var first: [Claimed: Int] = [:]
        for (index, report) in reports.enumerated() where !failed.contains(report.report.job) {
            if first[Claimed(report.report)] == nil { first[Claimed(report.report)] = index }
        }
        let batch = first.sorted { ($0.key.job, $0.value) < ($1.key.job, $1.value) }.map { reports[$0.value] }
        var accepted = try complete(batch)
        if isRepeat { accepted.formUnion(try completedBefore(batch)) }
        return try reports.enumerated().map { index, timed in
            if failed.contains(timed.report.job) {
                return try tables.finish(timed.report, now: timed.now, retryDelay: timed.retryDelay)
            }
            let pair = Claimed(timed.report)
            return first[pair] == index && accepted.contains(pair) ? .accepted : .stale
        }
    }

    private func complete(_ batch: [TimedReport]) throws -> Set<Claimed> {
        guard !batch.isEmpty else { return [] }
        let result = try session.run(
            Self.complete,
            [
                .texts(batch.map(\.report.job.text)), .texts(batch.map(\.report.token)),
                .texts(batch.map { $0.report.answer ?? "" }), .integers(batch.map(\.now.milliseconds)),
                .texts(batch.map { "\($0.report.job.text) \($0.report.token)" }),
            ]
        )
        return try Self.pairs(result)
    }

    private func completedBefore(_ batch: [TimedReport]) throws -> Set<Claimed> {
        let sql = """
            SELECT id, token FROM job_outcomes
            WHERE id = ANY($1::text[]) AND (id || ' ' || token) = ANY($2::text[])
            """
        let pairs = batch.map { "\($0.report.job.text) \($0.report.token)" }
        return try Self.pairs(try session.run(sql, [.texts(batch.map(\.report.job.text)), .texts(pairs)]))
    }

    private static func pairs(_ result: PostgresResult) throws -> Set<Claimed> {
        var pairs: Set<Claimed> = []
        for index in 0..<result.count {
            let row = result.row(index)
            let job: JobID = try Column.required(row.text(0), "job_leases")
            pairs.insert(Claimed(JobReport(job: job, token: row.text(1), outcome: .completed(""))))
        }
        return pairs
    }

    /// Leases are found by their key, and go only with their own token.
    static let complete = """
        WITH gone AS (
            DELETE FROM job_leases l WHERE l.id = ANY($1::text[]) AND (l.id || ' ' || l.token) = ANY($5::text[])
            RETURNING l.id, l.token, l.worker, l.campaign, l.run_at, l.attempt, l.workers_lost, l.failures
        ), ended AS MATERIALIZED (
            SELECT g.*, i.result, i.ended_at FROM gone g
            JOIN unnest($1::text[], $2::text[], $3::text[], $4::bigint[]) AS i (id, token, result, ended_at)
                ON i.id = g.id AND i.token = g.token
        ), kept AS (
            INSERT INTO job_outcomes
                (id, state, token, worker, run_at, attempt, workers_lost, failures, result, ended_at)
            SELECT id, 'completed', token, worker, run_at, attempt, workers_lost, failures, result, ended_at FROM ended
        ), harvest AS (
            INSERT INTO job_unharvested (campaign, ended_at, id)
            SELECT campaign, ended_at, id FROM ended WHERE campaign IS NOT NULL
        )
        SELECT id, token FROM ended
        """
}

extension JobReport {
    /// What went wrong; nil for a job that was done.
    fileprivate var failure: Failure? {
        if case .failed(let failure) = outcome { return failure }
        return nil
    }

    /// The answer of a job that was done.
    fileprivate var answer: String? {
        if case .completed(let answer) = outcome { return answer }
        return nil
    }
}
