// SPDX-License-Identifier: Apache-2.0

extension Migration {
    /// Orders of people, until something has come of them and for the record.
    static let orders = Migration(
        version: 4,
        name: "orders",
        up: """
            CREATE TABLE campaign_orders (
                id TEXT NOT NULL PRIMARY KEY,
                state TEXT NOT NULL,
                given_at INTEGER NOT NULL,
                body TEXT NOT NULL
            ) STRICT, WITHOUT ROWID;
            CREATE INDEX campaign_orders_waiting ON campaign_orders (given_at, id) WHERE state = 'waiting';
            """,
        down: "DROP TABLE campaign_orders;",
        postgres: Texts(
            up: """
                CREATE TABLE campaign_orders (
                    id TEXT COLLATE "C" NOT NULL PRIMARY KEY,
                    state TEXT COLLATE "C" NOT NULL,
                    given_at BIGINT NOT NULL,
                    body TEXT NOT NULL
                );
                CREATE INDEX campaign_orders_waiting ON campaign_orders (given_at, id) WHERE state = 'waiting';
                """,
            down: "DROP TABLE campaign_orders;"
        )
    )
}
