// SPDX-License-Identifier: Apache-2.0

extension Migration {
    /// The records of campaigns, and the queue of jobs.
    ///
    /// Instants are milliseconds since 1970. A `body` is the whole record as canonical JSON; the columns beside it are those that
    /// queries look at. Tables that are written often (measurements, ledger, levers, jobs) have a column per field instead.
    static let records = Migration(
        version: 1,
        name: "records",
        up: """
            CREATE TABLE campaigns (
                workspace TEXT NOT NULL,
                id TEXT NOT NULL,
                status TEXT NOT NULL,
                created_at INTEGER NOT NULL,
                body TEXT NOT NULL,
                PRIMARY KEY (workspace, id)
            ) STRICT;
            CREATE INDEX campaigns_by_creation ON campaigns (workspace, created_at, id);

            CREATE TABLE generations (
                workspace TEXT NOT NULL,
                id TEXT NOT NULL,
                campaign TEXT NOT NULL,
                number INTEGER NOT NULL,
                body TEXT NOT NULL,
                PRIMARY KEY (workspace, id)
            ) STRICT;
            CREATE INDEX generations_by_number ON generations (workspace, campaign, number, id);

            CREATE TABLE trials (
                workspace TEXT NOT NULL,
                id TEXT NOT NULL,
                campaign TEXT NOT NULL,
                status TEXT NOT NULL,
                position INTEGER NOT NULL,
                body TEXT NOT NULL,
                PRIMARY KEY (workspace, id)
            ) STRICT;
            CREATE INDEX trials_by_position ON trials (workspace, campaign, position, id);

            CREATE TABLE measurements (
                sequence INTEGER NOT NULL PRIMARY KEY,
                workspace TEXT NOT NULL,
                campaign TEXT NOT NULL,
                trial TEXT,
                unit TEXT NOT NULL,
                metric TEXT NOT NULL,
                value REAL NOT NULL,
                is_censored INTEGER NOT NULL,
                is_counted INTEGER NOT NULL,
                source TEXT NOT NULL,
                observer TEXT NOT NULL,
                time INTEGER NOT NULL
            ) STRICT;
            CREATE INDEX measurements_by_time ON measurements (campaign, time);

            CREATE TABLE decisions (
                workspace TEXT NOT NULL,
                id TEXT NOT NULL,
                campaign TEXT NOT NULL,
                time INTEGER NOT NULL,
                body TEXT NOT NULL,
                PRIMARY KEY (workspace, id)
            ) STRICT;
            CREATE INDEX decisions_by_time ON decisions (workspace, campaign, time, id);

            CREATE TABLE alerts (
                workspace TEXT NOT NULL,
                id TEXT NOT NULL,
                campaign TEXT,
                time INTEGER NOT NULL,
                body TEXT NOT NULL,
                PRIMARY KEY (workspace, id)
            ) STRICT;
            CREATE INDEX alerts_by_time ON alerts (workspace, campaign, time, id);

            CREATE TABLE analyses (
                workspace TEXT NOT NULL,
                id TEXT NOT NULL,
                campaign TEXT NOT NULL,
                kind TEXT NOT NULL,
                time INTEGER NOT NULL,
                body TEXT NOT NULL,
                PRIMARY KEY (workspace, id)
            ) STRICT;
            CREATE INDEX analyses_by_time ON analyses (workspace, campaign, kind, time, id);

            CREATE TABLE ledger (
                sequence INTEGER NOT NULL PRIMARY KEY,
                workspace TEXT NOT NULL,
                id TEXT NOT NULL,
                campaign TEXT NOT NULL,
                trial TEXT NOT NULL,
                kind TEXT NOT NULL,
                amount INTEGER,
                currency TEXT,
                time INTEGER NOT NULL,
                is_open INTEGER NOT NULL,
                UNIQUE (workspace, id)
            ) STRICT;
            CREATE INDEX ledger_by_trial ON ledger (workspace, campaign, kind, trial, amount);
            CREATE INDEX ledger_open ON ledger (workspace, campaign, trial, amount) WHERE is_open = 1;

            CREATE TABLE levers (
                workspace TEXT NOT NULL,
                campaign TEXT NOT NULL,
                unit TEXT NOT NULL,
                combination TEXT NOT NULL,
                trial TEXT,
                since INTEGER NOT NULL,
                is_confirmed INTEGER NOT NULL,
                PRIMARY KEY (workspace, campaign, unit)
            ) STRICT;

            CREATE TABLE workers (
                id TEXT NOT NULL PRIMARY KEY,
                role TEXT NOT NULL,
                state TEXT NOT NULL,
                registered_at INTEGER NOT NULL,
                body TEXT NOT NULL
            ) STRICT;
            CREATE INDEX workers_by_registration ON workers (registered_at, id);

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
            CREATE UNIQUE INDEX jobs_by_key ON jobs (workspace, idempotency_key) WHERE idempotency_key IS NOT NULL;
            CREATE INDEX jobs_waiting ON jobs (role, priority, run_at, id)
                WHERE state IN ('queued', 'probation', 'delayed');
            CREATE INDEX jobs_leased ON jobs (lease_worker, id) WHERE state = 'leased';
            CREATE INDEX jobs_delayed ON jobs (run_at) WHERE state = 'delayed';
            CREATE INDEX jobs_unharvested ON jobs (campaign, ended_at, id)
                WHERE is_harvested = 0 AND state IN ('completed', 'dead');
            CREATE INDEX jobs_by_state ON jobs (state, created_at, id);
            """,
        down: """
            DROP TABLE jobs;
            DROP TABLE workers;
            DROP TABLE levers;
            DROP TABLE ledger;
            DROP TABLE analyses;
            DROP TABLE alerts;
            DROP TABLE decisions;
            DROP TABLE measurements;
            DROP TABLE trials;
            DROP TABLE generations;
            DROP TABLE campaigns;
            """,
        postgres: recordsOnPostgres
    )
}
