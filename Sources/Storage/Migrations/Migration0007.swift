// SPDX-License-Identifier: Apache-2.0

extension Migration {
    /// The answers to requests that may be sent again under one key.
    static let answers = Migration(
        version: 7,
        name: "answers",
        up: """
            CREATE TABLE kept_answers (
                workspace TEXT NOT NULL,
                caller TEXT NOT NULL,
                key TEXT NOT NULL,
                claimed_at INTEGER NOT NULL,
                body TEXT NOT NULL,
                is_whole INTEGER NOT NULL,
                PRIMARY KEY (workspace, caller, key)
            ) STRICT, WITHOUT ROWID;
            CREATE INDEX kept_answers_age ON kept_answers (claimed_at);
            """,
        down: "DROP TABLE kept_answers;",
        postgres: Texts(
            up: """
                CREATE TABLE kept_answers (
                    workspace TEXT COLLATE "C" NOT NULL,
                    caller TEXT COLLATE "C" NOT NULL,
                    key TEXT COLLATE "C" NOT NULL,
                    claimed_at BIGINT NOT NULL,
                    body TEXT NOT NULL,
                    is_whole BIGINT NOT NULL,
                    PRIMARY KEY (workspace, caller, key)
                );
                CREATE INDEX kept_answers_age ON kept_answers (claimed_at);
                """,
            down: "DROP TABLE kept_answers;"
        )
    )
}
