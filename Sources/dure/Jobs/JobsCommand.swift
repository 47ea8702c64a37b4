// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import Domain
import Foundation
import Jobs
import Logging
import Storage

/// `dure jobs`: looks at the queue, and steers it.
struct JobsCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "jobs",
        abstract: "Look at the queue of jobs, and steer it.",
        discussion: """
            What only looks works beside a process that holds the data folder; what writes needs a database that is shared \
            (--database), or the folder for itself.
            """,
        subcommands: [
            Depths.self, List.self, Show.self, Cancel.self, Requeue.self, Purge.self, Pause.self, Resume.self,
            Schedule.self,
        ],
        defaultSubcommand: Depths.self
    )

    /// Reads a job's identifier.
    static func identifier(_ text: String) throws -> JobID {
        guard let id = JobID(text) else {
            throw ValidationError("'\(text)' is not a job's identifier, which begins with job_")
        }
        return id
    }

    /// Reads a kind.
    static func kind(_ text: String) throws -> JobKind {
        guard let kind = JobKind(rawValue: text) else {
            throw ValidationError(
                "there are no jobs of kind '\(text)'; give one of "
                    + JobKind.allCases.map(\.rawValue).joined(separator: ", ")
            )
        }
        return kind
    }

    /// `dure jobs depths`.
    struct Depths: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Say how many jobs of every kind are where.")
        @OptionGroup var place: DataPlace
        @Flag(help: "Print one JSON object per kind.") var json = false

        func run() async throws {
            let depths = try await place.reading { try await $0.depths() }
            if json {
                for one in depths { try Console.json(one) }
                return
            }
            let rows = depths.map { depth in
                [
                    depth.kind.rawValue, "\(depth.ready)", "\(depth.delayed)", "\(depth.leased)", "\(depth.dead)",
                    depth.oldestReadyAt.map { "\($0)" } ?? "-", depth.isPaused ? "paused" : "",
                ]
            }
            let head = ["kind", "ready", "delayed", "leased", "dead", "oldest ready since", ""]
            try Console.line(TextTable.lines([head] + rows).joined(separator: "\n"))
        }
    }

    /// `dure jobs list`: also how dead jobs are exported.
    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "List jobs in a state, oldest first.",
            discussion:
                "'dure jobs list dead --json --limit 100000 > dead.jsonl' exports the dead letters, with every failure."
        )
        @Argument(help: "The state: \(JobState.allCases.map(\.rawValue).joined(separator: ", ")).") var state: String
        @Option(help: "How many at most.") var limit = 50
        @OptionGroup var place: DataPlace
        @Flag(help: "Print one JSON object per job.") var json = false

        func run() async throws {
            guard let state = JobState(rawValue: state) else {
                throw ExitCode.usage.saying(
                    "'\(self.state)' is no state; give one of "
                        + JobState.allCases.map(\.rawValue).joined(separator: ", ")
                )
            }
            guard limit > 0 else { throw ExitCode.usage.saying("--limit is \(limit); give 1 or more") }
            let jobs = try await place.reading { try await $0.jobs(in: state, limit: limit) }
            if json {
                for one in jobs { try Console.json(one) }
                return
            }
            guard !jobs.isEmpty else { return try Console.line("There is no job in the state \(state.rawValue).") }
            let rows = jobs.map { job in
                [
                    job.id.text, job.kind.rawValue, "\(job.createdAt)", "try \(job.attempt) of \(job.maxAttempts)",
                    job.failure.map { "\($0.class.rawValue): \($0.message)" } ?? "",
                ]
            }
            try Console.line(TextTable.lines(rows).joined(separator: "\n"))
        }
    }

    /// `dure jobs show`.
    struct Show: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Show one job as JSON, with every failure.")
        @Argument(help: "The job.", transform: JobsCommand.identifier) var job: JobID
        @OptionGroup var place: DataPlace

        func run() async throws {
            guard let found = try await place.reading({ try await $0.job(job) }) else {
                throw ExitCode.dataError.saying("there is no job \(job); one that has ended is removed after 14 days")
            }
            try Console.json(found)
        }
    }

    /// `dure jobs cancel`.
    struct Cancel: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Cancel jobs that have not ended.")
        @Argument(help: "The jobs.", transform: JobsCommand.identifier) var jobs: [JobID]
        @OptionGroup var place: DataPlace

        func run() async throws {
            let names = jobs.map(\.text).joined(separator: ", ")
            let cancelled = try await place.changing("job.cancel", names) {
                try await $0.cancel(jobs, now: SystemClock().now)
            }
            try Console.line("Cancelled \(cancelled.count) of \(jobs.count); the others had ended, or there are none.")
        }
    }

    /// `dure jobs requeue`.
    struct Requeue: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Give dead jobs their tries back and queue them.")
        @Argument(help: "The jobs; with --all every dead one.", transform: JobsCommand.identifier) var jobs: [JobID] =
            []
        @Flag(help: "Every dead job.") var all = false
        @OptionGroup var place: DataPlace

        func run() async throws {
            guard all != !jobs.isEmpty else { throw ExitCode.usage.saying("name the jobs, or give --all") }
            let names = all ? "every dead job" : jobs.map(\.text).joined(separator: ", ")
            let count = try await place.changing("job.requeue", names) { store in
                let dead = all ? try await store.jobs(in: .dead, limit: 1_000_000).map(\.id) : jobs
                for job in dead { try await store.requeue(job, now: SystemClock().now) }
                return dead.count
            }
            try Console.line("Queued \(count) again.")
        }
    }

    /// `dure jobs purge`.
    struct Purge: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Remove dead jobs for good; those whose campaign has not taken note of them stay."
        )
        @Option(help: "Only those that died this long ago, such as 7d.") var olderThan = "0s"
        @OptionGroup var place: DataPlace

        func run() async throws {
            guard let span = TimeSpan(olderThan) else {
                throw ExitCode.usage.saying("--older-than is '\(olderThan)'; give a length of time such as 7d")
            }
            let before = SystemClock().now - span
            let removed = try await place.changing("job.purge", "dead before \(before)") {
                try await $0.purgeDeadJobs(before: before)
            }
            try Console.line("Removed \(removed).")
        }
    }

    /// `dure jobs pause`.
    struct Pause: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Give out no more jobs of a kind; those that run go on."
        )
        @Argument(help: "The kind.", transform: JobsCommand.kind) var kind: JobKind
        @OptionGroup var place: DataPlace

        func run() async throws {
            try await place.changing("queue.pause", kind.rawValue) {
                try await $0.setPaused(true, kind: kind, now: SystemClock().now)
            }
        }
    }

    /// `dure jobs resume`.
    struct Resume: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Give out jobs of a kind again.")
        @Argument(help: "The kind.", transform: JobsCommand.kind) var kind: JobKind
        @OptionGroup var place: DataPlace

        func run() async throws {
            try await place.changing("queue.resume", kind.rawValue) {
                try await $0.setPaused(false, kind: kind, now: SystemClock().now)
            }
        }
    }
}
