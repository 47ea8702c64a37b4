// SPDX-License-Identifier: Apache-2.0

extension Migration {
    /// The queue on PostgreSQL, as on SQLite; no queue of the version before has to be taken over, for there was none.
    ///
    /// Rows of some tables live for milliseconds, so these are vacuumed by number, not by share, and without pauses; where rows are
    /// changed in place half a page is left free for that. `job_turns.added` is how many turns its last writer took at once.
    static let queueOnPostgres = Texts(
        up: """
            CREATE TABLE job_bodies (
                id TEXT COLLATE "C" NOT NULL PRIMARY KEY,
                workspace TEXT COLLATE "C" NOT NULL,
                campaign TEXT COLLATE "C",
                kind TEXT COLLATE "C" NOT NULL,
                priority BIGINT NOT NULL,
                payload TEXT NOT NULL,
                created_at BIGINT NOT NULL,
                max_attempts BIGINT NOT NULL,
                idempotency_key TEXT COLLATE "C"
            );

            CREATE TABLE job_keys (
                workspace TEXT COLLATE "C" NOT NULL,
                idempotency_key TEXT COLLATE "C" NOT NULL,
                id TEXT COLLATE "C" NOT NULL,
                PRIMARY KEY (workspace, idempotency_key)
            );

            CREATE TABLE job_ready (
                kind TEXT COLLATE "C" NOT NULL,
                priority BIGINT NOT NULL,
                turn BIGINT NOT NULL,
                id TEXT COLLATE "C" NOT NULL,
                run_at BIGINT NOT NULL,
                attempt BIGINT NOT NULL,
                workers_lost BIGINT NOT NULL,
                worker TEXT COLLATE "C",
                failures TEXT,
                PRIMARY KEY (kind, priority, turn, id)
            ) WITH (\(vacuumedOften));
            CREATE UNIQUE INDEX job_ready_by_id ON job_ready (id);

            CREATE TABLE job_turns (
                kind TEXT COLLATE "C" NOT NULL,
                priority BIGINT NOT NULL,
                share TEXT COLLATE "C" NOT NULL,
                turn BIGINT NOT NULL,
                added BIGINT NOT NULL DEFAULT 0,
                PRIMARY KEY (kind, priority, share)
            ) WITH (fillfactor = 50, \(vacuumedOften));

            CREATE TABLE job_delayed (
                run_at BIGINT NOT NULL,
                id TEXT COLLATE "C" NOT NULL,
                attempt BIGINT NOT NULL,
                workers_lost BIGINT NOT NULL,
                worker TEXT COLLATE "C",
                failures TEXT,
                PRIMARY KEY (run_at, id)
            ) WITH (\(vacuumedOften));
            CREATE UNIQUE INDEX job_delayed_by_id ON job_delayed (id);

            CREATE TABLE job_leases (
                id TEXT COLLATE "C" NOT NULL PRIMARY KEY,
                token TEXT COLLATE "C" NOT NULL,
                session TEXT COLLATE "C" NOT NULL,
                worker TEXT COLLATE "C" NOT NULL,
                campaign TEXT COLLATE "C",
                run_at BIGINT NOT NULL,
                attempt BIGINT NOT NULL,
                workers_lost BIGINT NOT NULL,
                failures TEXT
            ) WITH (\(vacuumedOften));

            CREATE TABLE job_outcomes (
                id TEXT COLLATE "C" NOT NULL PRIMARY KEY,
                state TEXT COLLATE "C" NOT NULL,
                token TEXT COLLATE "C",
                worker TEXT COLLATE "C",
                run_at BIGINT NOT NULL,
                attempt BIGINT NOT NULL,
                workers_lost BIGINT NOT NULL,
                failures TEXT,
                result TEXT,
                ended_at BIGINT NOT NULL
            );

            CREATE TABLE job_dead (
                id TEXT COLLATE "C" NOT NULL PRIMARY KEY,
                worker TEXT COLLATE "C",
                run_at BIGINT NOT NULL,
                attempt BIGINT NOT NULL,
                workers_lost BIGINT NOT NULL,
                failures TEXT,
                failure TEXT,
                ended_at BIGINT NOT NULL
            );

            CREATE TABLE job_unharvested (
                campaign TEXT COLLATE "C" NOT NULL,
                ended_at BIGINT NOT NULL,
                id TEXT COLLATE "C" NOT NULL,
                PRIMARY KEY (campaign, ended_at, id)
            ) WITH (\(vacuumedOften));

            CREATE TABLE job_pauses (
                kind TEXT COLLATE "C" NOT NULL PRIMARY KEY,
                since BIGINT NOT NULL
            );

            CREATE TABLE job_schedules (
                workspace TEXT COLLATE "C" NOT NULL,
                name TEXT COLLATE "C" NOT NULL,
                next_at BIGINT NOT NULL,
                body TEXT NOT NULL,
                PRIMARY KEY (workspace, name)
            ) WITH (fillfactor = 50);

            CREATE TABLE worker_sessions (
                id TEXT COLLATE "C" NOT NULL PRIMARY KEY,
                worker TEXT COLLATE "C" NOT NULL,
                server TEXT COLLATE "C" NOT NULL,
                epoch BIGINT NOT NULL,
                expires_at BIGINT NOT NULL
            ) WITH (fillfactor = 50);
            CREATE INDEX worker_sessions_by_worker ON worker_sessions (worker);

            CREATE TABLE worker_epochs (
                worker TEXT COLLATE "C" NOT NULL PRIMARY KEY,
                epoch BIGINT NOT NULL
            );

            CREATE TABLE worker_keys (
                id TEXT COLLATE "C" NOT NULL PRIMARY KEY,
                created_at BIGINT NOT NULL,
                last_used_at BIGINT,
                revoked_at BIGINT,
                body TEXT NOT NULL
            ) WITH (fillfactor = 50);

            CREATE TABLE leader_leases (
                name TEXT COLLATE "C" NOT NULL PRIMARY KEY,
                holder TEXT COLLATE "C" NOT NULL,
                term BIGINT NOT NULL,
                expires_at BIGINT NOT NULL
            ) WITH (fillfactor = 50);

            CREATE TABLE effects (
                effect_key TEXT COLLATE "C" NOT NULL PRIMARY KEY,
                state TEXT COLLATE "C" NOT NULL,
                created_at BIGINT NOT NULL,
                body TEXT NOT NULL
            );
            CREATE INDEX effects_by_state ON effects (state, created_at, effect_key) WHERE state <> 'done';

            CREATE TABLE outbox (
                id TEXT COLLATE "C" NOT NULL PRIMARY KEY,
                receiver TEXT COLLATE "C" NOT NULL,
                envelope TEXT NOT NULL,
                created_at BIGINT NOT NULL
            ) WITH (\(vacuumedOften));
            """,
        down: """
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
            """
    )

    private static let vacuumedOften = """
        autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 5000, autovacuum_vacuum_cost_delay = 0
        """
}
