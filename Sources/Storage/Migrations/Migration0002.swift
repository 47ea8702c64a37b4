// SPDX-License-Identifier: Apache-2.0

extension Migration {
    /// The queue in tables of their own for each state, and what several processes share.
    ///
    /// A job's body is written once. Where it is in its life is told by the one table that names it: `job_ready`, `job_delayed`,
    /// `job_leases`, `job_outcomes` (completed, cancelled) or `job_dead`. Narrow rows move between these, so that giving a job out
    /// costs the same whether ten wait or a million.
    static let queue = Migration(
        version: 2,
        name: "queue",
        up: """
            CREATE TABLE job_bodies (
                id TEXT NOT NULL PRIMARY KEY,
                workspace TEXT NOT NULL,
                campaign TEXT,
                kind TEXT NOT NULL,
                priority INTEGER NOT NULL,
                payload TEXT NOT NULL,
                created_at INTEGER NOT NULL,
                max_attempts INTEGER NOT NULL,
                idempotency_key TEXT
            ) STRICT, WITHOUT ROWID;

            CREATE TABLE job_keys (
                workspace TEXT NOT NULL,
                idempotency_key TEXT NOT NULL,
                id TEXT NOT NULL,
                PRIMARY KEY (workspace, idempotency_key)
            ) STRICT, WITHOUT ROWID;

            CREATE TABLE job_ready (
                kind TEXT NOT NULL,
                priority INTEGER NOT NULL,
                turn INTEGER NOT NULL,
                id TEXT NOT NULL,
                run_at INTEGER NOT NULL,
                attempt INTEGER NOT NULL,
                workers_lost INTEGER NOT NULL,
                worker TEXT,
                failures TEXT,
                PRIMARY KEY (kind, priority, turn, id)
            ) STRICT, WITHOUT ROWID;
            CREATE UNIQUE INDEX job_ready_by_id ON job_ready (id);

            CREATE TABLE job_turns (
                kind TEXT NOT NULL,
                priority INTEGER NOT NULL,
                share TEXT NOT NULL,
                turn INTEGER NOT NULL,
                PRIMARY KEY (kind, priority, share)
            ) STRICT, WITHOUT ROWID;

            CREATE TABLE job_delayed (
                run_at INTEGER NOT NULL,
                id TEXT NOT NULL,
                attempt INTEGER NOT NULL,
                workers_lost INTEGER NOT NULL,
                worker TEXT,
                failures TEXT,
                PRIMARY KEY (run_at, id)
            ) STRICT, WITHOUT ROWID;
            CREATE UNIQUE INDEX job_delayed_by_id ON job_delayed (id);

            CREATE TABLE job_leases (
                id TEXT NOT NULL PRIMARY KEY,
                token TEXT NOT NULL,
                session TEXT NOT NULL,
                worker TEXT NOT NULL,
                campaign TEXT,
                run_at INTEGER NOT NULL,
                attempt INTEGER NOT NULL,
                workers_lost INTEGER NOT NULL,
                failures TEXT
            ) STRICT, WITHOUT ROWID;

            CREATE TABLE job_outcomes (
                id TEXT NOT NULL PRIMARY KEY,
                state TEXT NOT NULL,
                token TEXT,
                worker TEXT,
                run_at INTEGER NOT NULL,
                attempt INTEGER NOT NULL,
                workers_lost INTEGER NOT NULL,
                failures TEXT,
                result TEXT,
                ended_at INTEGER NOT NULL
            ) STRICT, WITHOUT ROWID;

            CREATE TABLE job_dead (
                id TEXT NOT NULL PRIMARY KEY,
                worker TEXT,
                run_at INTEGER NOT NULL,
                attempt INTEGER NOT NULL,
                workers_lost INTEGER NOT NULL,
                failures TEXT,
                failure TEXT,
                ended_at INTEGER NOT NULL
            ) STRICT, WITHOUT ROWID;

            CREATE TABLE job_unharvested (
                campaign TEXT NOT NULL,
                ended_at INTEGER NOT NULL,
                id TEXT NOT NULL,
                PRIMARY KEY (campaign, ended_at, id)
            ) STRICT, WITHOUT ROWID;

            CREATE TABLE job_pauses (
                kind TEXT NOT NULL PRIMARY KEY,
                since INTEGER NOT NULL
            ) STRICT, WITHOUT ROWID;

            CREATE TABLE job_schedules (
                workspace TEXT NOT NULL,
                name TEXT NOT NULL,
                next_at INTEGER NOT NULL,
                body TEXT NOT NULL,
                PRIMARY KEY (workspace, name)
            ) STRICT, WITHOUT ROWID;

            CREATE TABLE worker_sessions (
                id TEXT NOT NULL PRIMARY KEY,
                worker TEXT NOT NULL,
                server TEXT NOT NULL,
                epoch INTEGER NOT NULL,
                expires_at INTEGER NOT NULL
            ) STRICT, WITHOUT ROWID;
            CREATE INDEX worker_sessions_by_worker ON worker_sessions (worker);

            CREATE TABLE worker_epochs (
                worker TEXT NOT NULL PRIMARY KEY,
                epoch INTEGER NOT NULL
            ) STRICT, WITHOUT ROWID;

            CREATE TABLE worker_keys (
                id TEXT NOT NULL PRIMARY KEY,
                created_at INTEGER NOT NULL,
                last_used_at INTEGER,
                revoked_at INTEGER,
                body TEXT NOT NULL
            ) STRICT, WITHOUT ROWID;

            CREATE TABLE leader_leases (
                name TEXT NOT NULL PRIMARY KEY,
                holder TEXT NOT NULL,
                term INTEGER NOT NULL,
                expires_at INTEGER NOT NULL
            ) STRICT, WITHOUT ROWID;

            CREATE TABLE effects (
                effect_key TEXT NOT NULL PRIMARY KEY,
                state TEXT NOT NULL,
                created_at INTEGER NOT NULL,
                body TEXT NOT NULL
            ) STRICT, WITHOUT ROWID;
            CREATE INDEX effects_by_state ON effects (state, created_at, effect_key) WHERE state <> 'done';

            CREATE TABLE outbox (
                id TEXT NOT NULL PRIMARY KEY,
                receiver TEXT NOT NULL,
                envelope TEXT NOT NULL,
                created_at INTEGER NOT NULL
            ) STRICT, WITHOUT ROWID;

            INSERT INTO job_bodies
                SELECT id, workspace, campaign, kind, priority, payload, created_at, max_attempts, idempotency_key
                FROM jobs ORDER BY id;
            INSERT INTO job_keys
                SELECT workspace, idempotency_key, id FROM jobs WHERE idempotency_key IS NOT NULL;
            INSERT INTO job_ready
                SELECT kind, priority, row_number() OVER (PARTITION BY kind, priority ORDER BY run_at, id), id, run_at,
                    attempt, workers_lost, worker,
                    CASE WHEN failure IS NULL THEN NULL ELSE json_array(json_object(
                        'attempt', attempt, 'time', run_at, 'failure', json(failure), 'worker', worker)) END
                FROM jobs WHERE state IN ('queued', 'probation');
            INSERT INTO job_turns
                SELECT r.kind, r.priority, coalesce(j.campaign, j.workspace), max(r.turn)
                FROM job_ready r JOIN jobs j ON j.id = r.id GROUP BY 1, 2, 3;
            INSERT INTO job_delayed
                SELECT run_at, id, attempt, workers_lost, worker,
                    CASE WHEN failure IS NULL THEN NULL ELSE json_array(json_object(
                        'attempt', attempt, 'time', run_at, 'failure', json(failure), 'worker', worker)) END
                FROM jobs WHERE state IN ('delayed', 'failed');
            INSERT INTO worker_sessions
                SELECT DISTINCT 'ses_' || substr(lease_worker, 5), lease_worker, '', 1, 0
                FROM jobs WHERE state = 'leased';
            INSERT INTO job_leases
                SELECT id, lease_token, 'ses_' || substr(lease_worker, 5), lease_worker, campaign, run_at, attempt,
                    workers_lost, NULL
                FROM jobs WHERE state = 'leased';
            INSERT INTO job_outcomes
                SELECT id, state, NULL, worker, run_at, attempt, workers_lost, NULL, result,
                    coalesce(ended_at, created_at)
                FROM jobs WHERE state IN ('completed', 'cancelled');
            INSERT INTO job_dead
                SELECT id, worker, run_at, attempt, workers_lost, NULL, failure, coalesce(ended_at, created_at)
                FROM jobs WHERE state = 'dead';
            INSERT INTO job_unharvested
                SELECT campaign, coalesce(ended_at, created_at), id
                FROM jobs WHERE state IN ('completed', 'dead') AND is_harvested = 0 AND campaign IS NOT NULL;
            DROP TABLE jobs;
            """,
        down: """
            CREATE TABLE jobs (
                id TEXT NOT NULL PRIMARY KEY,
                workspace TEXT NOT NULL,
                campaign TEXT,
                kind TEXT NOT NULL,
                role TEXT NOT NULL,
                priority INTEGER NOT NULL,
                payload TEXT NOT NULL,
                state TEXT NOT NULL,
                created_at INTEGER NOT NULL,
                run_at INTEGER NOT NULL,
                attempt INTEGER NOT NULL,
                max_attempts INTEGER NOT NULL,
                workers_lost INTEGER NOT NULL,
                idempotency_key TEXT,
                lease_token TEXT,
                lease_worker TEXT,
                result TEXT,
                failure TEXT,
                ended_at INTEGER,
                worker TEXT,
                is_harvested INTEGER NOT NULL
            ) STRICT;
            INSERT INTO jobs
                SELECT b.id, b.workspace, b.campaign, b.kind,
                    CASE b.kind WHEN 'rank.observe' THEN 'observer' ELSE 'trial' END, b.priority, b.payload,
                    p.state, b.created_at, p.run_at, p.attempt, b.max_attempts, p.workers_lost, b.idempotency_key,
                    p.token, p.lease_worker, p.result, p.failure, p.ended_at, p.worker,
                    NOT EXISTS (SELECT 1 FROM job_unharvested u WHERE u.id = b.id)
                FROM job_bodies b JOIN (
                    SELECT id, CASE WHEN workers_lost < 2 THEN 'queued' ELSE 'probation' END AS state, run_at, attempt,
                        workers_lost, NULL AS token, NULL AS lease_worker, NULL AS result,
                        json_extract(failures, '$[#-1].failure') AS failure, NULL AS ended_at, worker
                    FROM job_ready
                    UNION ALL
                    SELECT id, 'delayed', run_at, attempt, workers_lost, NULL, NULL, NULL,
                        json_extract(failures, '$[#-1].failure'), NULL, worker
                    FROM job_delayed
                    UNION ALL
                    SELECT id, 'leased', run_at, attempt, workers_lost, token, worker, NULL,
                        json_extract(failures, '$[#-1].failure'), NULL, worker
                    FROM job_leases
                    UNION ALL
                    SELECT id, state, run_at, attempt, workers_lost, NULL, NULL, result, NULL,
                        CASE state WHEN 'completed' THEN ended_at END, worker
                    FROM job_outcomes
                    UNION ALL
                    SELECT id, 'dead', run_at, attempt, workers_lost, NULL, NULL, NULL, failure, ended_at, worker
                    FROM job_dead
                ) p ON p.id = b.id;
            CREATE UNIQUE INDEX jobs_by_key ON jobs (workspace, idempotency_key) WHERE idempotency_key IS NOT NULL;
            CREATE INDEX jobs_waiting ON jobs (role, priority, run_at, id)
                WHERE state IN ('queued', 'probation', 'delayed');
            CREATE INDEX jobs_leased ON jobs (lease_worker, id) WHERE state = 'leased';
            CREATE INDEX jobs_delayed ON jobs (run_at) WHERE state = 'delayed';
            CREATE INDEX jobs_unharvested ON jobs (campaign, ended_at, id)
                WHERE is_harvested = 0 AND state IN ('completed', 'dead');
            CREATE INDEX jobs_by_state ON jobs (state, created_at, id);
            DROP TABLE outbox;
            DROP TABLE effects;
            DROP TABLE leader_leases;
            DROP TABLE worker_keys;
            DROP TABLE worker_epochs;
            DROP TABLE worker_sessions;
            DROP TABLE job_schedules;
            DROP TABLE job_pauses;
            DROP TABLE job_unharvested;
            DROP TABLE job_dead;
            DROP TABLE job_outcomes;
            DROP TABLE job_leases;
            DROP TABLE job_delayed;
            DROP TABLE job_turns;
            DROP TABLE job_ready;
            DROP TABLE job_keys;
            DROP TABLE job_bodies;
            """,
        postgres: queueOnPostgres
    )
}
