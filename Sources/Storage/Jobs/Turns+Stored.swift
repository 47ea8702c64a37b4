// SPDX-License-Identifier: Apache-2.0

import Domain

extension Turns {
    /// Takes up what a database has stored.
    init(storedIn session: some SQLSession) throws {
        let stored = try session.query("SELECT kind, priority, share, turn FROM job_turns", []) { row in
            let lane = Lane(
                kind: try Column.value(row.text(0), "job_turns"),
                priority: try Column.value(Int(row.integer(1)), "job_turns")
            )
            return (Share(lane: lane, name: row.text(2)), row.integer(3))
        }
        self.init(stored: stored)
    }
}
