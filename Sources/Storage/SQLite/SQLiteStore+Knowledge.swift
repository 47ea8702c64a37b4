// SPDX-License-Identifier: Apache-2.0

package import Domain

extension SQLiteStore: KnowledgeStore {
    package func commit(_ change: KnowledgeChange, durability: Durability) async throws {
        guard !change.isEmpty else { return }
        try await write(durability) { [encoder, turns] session in
            let jobs = JobTables(session: session, turns: turns)
            let writer = KnowledgeWriter(session: session, encoder: encoder)
            try writer.write(change, jobs: jobs) { for job in $0 { _ = try jobs.insert(job) } }
        }
    }
}
