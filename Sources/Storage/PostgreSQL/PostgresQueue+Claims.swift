// SPDX-License-Identifier: Apache-2.0

import Domain

extension PostgresQueue {
    /// A waiting job that this transaction has locked, and where its row lies.
    private struct Candidate {
        var waiting: WaitingJob
        var place: String
    }

    /// Leases jobs that `choose` gives to somebody, out of the first that wait and that no other dispatcher looks at.
    func claim(
        _ request: ClaimRequest,
        now: Timestamp,
        choose: ([Job]) -> [JobAssignment]
    ) throws -> Claim {
        try promote(now: now, limit: max(request.limit, 100))
        let (lanes, places) = try lockFirst(request)
        let candidates = JobQueueOrder.first(request.limit, of: lanes, now: now)
        guard !candidates.isEmpty else { return Claim(jobs: [], candidates: 0) }
        let jobs = try lease(choose(candidates.map(\.job)), of: candidates, places, now: now)
        return Claim(jobs: jobs, candidates: candidates.count)
    }

    /// The first jobs of every kind and priority, locked, and the places of their rows.
    private func lockFirst(_ request: ClaimRequest) throws -> (lanes: [[WaitingJob]], places: [JobID: String]) {
        let kinds = PostgresValue.texts(request.kinds.map(\.rawValue))
        let result = try session.run(Self.first, [kinds, .value(.integer(request.limit))])
        var lanes: [Turns.Lane: [WaitingJob]] = [:]
        var places: [JobID: String] = [:]
        for index in 0..<result.count {
            let row = result.row(index)
            let waiting = WaitingJob(job: try JobRow.waiting(row), turn: row.integer(JobRow.next))
            lanes[Turns.Lane(kind: waiting.job.kind, priority: waiting.job.priority), default: []].append(waiting)
            places[waiting.job.id] = row.text(JobRow.next + 1)
        }
        let ordered = request.kinds.flatMap { kind in
            JobPriority.allCases.compactMap { lanes[Turns.Lane(kind: kind, priority: $0)] }
        }
        return (ordered, places)
    }

    private func lease(
        _ assignments: [JobAssignment],
        of candidates: [WaitingJob],
        _ places: [JobID: String],
        now: Timestamp
    ) throws -> [Job] {
        guard !assignments.isEmpty else { return [] }
        var waiting = Dictionary(candidates.map { ($0.job.id, $0) }) { first, _ in first }
        var jobs: [Job] = []
        var rows: [Candidate] = []
        for assignment in assignments {
            guard let candidate = waiting.removeValue(forKey: assignment.job), let place = places[assignment.job]
            else { continue }
            var job = candidate.job
            guard try job.lease(assignment, now: now) else { continue }
            jobs.append(job)
            rows.append(Candidate(waiting: candidate, place: place))
        }
        guard !jobs.isEmpty else { return [] }
        let result = try session.run(Self.lease, try Self.arguments(jobs, rows))
        let leased = Set((0..<result.count).map { result.row($0).text(0) })
        return leased.count == jobs.count ? jobs : jobs.filter { leased.contains($0.id.text) }
    }

    private static func arguments(_ jobs: [Job], _ rows: [Candidate]) throws -> [PostgresValue] {
        var served: [Turns.Lane: Int64] = [:]
        for row in rows {
            let lane = Turns.Lane(kind: row.waiting.job.kind, priority: row.waiting.job.priority)
            served[lane] = max(served[lane] ?? 0, row.waiting.turn - 1)
        }
        let lanes = served.sorted {
            ($0.key.kind.rawValue, $0.key.priority.rawValue) < ($1.key.kind.rawValue, $1.key.priority.rawValue)
        }
        return [
            .texts(rows.map(\.place)), .texts(jobs.map(\.id.text)), .texts(jobs.map { $0.lease?.token }),
            .texts(jobs.map { $0.lease?.session.text }), .texts(jobs.map { $0.lease?.worker.text }),
            .texts(jobs.map { $0.campaign?.text }), .integers(jobs.map(\.runAt.milliseconds)),
            .integers(jobs.map { Int64($0.attempt) }), .integers(jobs.map { Int64($0.workersLost) }),
            .texts(try jobs.map { try JobFailures.text($0.failures) }), .texts(lanes.map(\.key.kind.rawValue)),
            .integers(lanes.map { Int64($0.key.priority.rawValue) }), .integers(lanes.map(\.value)),
        ]
    }

    /// For each kind and priority the index is read from its beginning, and no further than the limit.
    static let first = """
        SELECT \(JobRow.body), \(JobRow.progress), p.turn, p.place
        FROM (
            SELECT k.kind FROM unnest($1::text[]) AS k (kind)
            WHERE NOT EXISTS (SELECT 1 FROM job_pauses s WHERE s.kind = k.kind)
        ) k CROSS JOIN (VALUES (0::bigint), (1), (2)) AS l (priority)
        CROSS JOIN LATERAL (
            SELECT r.ctid AS place, r.* FROM job_ready r WHERE r.kind = k.kind AND r.priority = l.priority
            ORDER BY r.turn, r.id LIMIT $2 FOR UPDATE SKIP LOCKED
        ) p JOIN job_bodies b ON b.id = p.id
        ORDER BY p.kind, p.priority, p.turn, p.id
        """

    /// Moves locked rows by their places, which nobody can change meanwhile.
    ///
    /// The sessions' rows are locked too: one that is being ended is waited for, and then gets nothing any more.
    static let lease = """
        WITH open AS MATERIALIZED (
            SELECT id FROM worker_sessions WHERE id = ANY($4::text[]) ORDER BY id FOR KEY SHARE
        ), input AS MATERIALIZED (
            SELECT u.* FROM unnest(
                $1::text[], $2::text[], $3::text[], $4::text[], $5::text[], $6::text[], $7::bigint[], $8::bigint[],
                $9::bigint[], $10::text[]
            ) AS u (place, id, token, session, worker, campaign, run_at, attempt, workers_lost, failures)
            WHERE u.session IN (SELECT id FROM open)
        ), gone AS (
            DELETE FROM job_ready WHERE ctid = ANY (ARRAY(SELECT place::tid FROM input))
        ), served AS (
            INSERT INTO job_turns AS t (kind, priority, share, turn)
            SELECT v.kind, v.priority, '', v.turn
            FROM unnest($11::text[], $12::bigint[], $13::bigint[]) AS v (kind, priority, turn)
            ORDER BY 1, 2
            ON CONFLICT (kind, priority, share) DO UPDATE SET turn = greatest(t.turn, excluded.turn)
        )
        INSERT INTO job_leases (id, token, session, worker, campaign, run_at, attempt, workers_lost, failures)
        SELECT id, token, session, worker, campaign, run_at, attempt, workers_lost, failures FROM input
        RETURNING id
        """
}
