// SPDX-License-Identifier: Apache-2.0

package import Domain

/// Does the work of one or more kinds of jobs.
///
/// A handler may run again for a job that it has run before: what it does twice must be the same as once. It throws `Failure`
/// for what went wrong (any other error is taken for `Failure.Class.unknown`), and must end soon after its task is cancelled;
/// what it started then must have ended too.
package protocol JobHandler: Sendable {
    /// The kinds that it handles.
    var kinds: [JobKind] { get }
    /// Runs a job on behalf of a worker, and returns the result as JSON.
    func run(_ job: Job, worker: Worker) async throws -> String
}

extension Job {
    /// Reads the payload; throws a `Failure` of class `invalid` for one of another shape.
    package func decodePayload<Payload: Decodable>(_ type: Payload.Type = Payload.self) throws(Failure) -> Payload {
        do {
            return try CanonicalJSON.decode(type, from: payload)
        } catch {
            throw Failure(.invalid, "the payload of \(kind.rawValue) job \(id) cannot be read: \(error)")
        }
    }
}
