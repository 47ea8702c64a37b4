// SPDX-License-Identifier: Apache-2.0

/// How many jobs of a kind are where.
package struct QueueDepth: Hashable, Codable, Sendable {
    package var kind: JobKind
    package var ready: Int
    package var delayed: Int
    package var leased: Int
    package var dead: Int
    /// When the job that has waited longest became ready; nil when none waits.
    package var oldestReadyAt: Timestamp?
    /// Whether the kind is paused.
    package var isPaused: Bool

    /// Creates a depth.
    package init(
        kind: JobKind,
        ready: Int = 0,
        delayed: Int = 0,
        leased: Int = 0,
        dead: Int = 0,
        oldestReadyAt: Timestamp? = nil,
        isPaused: Bool = false
    ) {
        self.kind = kind
        self.ready = ready
        self.delayed = delayed
        self.leased = leased
        self.dead = dead
        self.oldestReadyAt = oldestReadyAt
        self.isPaused = isPaused
    }
}

/// A job that is added again and again at times of a cron expression.
package struct JobSchedule: Hashable, Codable, Sendable {
    /// The name, unique in a workspace.
    package var name: String
    package var workspace: WorkspaceID
    package var kind: JobKind
    package var priority: JobPriority
    package var payload: String
    /// Five fields: minute, hour, day of month, month, day of week.
    package var cron: String
    /// An IANA time zone in which the fields are read.
    package var timeZone: String
    /// When it is next due.
    package var nextAt: Timestamp
    package var isPaused: Bool

    /// Creates a schedule.
    package init(
        name: String,
        workspace: WorkspaceID,
        kind: JobKind,
        priority: JobPriority = .normal,
        payload: String,
        cron: String,
        timeZone: String,
        nextAt: Timestamp,
        isPaused: Bool = false
    ) {
        self.name = name
        self.workspace = workspace
        self.kind = kind
        self.priority = priority
        self.payload = payload
        self.cron = cron
        self.timeZone = timeZone
        self.nextAt = nextAt
        self.isPaused = isPaused
    }
}

/// What people and housekeeping do with the queue.
package protocol JobAdministration: Sendable {
    /// How many jobs of every kind are where, by kind.
    func depths() async throws -> [QueueDepth]
    /// Stops giving out jobs of a kind, or gives them out again; jobs that run go on.
    func setPaused(_ isPaused: Bool, kind: JobKind, now: Timestamp) async throws
    /// The kinds that are paused.
    func pausedKinds() async throws -> Set<JobKind>
    /// Gives a dead job its tries back and queues it.
    func requeue(_ job: JobID, now: Timestamp) async throws
    /// Removes dead jobs that ended before an instant; returns how many. Those that their campaign has not harvested stay.
    func purgeDeadJobs(before instant: Timestamp) async throws -> Int
    /// Removes completed and cancelled jobs that ended before an instant, at most `limit`; returns how many. Those that their campaign
    /// has not harvested stay, and so do jobs whose keys guard a campaign that goes on: keys go with their jobs.
    func prune(before instant: Timestamp, limit: Int) async throws -> Int
    /// Writes a schedule; one of the same workspace and name is replaced.
    func write(_ schedule: JobSchedule) async throws
    /// Removes a schedule; false when there was none.
    func removeSchedule(_ name: String, in workspace: WorkspaceID) async throws -> Bool
    /// Every schedule, by name.
    func schedules() async throws -> [JobSchedule]
    /// Adds a schedule's job and moves the schedule to its next time, both or neither, and only while it is due at `schedule.nextAt`;
    /// false when another process was first.
    func fire(_ schedule: JobSchedule, job: Job, next: Timestamp) async throws -> Bool
}
