// SPDX-License-Identifier: Apache-2.0

extension Migration {
    /// Runs of workflows, a checkpoint for each node of a run that was reached, and people's orders about them.
    static let workflows = Migration(
        version: 5,
        name: "workflows",
        up: """
            CREATE TABLE workflow_runs (
                id TEXT NOT NULL PRIMARY KEY,
                workspace TEXT NOT NULL,
                state TEXT NOT NULL,
                revision INTEGER NOT NULL,
                idempotency_key TEXT,
                ended_at INTEGER,
                body TEXT NOT NULL
            ) STRICT, WITHOUT ROWID;
            CREATE UNIQUE INDEX workflow_runs_key ON workflow_runs (workspace, idempotency_key);
            CREATE INDEX workflow_runs_state ON workflow_runs (state, id);
            CREATE INDEX workflow_runs_ended ON workflow_runs (ended_at) WHERE ended_at IS NOT NULL;
            CREATE TABLE workflow_checkpoints (
                run TEXT NOT NULL,
                node TEXT NOT NULL,
                body TEXT NOT NULL,
                PRIMARY KEY (run, node)
            ) STRICT, WITHOUT ROWID;
            CREATE TABLE workflow_orders (
                id TEXT NOT NULL PRIMARY KEY,
                run TEXT NOT NULL,
                state TEXT NOT NULL,
                given_at INTEGER NOT NULL,
                body TEXT NOT NULL
            ) STRICT, WITHOUT ROWID;
            CREATE INDEX workflow_orders_waiting ON workflow_orders (given_at, id) WHERE state = 'waiting';
            CREATE INDEX workflow_orders_run ON workflow_orders (run);
            """,
        down: """
            DROP TABLE workflow_orders;
            DROP TABLE workflow_checkpoints;
            DROP TABLE workflow_runs;
            """,
        postgres: Texts(
            up: """
                CREATE TABLE workflow_runs (
                    id TEXT COLLATE "C" NOT NULL PRIMARY KEY,
                    workspace TEXT COLLATE "C" NOT NULL,
                    state TEXT COLLATE "C" NOT NULL,
                    revision BIGINT NOT NULL,
                    idempotency_key TEXT COLLATE "C",
                    ended_at BIGINT,
                    body TEXT NOT NULL
                );
                CREATE UNIQUE INDEX workflow_runs_key ON workflow_runs (workspace, idempotency_key);
                CREATE INDEX workflow_runs_state ON workflow_runs (state, id);
                CREATE INDEX workflow_runs_ended ON workflow_runs (ended_at) WHERE ended_at IS NOT NULL;
                CREATE TABLE workflow_checkpoints (
                    run TEXT COLLATE "C" NOT NULL,
                    node TEXT COLLATE "C" NOT NULL,
                    body TEXT NOT NULL,
                    PRIMARY KEY (run, node)
                );
                CREATE TABLE workflow_orders (
                    id TEXT COLLATE "C" NOT NULL PRIMARY KEY,
                    run TEXT COLLATE "C" NOT NULL,
                    state TEXT COLLATE "C" NOT NULL,
                    given_at BIGINT NOT NULL,
                    body TEXT NOT NULL
                );
                CREATE INDEX workflow_orders_waiting ON workflow_orders (given_at, id) WHERE state = 'waiting';
                CREATE INDEX workflow_orders_run ON workflow_orders (run);
                """,
            down: """
                DROP TABLE workflow_orders;
                DROP TABLE workflow_checkpoints;
                DROP TABLE workflow_runs;
                """
        )
    )
}
