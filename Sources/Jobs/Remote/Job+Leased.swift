// SPDX-License-Identifier: Apache-2.0

import Domain

extension Job {
    /// The job that a worker elsewhere was given.
    init(
        _ leased: FleetWire.LeasedJob,
        kind: JobKind,
        worker: WorkerID,
        session: SessionID,
        now: Timestamp
    ) throws {
        self.init(
            id: leased.id,
            workspace: leased.workspace,
            campaign: leased.campaign,
            kind: kind,
            payload: try CanonicalJSON.text(leased.payload),
            createdAt: now
        )
        attempt = leased.attempt
        state = .leased
        lease = JobLease(token: leased.token, worker: worker, session: session)
    }
}
