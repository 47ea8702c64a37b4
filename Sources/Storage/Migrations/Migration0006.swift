// SPDX-License-Identifier: Apache-2.0

extension Migration {
    /// The ranks that were seen, and the products that they are of.
    static let ranks = Migration(
        version: 6,
        name: "ranks",
        up: """
            CREATE TABLE rank_sightings (
                workspace TEXT NOT NULL,
                keyword TEXT NOT NULL,
                product TEXT NOT NULL,
                time INTEGER NOT NULL,
                source TEXT NOT NULL,
                observer TEXT NOT NULL,
                rank INTEGER,
                depth INTEGER NOT NULL,
                PRIMARY KEY (workspace, keyword, product, time, source, observer)
            ) STRICT, WITHOUT ROWID;
            CREATE TABLE ranked_products (
                workspace TEXT NOT NULL,
                product TEXT NOT NULL,
                name TEXT NOT NULL,
                is_own INTEGER NOT NULL,
                PRIMARY KEY (workspace, product)
            ) STRICT, WITHOUT ROWID;
            """,
        down: """
            DROP TABLE ranked_products;
            DROP TABLE rank_sightings;
            """,
        postgres: Texts(
            up: """
                CREATE TABLE rank_sightings (
                    workspace TEXT COLLATE "C" NOT NULL,
                    keyword TEXT COLLATE "C" NOT NULL,
                    product TEXT COLLATE "C" NOT NULL,
                    time BIGINT NOT NULL,
                    source TEXT COLLATE "C" NOT NULL,
                    observer TEXT COLLATE "C" NOT NULL,
                    rank BIGINT,
                    depth BIGINT NOT NULL,
                    PRIMARY KEY (workspace, keyword, product, time, source, observer)
                );
                CREATE TABLE ranked_products (
                    workspace TEXT COLLATE "C" NOT NULL,
                    product TEXT COLLATE "C" NOT NULL,
                    name TEXT NOT NULL,
                    is_own BIGINT NOT NULL,
                    PRIMARY KEY (workspace, product)
                );
                """,
            down: """
                DROP TABLE ranked_products;
                DROP TABLE rank_sightings;
                """
        )
    )
}
