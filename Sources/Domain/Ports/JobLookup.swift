// SPDX-License-Identifier: Apache-2.0

/// Finds jobs by what whoever added them calls them.
package protocol JobLookup: Sendable {
    /// The job that an idempotency key brought; nil when there is none, or when it was pruned.
    func job(withKey key: String, in workspace: WorkspaceID) async throws -> Job?
}
