// SPDX-License-Identifier: Apache-2.0

extension Migration {
    /// The records of campaigns on PostgreSQL, as on SQLite; the queue's table of that time never was on PostgreSQL.
    ///
    /// Texts compare by their bytes, so that identifiers have one order everywhere.
    static let recordsOnPostgres = Texts(
        up: """
            CREATE TABLE campaigns (
                workspace TEXT COLLATE "C" NOT NULL,
                id TEXT COLLATE "C" NOT NULL,
                status TEXT COLLATE "C" NOT NULL,
                created_at BIGINT NOT NULL,
                body TEXT NOT NULL,
                PRIMARY KEY (workspace, id)
            );
            CREATE INDEX campaigns_by_creation ON campaigns (workspace, created_at, id);

            CREATE TABLE generations (
                workspace TEXT COLLATE "C" NOT NULL,
                id TEXT COLLATE "C" NOT NULL,
                campaign TEXT COLLATE "C" NOT NULL,
                number BIGINT NOT NULL,
                body TEXT NOT NULL,
                PRIMARY KEY (workspace, id)
            );
            CREATE INDEX generations_by_number ON generations (workspace, campaign, number, id);

            CREATE TABLE trials (
                workspace TEXT COLLATE "C" NOT NULL,
                id TEXT COLLATE "C" NOT NULL,
                campaign TEXT COLLATE "C" NOT NULL,
                status TEXT COLLATE "C" NOT NULL,
                position BIGINT NOT NULL,
                body TEXT NOT NULL,
                PRIMARY KEY (workspace, id)
            );
            CREATE INDEX trials_by_position ON trials (workspace, campaign, position, id);

            CREATE TABLE measurements (
                sequence BIGINT NOT NULL GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
                workspace TEXT COLLATE "C" NOT NULL,
                campaign TEXT COLLATE "C" NOT NULL,
                trial TEXT COLLATE "C",
                unit TEXT COLLATE "C" NOT NULL,
                metric TEXT COLLATE "C" NOT NULL,
                value DOUBLE PRECISION NOT NULL,
                is_censored BIGINT NOT NULL,
                is_counted BIGINT NOT NULL,
                source TEXT COLLATE "C" NOT NULL,
                observer TEXT COLLATE "C" NOT NULL,
                time BIGINT NOT NULL
            );
            CREATE INDEX measurements_by_time ON measurements (campaign, time);

            CREATE TABLE decisions (
                workspace TEXT COLLATE "C" NOT NULL,
                id TEXT COLLATE "C" NOT NULL,
                campaign TEXT COLLATE "C" NOT NULL,
                time BIGINT NOT NULL,
                body TEXT NOT NULL,
                PRIMARY KEY (workspace, id)
            );
            CREATE INDEX decisions_by_time ON decisions (workspace, campaign, time, id);

            CREATE TABLE alerts (
                workspace TEXT COLLATE "C" NOT NULL,
                id TEXT COLLATE "C" NOT NULL,
                campaign TEXT COLLATE "C",
                time BIGINT NOT NULL,
                body TEXT NOT NULL,
                PRIMARY KEY (workspace, id)
            );
            CREATE INDEX alerts_by_time ON alerts (workspace, campaign, time, id);

            CREATE TABLE analyses (
                workspace TEXT COLLATE "C" NOT NULL,
                id TEXT COLLATE "C" NOT NULL,
                campaign TEXT COLLATE "C" NOT NULL,
                kind TEXT COLLATE "C" NOT NULL,
                time BIGINT NOT NULL,
                body TEXT NOT NULL,
                PRIMARY KEY (workspace, id)
            );
            CREATE INDEX analyses_by_time ON analyses (workspace, campaign, kind, time, id);

            CREATE TABLE ledger (
                sequence BIGINT NOT NULL GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
                workspace TEXT COLLATE "C" NOT NULL,
                id TEXT COLLATE "C" NOT NULL,
                campaign TEXT COLLATE "C" NOT NULL,
                trial TEXT COLLATE "C" NOT NULL,
                kind TEXT COLLATE "C" NOT NULL,
                amount BIGINT,
                currency TEXT COLLATE "C",
                time BIGINT NOT NULL,
                is_open BIGINT NOT NULL,
                UNIQUE (workspace, id)
            );
            CREATE INDEX ledger_by_trial ON ledger (workspace, campaign, kind, trial, amount);
            CREATE INDEX ledger_open ON ledger (workspace, campaign, trial, amount) WHERE is_open = 1;

            CREATE TABLE levers (
                workspace TEXT COLLATE "C" NOT NULL,
                campaign TEXT COLLATE "C" NOT NULL,
                unit TEXT COLLATE "C" NOT NULL,
                combination TEXT COLLATE "C" NOT NULL,
                trial TEXT COLLATE "C",
                since BIGINT NOT NULL,
                is_confirmed BIGINT NOT NULL,
                PRIMARY KEY (workspace, campaign, unit)
            );

            CREATE TABLE workers (
                id TEXT COLLATE "C" NOT NULL PRIMARY KEY,
                role TEXT COLLATE "C" NOT NULL,
                state TEXT COLLATE "C" NOT NULL,
                registered_at BIGINT NOT NULL,
                body TEXT NOT NULL
            );
            CREATE INDEX workers_by_registration ON workers (registered_at, id);
            """,
        down: """
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
            """
    )
}
