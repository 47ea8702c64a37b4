// SPDX-License-Identifier: Apache-2.0

package typealias WorkflowRunID = Identifier<WorkflowRun>

/// One run of a workflow graph, from its request to its end.
package struct WorkflowRun: Hashable, Codable, Sendable {
    /// How far it is.
    package enum State: String, Codable, LifeCycle {
        /// Steps run, or are about to.
        case running
        /// Nothing goes on until a person has answered.
        case waiting
        case completed
        case failed
        /// A person ended it, or turned down what it asked for.
        case cancelled

        package static var subject: String { "workflow run" }
        package static var moves: [State: Set<State>] {
            [
                .running: [.waiting, .completed, .failed, .cancelled],
                .waiting: [.running, .completed, .failed, .cancelled],
                .completed: [],
                .failed: [],
                .cancelled: [],
            ]
        }
    }

    package var id: WorkflowRunID
    package var workspace: WorkspaceID
    /// The workflow's name.
    package var workflow: String
    /// The version of the graph that it runs on, to its end.
    package var version: String
    /// What the first nodes get, as canonical JSON.
    package var input: String
    package var state: State
    /// Two runs with one key are one run; such as a schedule's name with the time that was due.
    package var key: String?
    /// Who asked for it: a person, or a schedule.
    package var requestedBy: String
    package var createdAt: Timestamp
    package var updatedAt: Timestamp
    /// When it fails unless it has ended; nil for never.
    package var deadline: Timestamp?
    package var endedAt: Timestamp?
    /// Why it failed or was cancelled.
    package var failure: Failure?
    /// Counts the changes, from 1; the store takes in only the one that follows what it has.
    package var revision: Int

    /// Creates a run that begins now.
    package init(
        id: WorkflowRunID,
        workspace: WorkspaceID,
        workflow: String,
        version: String,
        input: String,
        key: String? = nil,
        requestedBy: String,
        deadline: Timestamp? = nil,
        now: Timestamp
    ) {
        self.id = id
        self.workspace = workspace
        self.workflow = workflow
        self.version = version
        self.input = input
        self.key = key
        self.requestedBy = requestedBy
        self.deadline = deadline
        state = .running
        createdAt = now
        updatedAt = now
        revision = 1
    }
}

extension WorkflowRun: Identified {
    package static var identifierPrefix: String { "wfr" }
}

/// What is written down of a node of a run; a node that nothing has reached yet has none.
package struct WorkflowCheckpoint: Hashable, Codable, Sendable {
    /// How far it is.
    package enum State: String, Codable, LifeCycle {
        /// Its job waits for a worker, or for its time, or runs.
        case running
        /// A person is asked.
        case waiting
        case completed
        /// It has no tries left, or its time is over.
        case failed
        /// No branch led to it.
        case skipped
        /// The run ended before it did.
        case cancelled

        package static var subject: String { "workflow node" }
        package static var moves: [State: Set<State>] {
            [
                .running: [.completed, .failed, .cancelled],
                .waiting: [.completed, .failed, .cancelled],
                .completed: [],
                .failed: [],
                .skipped: [],
                .cancelled: [],
            ]
        }
    }

    package var run: WorkflowRunID
    /// The node's name.
    package var node: String
    package var state: State
    /// Which try this is, from 1; 0 for a node that is not tried.
    package var attempt: Int
    /// The job of the present try.
    package var job: JobID?
    /// What it answered, as canonical JSON, once completed.
    package var output: String?
    /// Why the last try did not work; nil once one has.
    package var failure: Failure?
    package var createdAt: Timestamp
    /// When the present try may begin, or has.
    package var startedAt: Timestamp?
    /// When a person's answer is no longer waited for.
    package var deadline: Timestamp?
    package var endedAt: Timestamp?

    /// Creates a checkpoint of a node that was just reached.
    package init(run: WorkflowRunID, node: String, state: State, now: Timestamp) {
        self.run = run
        self.node = node
        self.state = state
        attempt = 0
        createdAt = now
    }
}

/// What a `workflow.step` job is to do; its payload.
package enum WorkflowStepOrder: Hashable, Codable, Sendable {
    /// Begin a run of a workflow with an input, as a schedule wants it.
    case start(workflow: String, input: JSONValue)
    /// Carry out a node of a run.
    case node(run: WorkflowRunID, name: String)
}

/// Why the store refused a change of a run.
package enum WorkflowConflict: Error, Hashable, CustomStringConvertible {
    /// Somebody else has changed the run meanwhile: read it again.
    case staleRun(WorkflowRunID)
    /// A run with this key exists.
    case knownKey(String)
    /// The job on whose behalf it is written is no longer leased under that token.
    case leaseOver(JobID)

    package var description: String {
        switch self {
        case .staleRun(let id): "the workflow run \(id) was changed meanwhile"
        case .knownKey(let key): "there is a workflow run with the key \(key)"
        case .leaseOver(let job): "the lease of job \(job) is over; nothing was written"
        }
    }
}
