// SPDX-License-Identifier: Apache-2.0

package import Domain

extension PostgresStore: KnowledgeStore {
    package func commit(_ change: KnowledgeChange, durability: Durability) async throws {
        guard !change.isEmpty else { return }
        // A job is cancelled wherever it is, which takes one view of all its tables.
        try await write(durability, seeing: change.cancelledJobs.isEmpty ? .newest : .snapshot) { [encoder] session in
            let writer = KnowledgeWriter(session: session, encoder: encoder)
            try writer.write(change, jobs: JobTables(session: session, turns: Locked(Turns()))) { jobs in
                _ = try PostgresQueue(session).add(jobs)
            }
        }
        announce(change.jobs)
    }
}
