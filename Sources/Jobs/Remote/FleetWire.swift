// SPDX-License-Identifier: Apache-2.0

package import Domain

/// The bodies of the fleet's requests and answers, as `docs/fleet.md` describes them; spans are in milliseconds.
package enum FleetWire {
    /// `POST /v1/fleet/register`.
    package struct Register: Codable, Hashable, Sendable {
        /// The worker's name: that of its key, or that and `/` and a part of its own; the key's when nil.
        package var name: String?
        /// How many jobs the worker holds at once.
        package var slots: Int
        /// The kinds of jobs that it runs; those that an older server does not know are passed over.
        package var kinds: [String]
        /// What it runs, for people; such as `dure 0.1.0`.
        package var software: String?
        /// What it goes on with that comes from another server; nil where it begins anew.
        package var resume: Resume?

        /// Creates a request.
        package init(
            name: String? = nil,
            slots: Int,
            kinds: [String],
            software: String? = nil,
            resume: Resume? = nil
        ) {
            self.name = name
            self.slots = slots
            self.kinds = kinds
            self.software = software
            self.resume = resume
        }
    }

    /// A session at another server, and what the worker still holds of it.
    package struct Resume: Codable, Hashable, Sendable {
        /// A job that the worker holds.
        package struct Held: Codable, Hashable, Sendable {
            package var id: JobID
            package var token: String

            /// Creates a job that is held.
            package init(id: JobID, token: String) {
                self.id = id
                self.token = token
            }
        }

        package var session: SessionID
        package var jobs: [Held]

        /// Creates a resumption.
        package init(session: SessionID, jobs: [Held]) {
            self.session = session
            self.jobs = jobs
        }
    }

    /// The answer to `register`.
    package struct Registered: Codable, Hashable, Sendable {
        package var worker: WorkerID
        package var name: String
        package var role: WorkerRole
        package var session: SessionID
        /// How long the worker may go without a beat that was answered.
        package var lease: Int64
        /// How often it shall beat.
        package var beat: Int64
        /// How long a poll waits for jobs at most.
        package var poll: Int64
        /// Whether the server keeps the ledger of effects for its workers; nil from one that is older than that.
        package var effects: Bool?
        /// The jobs that a worker which resumed goes on with.
        ///
        /// It must stop the others. Nil from a server that knows no resuming.
        package var kept: [JobID]?

        /// Creates an answer.
        package init(
            worker: Worker,
            session: SessionID,
            lease: TimeSpan,
            beat: TimeSpan,
            poll: TimeSpan,
            effects: Bool? = nil,
            kept: [JobID] = []
        ) {
            self.effects = effects
            self.worker = worker.id
            name = worker.name
            role = worker.role
            self.session = session
            self.lease = lease.milliseconds
            self.beat = beat.milliseconds
            self.poll = poll.milliseconds
            self.kept = kept
        }
    }

    /// `POST /v1/fleet/poll`.
    package struct Poll: Codable, Hashable, Sendable {
        package var session: SessionID
        /// How many jobs the worker can take now.
        package var slots: Int
        /// The number of the last batch that it got, 0 at first.
        ///
        /// What a lost answer held comes again.
        package var after: Int
        /// How long to wait for jobs; as long as the server likes when nil.
        package var wait: Int64?

        /// Creates a request.
        package init(session: SessionID, slots: Int, after: Int, wait: Int64? = nil) {
            self.session = session
            self.slots = slots
            self.after = after
            self.wait = wait
        }
    }

    /// The answer to `poll`.
    package struct Batch: Codable, Hashable, Sendable {
        /// The batch's number; the same as `after` when there were no jobs.
        package var batch: Int
        package var jobs: [LeasedJob]

        /// Creates an answer.
        package init(batch: Int, jobs: [LeasedJob]) {
            self.batch = batch
            self.jobs = jobs
        }
    }

    /// A job as a worker gets it.
    package struct LeasedJob: Codable, Hashable, Sendable {
        package var id: JobID
        package var kind: String
        package var workspace: WorkspaceID
        package var campaign: CampaignID?
        package var attempt: Int
        /// Goes with the report; only the current lease's counts.
        package var token: String
        package var payload: JSONValue
    }

    /// `POST /v1/fleet/beat`.
    package struct Beat: Codable, Hashable, Sendable {
        /// A job that the worker holds.
        package struct Held: Codable, Hashable, Sendable {
            package var id: JobID
            /// How far it is, 0 to 1; 0 when nobody knows.
            package var progress: Double?

            /// Creates a job that is held.
            package init(id: JobID, progress: Double? = nil) {
                self.id = id
                self.progress = progress
            }
        }

        package var session: SessionID
        /// Every job that the worker holds.
        package var jobs: [Held]
        /// Whether the answer to the beat before has not come: this one brings orders, and does not renew the lease.
        ///
        /// A line on which answers alone are lost must not keep a lease that its worker counts as over. False when nil.
        package var unanswered: Bool?

        /// Creates a request.
        package init(session: SessionID, jobs: [Held], unanswered: Bool? = nil) {
            self.session = session
            self.jobs = jobs
            self.unanswered = unanswered
        }
    }

    /// The answer to `beat`.
    package struct Orders: Codable, Hashable, Sendable {
        package var cancel: [JobID]
        package var drain: Bool
        package var restart: Bool
        package var lease: Int64
        /// The worker's group, whether it leads it, in which term, and whether it is at rest for maintenance; nil for a worker in no group.
        package var group: FleetOrders.Leadership?

        /// Creates an answer.
        package init(_ orders: FleetOrders) {
            cancel = orders.cancel
            drain = orders.drain
            restart = orders.restart != nil
            lease = orders.lease.milliseconds
            group = orders.leadership
        }
    }

    /// `POST /v1/fleet/complete`.
    package struct Complete: Codable, Hashable, Sendable {
        package var session: SessionID
        package var reports: [Report]

        /// Creates a request.
        package init(session: SessionID, reports: [Report]) {
            self.session = session
            self.reports = reports
        }
    }

    /// How one job ended: with a `result`, or with a `failure`.
    package struct Report: Codable, Hashable, Sendable {
        package var job: JobID
        package var token: String
        package var result: JSONValue?
        package var failure: Failed?

        /// Creates a report.
        package init(job: JobID, token: String, result: JSONValue? = nil, failure: Failed? = nil) {
            self.job = job
            self.token = token
            self.result = result
            self.failure = failure
        }
    }

    /// What went wrong with a job.
    package struct Failed: Codable, Hashable, Sendable {
        package var `class`: Failure.Class
        package var message: String
        package var lastLines: [String]?

        /// Creates a failure.
        package init(_ failure: Failure) {
            self.class = failure.class
            message = failure.message
            lastLines = failure.lastLines.isEmpty ? nil : failure.lastLines
        }

        /// The failure as the rest of Dure knows it.
        package var failure: Failure { Failure(self.class, message, lastLines: lastLines ?? []) }
    }

    /// The answer to `complete`, in the order of the reports.
    package struct Receipts: Codable, Hashable, Sendable {
        package var receipts: [Receipt]

        /// Creates an answer.
        package init(receipts: [Receipt]) {
            self.receipts = receipts
        }
    }

    /// What became of one report.
    package struct Receipt: Codable, Hashable, Sendable {
        /// What became of it.
        package enum Status: String, Codable, Hashable, Sendable {
            /// It counts.
            case accepted
            /// The job failed, and is tried again later.
            case retrying
            /// The job failed for the last time.
            case dead
            /// The lease that the token names is over: the report was dropped.
            case stale
        }

        package var job: JobID
        package var status: Status

        /// Creates a receipt.
        package init(job: JobID, receipt: JobReceipt) {
            self.job = job
            status =
                switch receipt {
                case .accepted: .accepted
                case .retrying: .retrying
                case .dead: .dead
                case .stale: .stale
                }
        }
    }

    /// `POST /v1/fleet/leave`.
    package struct Leave: Codable, Hashable, Sendable {
        package var session: SessionID
        /// `handedBack` (the default) or `lost`: its process died, which counts as a loss of the jobs that it held.
        package var end: WorkerSession.End?

        /// Creates a request.
        package init(session: SessionID, end: WorkerSession.End? = nil) {
            self.session = session
            self.end = end
        }
    }
}
