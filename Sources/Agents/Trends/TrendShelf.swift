// SPDX-License-Identifier: Apache-2.0

import Domain
package import Foundation

/// Keeps what is too big for a checkpoint: harvests, the material of an analysis, what was read in earlier runs.
///
/// Names are paths of letters, digits, `-`, `.`, `_` and `/`. What is put appears whole or not at all. Safe to call from any task.
package protocol TrendShelf: Sendable {
    /// Puts bytes under a name, in place of what was there; safe from a power cut.
    func put(_ bytes: Data, as name: String) throws
    /// The bytes of a name; nil when there are none.
    func bytes(of name: String) throws -> Data?
    /// Makes new bytes of the old ones while nobody else does, in this process or another.
    func update(_ name: String, _ body: (Data?) throws -> Data) throws
    /// The names of the folders directly within a folder, sorted.
    func folders(in folder: String) throws -> [String]
    /// Removes everything whose name begins so; what is not there is no error.
    func removeAll(under folder: String) throws
}

extension TrendShelf {
    /// Removes what runs left behind that began before an instant and failed or were cancelled: nothing is kept for ever by accident.
    func sweep(before instant: Timestamp) throws {
        // Identifiers sort by the time of their making.
        let oldest = IdentifierGenerator(clock: Standing(now: instant), seed: 0).next(WorkflowRun.self).text
        for name in try folders(in: NewsWorkflow.runs) where name < oldest {
            try removeAll(under: "\(NewsWorkflow.runs)/\(name)")
        }
    }
}

/// A clock that shows one instant.
private struct Standing: TimeSource {
    let now: Timestamp

    func sleep(until instant: Timestamp) async throws {}
}
