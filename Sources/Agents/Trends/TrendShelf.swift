// SPDX-License-Identifier: Apache-2.0

import Domain
package import Foundation

/// Takes in what is put on a shelf piece by piece; who drops it unfinished has put nothing.
package protocol ShelfWriter: AnyObject {
    /// Adds bytes.
    func append(_ bytes: [UInt8]) throws
    /// Puts what was added in its place; safe from a power cut.
    func finish() throws
}

/// Keeps what is too big for a checkpoint: harvests, the material of an analysis, what was read in earlier runs.
///
/// Names are paths of letters, digits, `-`, `.`, `_` and `/`. What is put appears whole or not at all. Safe to call from any task.
package protocol TrendShelf: Sendable {
    /// Puts bytes under a name, in place of what was there; safe from a power cut.
    func put(_ bytes: Data, as name: String) throws
    /// Begins what is put piece by piece; it appears whole when it is finished.
    func begin(_ name: String) throws -> any ShelfWriter
    /// The bytes of a name; nil when there are none.
    func bytes(of name: String) throws -> Data?
    /// What gives the bytes of a name piece by piece, and then nil; nil when there are none.
    func pieces(of name: String) throws -> (() throws -> [UInt8]?)?
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
        let oldest = WorkflowRun.identifier(at: instant)
        for name in try folders(in: TrendRun.runs) where name < oldest {
            try removeAll(under: "\(TrendRun.runs)/\(name)")
        }
    }
}

extension TrendShelf {
    /// The bytes of a name; throws `Failure` where there are none.
    func needed(_ name: String) throws -> Data {
        guard let data = try bytes(of: name) else { throw Self.missing(name) }
        return data
    }

    /// What gives the bytes of a name piece by piece; throws `Failure` where there are none.
    func neededPieces(_ name: String) throws -> () throws -> [UInt8]? {
        guard let pieces = try pieces(of: name) else { throw Self.missing(name) }
        return pieces
    }

    private static func missing(_ name: String) -> Failure {
        Failure(
            .notFound,
            "\(name) is not on the shelf; every machine that carries out steps of trend runs needs the same data folder"
        )
    }
}

extension WorkflowRun {
    /// The identifier that a run of an instant might have: its first ten digits tell the time.
    static func identifier(at instant: Timestamp) -> String {
        IdentifierGenerator(clock: Standing(now: instant), seed: 0).next(WorkflowRun.self).text
    }
}

/// A clock that shows one instant.
private struct Standing: TimeSource {
    let now: Timestamp

    func sleep(until instant: Timestamp) async throws {}
}
