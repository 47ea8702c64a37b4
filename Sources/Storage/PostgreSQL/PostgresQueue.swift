// SPDX-License-Identifier: Apache-2.0

import Domain

/// The queue's fast paths on PostgreSQL, within a transaction that the caller has begun: many rows with one statement.
///
/// The statements look rows up by key or by place, whatever the planner thinks of the tables' sizes; a test keeps their plans.
struct PostgresQueue {
    /// The connection.
    let session: PostgresConnection

    /// Creates the fast paths of a connection.
    init(_ session: PostgresConnection) {
        self.session = session
    }

    /// Adds jobs; returns those that were not there yet, in order.
    func add(_ jobs: [Job]) throws -> [JobID] {
        guard !jobs.isEmpty else { return [] }
        let result = try session.run(Self.add, Self.arguments(Self.distinct(jobs)))
        return try (0..<result.count).map { try Column.required(result.row($0).text(0), "job_bodies") }
    }

    /// Which of these jobs are there.
    func known(_ jobs: [JobID]) throws -> Set<JobID> {
        let sql = "SELECT id FROM job_bodies WHERE id = ANY($1::text[])"
        let result = try session.run(sql, [.texts(jobs.map(\.text))])
        return Set(try (0..<result.count).map { try Column.required(result.row($0).text(0), "job_bodies") })
    }

    /// Moves delayed jobs whose time has come to those that wait; those that another dispatcher is moving are passed over.
    func promote(now: Timestamp, limit: Int) throws {
        _ = try session.run(
            Self.promote,
            [.value(.integer(now.milliseconds)), .value(.integer(limit))]
        )
    }

    /// One statement can add a job once.
    private static func distinct(_ jobs: [Job]) -> [Job] {
        var seen: Set<JobID> = []
        return jobs.filter { seen.insert($0.id).inserted }
    }

    private static func arguments(_ jobs: [Job]) -> [PostgresValue] {
        [
            .texts(jobs.map(\.id.text)), .texts(jobs.map(\.workspace.name)), .texts(jobs.map { $0.campaign?.text }),
            .texts(jobs.map(\.kind.rawValue)), .integers(jobs.map { Int64($0.priority.rawValue) }),
            .texts(jobs.map(\.payload)), .integers(jobs.map(\.createdAt.milliseconds)),
            .integers(jobs.map { Int64($0.maxAttempts) }), .texts(jobs.map(\.idempotencyKey)),
            .integers(jobs.map(\.runAt.milliseconds)), .integers(jobs.map { $0.state == .delayed ? 1 : 0 }),
        ]
    }

    /// Takes turns for the rows of `fresh`, and gives the one before the first of each share.
    ///
    /// Turns are taken in one order, so that two that take some of the same never wait for each other. What a turn is: `Turns`.
    private static let takeTurns = """
        given AS (
            INSERT INTO job_turns AS t (kind, priority, share, turn, added)
            SELECT c.kind, c.priority, c.share, coalesce(s.turn, 0) + c.added, c.added
            FROM (SELECT kind, priority, share, count(*) AS added FROM fresh GROUP BY 1, 2, 3) c
            LEFT JOIN job_turns s ON s.kind = c.kind AND s.priority = c.priority AND s.share = ''
            ORDER BY 1, 2, 3
            ON CONFLICT (kind, priority, share) DO UPDATE
                SET turn = greatest(t.turn + excluded.added, excluded.turn), added = excluded.added
            RETURNING kind, priority, share, turn - added AS before
        )
        """

    static let add = """
        WITH input AS MATERIALIZED (
            SELECT * FROM unnest(
                $1::text[], $2::text[], $3::text[], $4::text[], $5::bigint[], $6::text[], $7::bigint[], $8::bigint[],
                $9::text[], $10::bigint[], $11::bigint[]
            ) WITH ORDINALITY AS u (
                id, workspace, campaign, kind, priority, payload, created_at, max_attempts, idempotency_key, run_at,
                is_delayed, place
            )
        ), keyed AS (
            INSERT INTO job_keys (workspace, idempotency_key, id)
            SELECT i.workspace, i.idempotency_key, i.id FROM input i
            WHERE i.idempotency_key IS NOT NULL AND NOT EXISTS (SELECT 1 FROM job_bodies b WHERE b.id = i.id)
            ORDER BY i.workspace, i.idempotency_key, i.place
            ON CONFLICT DO NOTHING RETURNING id
        ), added AS (
            INSERT INTO job_bodies
                (id, workspace, campaign, kind, priority, payload, created_at, max_attempts, idempotency_key)
            SELECT id, workspace, campaign, kind, priority, payload, created_at, max_attempts, idempotency_key
            FROM input WHERE idempotency_key IS NULL OR id IN (SELECT id FROM keyed)
            ON CONFLICT DO NOTHING RETURNING id
        ), new AS MATERIALIZED (
            SELECT i.*, coalesce(i.campaign, i.workspace) AS share FROM input i
            WHERE i.id IN (SELECT id FROM added)
        ), later AS (
            INSERT INTO job_delayed (run_at, id, attempt, workers_lost)
            SELECT run_at, id, 0, 0 FROM new WHERE is_delayed = 1
        ), fresh AS (
            SELECT * FROM new WHERE is_delayed = 0
        ), \(takeTurns), waiting AS (
            INSERT INTO job_ready (kind, priority, turn, id, run_at, attempt, workers_lost)
            SELECT f.kind, f.priority, g.before + f.rank, f.id, f.run_at, 0, 0
            FROM (
                SELECT *, row_number() OVER (PARTITION BY kind, priority, share ORDER BY place) AS rank FROM fresh
            ) f JOIN given g ON g.kind = f.kind AND g.priority = f.priority AND g.share = f.share
        )
        SELECT id FROM new ORDER BY place
        """

    /// A job that was leased before has had its turn, and is served next.
    static let promote = """
        WITH due AS (
            DELETE FROM job_delayed WHERE id = ANY (ARRAY(
                SELECT id FROM job_delayed WHERE run_at <= $1 ORDER BY run_at, id LIMIT $2 FOR UPDATE SKIP LOCKED
            )) RETURNING id, run_at, attempt, workers_lost, worker, failures
        ), moved AS MATERIALIZED (
            SELECT d.*, b.kind, b.priority, coalesce(b.campaign, b.workspace) AS share
            FROM due d JOIN job_bodies b ON b.id = d.id
        ), fresh AS (
            SELECT * FROM moved WHERE attempt = 0
        ), \(takeTurns), placed AS (
            SELECT f.id, g.before + f.rank AS turn
            FROM (
                SELECT *, row_number() OVER (PARTITION BY kind, priority, share ORDER BY run_at, id) AS rank FROM fresh
            ) f JOIN given g ON g.kind = f.kind AND g.priority = f.priority AND g.share = f.share
            UNION ALL
            SELECT m.id, coalesce(s.turn, 0) FROM moved m
            LEFT JOIN job_turns s ON s.kind = m.kind AND s.priority = m.priority AND s.share = ''
            WHERE m.attempt > 0
        )
        INSERT INTO job_ready (kind, priority, turn, id, run_at, attempt, workers_lost, worker, failures)
        SELECT m.kind, m.priority, p.turn, m.id, m.run_at, m.attempt, m.workers_lost, m.worker, m.failures
        FROM moved m JOIN placed p ON p.id = m.id
        """
}
