// SPDX-License-Identifier: Apache-2.0

package import Domain

extension JobTables {
    /// The job of an idempotency key.
    func job(withKey key: String, in workspace: WorkspaceID) throws -> Job? {
        let ids: [JobID] = try session.query(
            "SELECT id FROM job_keys WHERE workspace = ? AND idempotency_key = ?",
            [.text(workspace.name), .text(key)]
        ) { try Column.required($0.text(0), "job_keys") }
        return try ids.first.flatMap { try job($0) }
    }
}

extension SQLiteStore: JobLookup {
    package func job(withKey key: String, in workspace: WorkspaceID) async throws -> Job? {
        try await readJobs { try $0.job(withKey: key, in: workspace) }
    }
}

extension PostgresStore: JobLookup {
    package func job(withKey key: String, in workspace: WorkspaceID) async throws -> Job? {
        try await readJobs { try $0.job(withKey: key, in: workspace) }
    }
}

extension MemoryStore: JobLookup {
    package func job(withKey key: String, in workspace: WorkspaceID) async throws -> Job? {
        contents.withLock { $0.jobs.job(withKey: key, in: workspace) }
    }
}
