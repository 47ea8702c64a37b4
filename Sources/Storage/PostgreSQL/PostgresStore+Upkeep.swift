// SPDX-License-Identifier: Apache-2.0

import Domain
import Logging

/// Removes the rows that jobs leave behind on their way, sooner than the server would.
///
/// The server looks for tables to clean once a minute. By then a busy queue has left a million rows that every claim has to step over,
/// from the beginning of the index on.
extension PostgresStore {
    /// After how many given jobs the queue's tables are cleaned.
    static let jobsBetweenCleanings = 50_000

    /// Tables whose rows live for milliseconds.
    ///
    /// Another process that cleans one is not waited for; the files keep their size, for giving pages back would stop everybody.
    private static let cleaning = ["job_ready", "job_leases", "job_turns", "job_unharvested"].map { table in
        "VACUUM (SKIP_LOCKED, TRUNCATE false) \(table)"
    }

    /// Counts jobs that were given out, and cleans up from time to time.
    func countGiven(_ count: Int) {
        let isTime = given.withLock { given in
            given += count
            guard given >= Self.jobsBetweenCleanings else { return false }
            given = 0
            return true
        }
        if isTime { Task { await clean() } }
    }

    private func clean() async {
        do {
            try await pool.perform { session in
                for statement in Self.cleaning { _ = try session.simple(statement) }
            }
        } catch {
            // The server does it in its own time.
            log.debug("The queue's tables were not cleaned", metadata: ["reason": "\(error)"])
        }
    }
}
