// SPDX-License-Identifier: Apache-2.0

import Agents
import ArgumentParser
import Domain
import Foundation
import Jobs

extension WorkflowCommand {
    /// What the orders about a run have in common.
    struct Target: ParsableArguments {
        @Argument(help: "The run's identifier, or the beginning of it.") var run: String
        @Option(help: "Why, for the record.") var reason: String?
        @Option(help: "Who asks, for the record; you and your computer by default.") var by: String?
        @OptionGroup var place: DataPlace

        func give(_ action: WorkflowOrder.Action) async throws {
            let place = place
            let run = try await place.reading { try await WorkflowCommand.run(self.run, in: $0, place).id }
            try await WorkflowOrderGiver(place: place).give(action, to: run, reason: reason, by: by)
        }
    }

    /// `dure workflow approve`.
    struct Approve: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Let a run go on that waits for a person.",
            discussion: WorkflowOrderGiver.discussion
        )
        @OptionGroup var target: Target
        @Option(help: "The node that waits, where several do.") var node: String?

        func run() async throws { try await target.give(.answer(node: node, isApproved: true)) }
    }

    /// `dure workflow reject`.
    struct Reject: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Turn down what a run asks for.",
            discussion: WorkflowOrderGiver.discussion
        )
        @OptionGroup var target: Target
        @Option(help: "The node that waits, where several do.") var node: String?

        func run() async throws { try await target.give(.answer(node: node, isApproved: false)) }
    }

    /// `dure workflow cancel`.
    struct Cancel: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "End a run; steps that run stop.",
            discussion: WorkflowOrderGiver.discussion
        )
        @OptionGroup var target: Target

        func run() async throws { try await target.give(.cancel) }
    }

    /// `dure workflow schedule`.
    struct Schedule: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Begin runs by the calendar.",
            discussion: """
                One run begins for each time that is due, however many processes look; 'dure jobs schedule' lists and removes schedules.
                """
        )
        @Argument(help: "The workflow's name.") var workflow: String
        @Argument(help: "When, as cron writes it: minute, hour, day, month, weekday; such as '0 9 * * 1-5'.")
        var cron: String
        @Option(help: "The schedule's name; the workflow's by default.") var name: String?
        @Option(help: "What the first nodes get, as JSON.") var input = "{}"
        @Option(help: "The time zone in which the times are read.") var timeZone = "Asia/Seoul"
        @OptionGroup var place: DataPlace

        func run() async throws {
            let input = try WorkflowCommand.input(input, of: try WorkflowCommand.workflow(workflow), place)
            let plan = Plan(name: name ?? workflow, workflow: workflow, input: input, cron: cron, timeZone: timeZone)
            try await plan.write(to: place)
        }
    }

    /// Runs by the calendar.
    struct Plan {
        var name: String
        var workflow: String
        var input: JSONValue
        var cron: String
        var timeZone: String

        /// Writes the schedule down and says when it is due first; throws exit code 64 for a calendar that never comes.
        func write(to place: DataPlace) async throws {
            let next: Timestamp
            do {
                guard let first = try CronExpression(cron, timeZone: timeZone).next(after: SystemClock().now) else {
                    throw ExitCode.usage.saying("'\(cron)' never comes")
                }
                next = first
            } catch let error as CronExpression.Malformed {
                throw ExitCode.usage.saying("\(error)")
            }
            let schedule = JobSchedule(
                name: name,
                workspace: .default,
                kind: .workflowStep,
                payload: try CanonicalJSON.text(WorkflowStepOrder.start(workflow: workflow, input: input)),
                cron: cron,
                timeZone: timeZone,
                nextAt: next
            )
            try await place.changing("schedule.write", schedule.name, detail: cron) { try await $0.write(schedule) }
            try Console.line("\(schedule.name) is due first at \(next).")
        }
    }
}
