// SPDX-License-Identifier: Apache-2.0

extension Migration {
    /// Who may come in, what they did, what is secret, and how the processes were; keys belong to workspaces.
    ///
    /// The audit log refuses changes: the database itself turns down what is not an addition.
    static let access = Migration(
        version: 8,
        name: "access",
        up: """
            ALTER TABLE worker_keys ADD COLUMN workspace TEXT NOT NULL DEFAULT 'default';
            CREATE TABLE access_sessions (
                id TEXT NOT NULL PRIMARY KEY,
                workspace TEXT NOT NULL,
                last_seen_at INTEGER NOT NULL,
                expires_at INTEGER NOT NULL,
                ended_at INTEGER,
                body TEXT NOT NULL
            ) STRICT, WITHOUT ROWID;
            CREATE INDEX access_sessions_end ON access_sessions (expires_at);
            CREATE TABLE sign_in_links (
                id TEXT NOT NULL PRIMARY KEY,
                expires_at INTEGER NOT NULL,
                used_at INTEGER,
                body TEXT NOT NULL
            ) STRICT, WITHOUT ROWID;
            CREATE TABLE audit_log (
                sequence INTEGER NOT NULL PRIMARY KEY,
                time INTEGER NOT NULL,
                workspace TEXT NOT NULL,
                actor TEXT NOT NULL,
                action TEXT NOT NULL,
                subject TEXT NOT NULL,
                detail TEXT NOT NULL,
                address TEXT NOT NULL,
                previous TEXT NOT NULL,
                hash TEXT NOT NULL
            ) STRICT;
            CREATE INDEX audit_log_workspace ON audit_log (workspace, sequence);
            CREATE TRIGGER audit_log_no_update BEFORE UPDATE ON audit_log
            BEGIN SELECT RAISE(ABORT, 'the audit log only grows'); END;
            CREATE TRIGGER audit_log_no_delete BEFORE DELETE ON audit_log
            BEGIN SELECT RAISE(ABORT, 'the audit log only grows'); END;
            CREATE TABLE secrets (
                workspace TEXT NOT NULL,
                kind TEXT NOT NULL,
                name TEXT NOT NULL,
                key_id TEXT NOT NULL,
                sealed TEXT NOT NULL,
                updated_at INTEGER NOT NULL,
                PRIMARY KEY (workspace, kind, name)
            ) STRICT, WITHOUT ROWID;
            CREATE TABLE data_keys (
                id TEXT NOT NULL PRIMARY KEY,
                workspace TEXT NOT NULL,
                master_id TEXT NOT NULL,
                wrapped TEXT NOT NULL,
                uses INTEGER NOT NULL,
                created_at INTEGER NOT NULL
            ) STRICT, WITHOUT ROWID;
            CREATE TABLE health_records (
                time INTEGER NOT NULL,
                process TEXT NOT NULL,
                check_name TEXT NOT NULL,
                body TEXT NOT NULL,
                PRIMARY KEY (time, process, check_name)
            ) STRICT, WITHOUT ROWID;
            """,
        down: """
            DROP TABLE health_records;
            DROP TABLE data_keys;
            DROP TABLE secrets;
            DROP TABLE audit_log;
            DROP TABLE sign_in_links;
            DROP TABLE access_sessions;
            ALTER TABLE worker_keys DROP COLUMN workspace;
            """,
        postgres: Texts(
            up: """
                ALTER TABLE worker_keys ADD COLUMN workspace TEXT COLLATE "C" NOT NULL DEFAULT 'default';
                CREATE TABLE access_sessions (
                    id TEXT COLLATE "C" NOT NULL PRIMARY KEY,
                    workspace TEXT COLLATE "C" NOT NULL,
                    last_seen_at BIGINT NOT NULL,
                    expires_at BIGINT NOT NULL,
                    ended_at BIGINT,
                    body TEXT NOT NULL
                );
                CREATE INDEX access_sessions_end ON access_sessions (expires_at);
                CREATE TABLE sign_in_links (
                    id TEXT COLLATE "C" NOT NULL PRIMARY KEY,
                    expires_at BIGINT NOT NULL,
                    used_at BIGINT,
                    body TEXT NOT NULL
                );
                CREATE TABLE audit_log (
                    sequence BIGINT NOT NULL PRIMARY KEY,
                    time BIGINT NOT NULL,
                    workspace TEXT COLLATE "C" NOT NULL,
                    actor TEXT NOT NULL,
                    action TEXT NOT NULL,
                    subject TEXT NOT NULL,
                    detail TEXT NOT NULL,
                    address TEXT NOT NULL,
                    previous TEXT NOT NULL,
                    hash TEXT NOT NULL
                );
                CREATE INDEX audit_log_workspace ON audit_log (workspace, sequence);
                CREATE FUNCTION audit_log_refuse() RETURNS trigger LANGUAGE plpgsql AS
                $$ BEGIN RAISE EXCEPTION 'the audit log only grows'; END $$;
                CREATE TRIGGER audit_log_only_grows BEFORE UPDATE OR DELETE OR TRUNCATE ON audit_log
                FOR EACH STATEMENT EXECUTE FUNCTION audit_log_refuse();
                CREATE TABLE secrets (
                    workspace TEXT COLLATE "C" NOT NULL,
                    kind TEXT COLLATE "C" NOT NULL,
                    name TEXT COLLATE "C" NOT NULL,
                    key_id TEXT NOT NULL,
                    sealed TEXT NOT NULL,
                    updated_at BIGINT NOT NULL,
                    PRIMARY KEY (workspace, kind, name)
                );
                CREATE TABLE data_keys (
                    id TEXT COLLATE "C" NOT NULL PRIMARY KEY,
                    workspace TEXT COLLATE "C" NOT NULL,
                    master_id TEXT NOT NULL,
                    wrapped TEXT NOT NULL,
                    uses BIGINT NOT NULL,
                    created_at BIGINT NOT NULL
                );
                CREATE TABLE health_records (
                    time BIGINT NOT NULL,
                    process TEXT COLLATE "C" NOT NULL,
                    check_name TEXT COLLATE "C" NOT NULL,
                    body TEXT NOT NULL,
                    PRIMARY KEY (time, process, check_name)
                );
                """,
            down: """
                DROP TABLE health_records;
                DROP TABLE data_keys;
                DROP TABLE secrets;
                DROP TABLE audit_log;
                DROP FUNCTION audit_log_refuse();
                DROP TABLE sign_in_links;
                DROP TABLE access_sessions;
                ALTER TABLE worker_keys DROP COLUMN workspace;
                """
        )
    )
}
