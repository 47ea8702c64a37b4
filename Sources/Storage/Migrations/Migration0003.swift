// SPDX-License-Identifier: Apache-2.0

extension Migration {
    /// Who is in the fleet, what is wanted of whom, and when who rests.
    static let fleet = Migration(
        version: 3,
        name: "fleet",
        up: """
            CREATE TABLE fleet_members (
                id TEXT NOT NULL PRIMARY KEY,
                name TEXT NOT NULL UNIQUE,
                role TEXT NOT NULL,
                group_number INTEGER,
                place INTEGER,
                enrolled_at INTEGER NOT NULL,
                epoch INTEGER NOT NULL,
                success_rate REAL NOT NULL,
                completed INTEGER NOT NULL,
                failed INTEGER NOT NULL,
                isolated_at INTEGER,
                isolation TEXT
            ) STRICT;
            CREATE UNIQUE INDEX fleet_members_by_seat ON fleet_members (group_number, place);

            CREATE TABLE fleet_orders (
                worker TEXT NOT NULL,
                kind TEXT NOT NULL,
                given_at INTEGER NOT NULL,
                PRIMARY KEY (worker, kind)
            ) STRICT;

            CREATE TABLE maintenance_plans (
                target TEXT NOT NULL PRIMARY KEY,
                next_at INTEGER NOT NULL,
                body TEXT NOT NULL
            ) STRICT;

            CREATE TABLE maintenance_windows (
                target TEXT NOT NULL PRIMARY KEY,
                phase TEXT NOT NULL,
                body TEXT NOT NULL
            ) STRICT;
            """,
        down: down,
        postgres: Texts(
            up: """
                CREATE TABLE fleet_members (
                    id TEXT COLLATE "C" NOT NULL PRIMARY KEY,
                    name TEXT COLLATE "C" NOT NULL UNIQUE,
                    role TEXT COLLATE "C" NOT NULL,
                    group_number BIGINT,
                    place BIGINT,
                    enrolled_at BIGINT NOT NULL,
                    epoch BIGINT NOT NULL,
                    success_rate DOUBLE PRECISION NOT NULL,
                    completed BIGINT NOT NULL,
                    failed BIGINT NOT NULL,
                    isolated_at BIGINT,
                    isolation TEXT
                ) WITH (fillfactor = 50);
                CREATE UNIQUE INDEX fleet_members_by_seat ON fleet_members (group_number, place);

                CREATE TABLE fleet_orders (
                    worker TEXT COLLATE "C" NOT NULL,
                    kind TEXT COLLATE "C" NOT NULL,
                    given_at BIGINT NOT NULL,
                    PRIMARY KEY (worker, kind)
                );

                CREATE TABLE maintenance_plans (
                    target TEXT COLLATE "C" NOT NULL PRIMARY KEY,
                    next_at BIGINT NOT NULL,
                    body TEXT NOT NULL
                );

                CREATE TABLE maintenance_windows (
                    target TEXT COLLATE "C" NOT NULL PRIMARY KEY,
                    phase TEXT COLLATE "C" NOT NULL,
                    body TEXT NOT NULL
                );
                """,
            down: down
        )
    )

    private static let down = """
        DROP TABLE maintenance_windows;
        DROP TABLE maintenance_plans;
        DROP TABLE fleet_orders;
        DROP TABLE fleet_members;
        """
}
