// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import Domain
import Foundation
import Jobs

extension JobsCommand {
    /// `dure jobs schedule`: jobs that are added by the calendar.
    struct Schedule: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Add jobs by the calendar.",
            subcommands: [Add.self, Show.self, Remove.self],
            defaultSubcommand: Show.self
        )

        /// `dure jobs schedule add`.
        struct Add: AsyncParsableCommand {
            static let configuration = CommandConfiguration(abstract: "Add a schedule, or replace the one of its name.")
            @Argument(help: "The schedule's name.") var name: String
            @Argument(help: "When, as cron writes it: minute, hour, day, month, weekday; such as '0 9 * * 1-5'.")
            var cron: String
            @Option(help: "The kind of job.", transform: JobsCommand.kind) var kind: JobKind
            @Option(help: "What to do, as JSON of the kind's payload.") var payload = "{}"
            @Option(help: "The time zone in which the times are read.") var timeZone = "Asia/Seoul"
            @OptionGroup var place: DataPlace

            func run() async throws {
                let now = SystemClock().now
                let next: Timestamp
                let canonical: String
                do {
                    guard let first = try CronExpression(cron, timeZone: timeZone).next(after: now) else {
                        throw ExitCode.usage.saying("'\(cron)' never comes")
                    }
                    next = first
                    canonical = try CanonicalJSON.text(CanonicalJSON.decode(JSONValue.self, from: payload))
                } catch let error as CronExpression.Malformed {
                    throw ExitCode.usage.saying("\(error)")
                } catch is DecodingError {
                    throw ExitCode.usage.saying("--payload is no JSON; got '\(payload.prefix(60))'")
                }
                let schedule = JobSchedule(
                    name: name,
                    workspace: .default,
                    kind: kind,
                    payload: canonical,
                    cron: cron,
                    timeZone: timeZone,
                    nextAt: next
                )
                try await place.changing("schedule.write", name, detail: cron) { try await $0.write(schedule) }
                try Console.line("\(name) is due first at \(next).")
            }
        }

        /// `dure jobs schedule show`.
        struct Show: AsyncParsableCommand {
            static let configuration = CommandConfiguration(abstract: "List the schedules.")
            @OptionGroup var place: DataPlace
            @Flag(help: "Print one JSON object per schedule.") var json = false

            func run() async throws {
                let schedules = try await place.reading { try await $0.schedules() }
                if json {
                    for one in schedules { try Console.json(one) }
                    return
                }
                guard !schedules.isEmpty else { return try Console.line("There is no schedule.") }
                let rows = schedules.map { [$0.name, $0.kind.rawValue, $0.cron, $0.timeZone, "next \($0.nextAt)"] }
                try Console.line(TextTable.lines(rows).joined(separator: "\n"))
            }
        }

        /// `dure jobs schedule remove`.
        struct Remove: AsyncParsableCommand {
            static let configuration = CommandConfiguration(abstract: "Remove a schedule.")
            @Argument(help: "The schedule's name.") var name: String
            @OptionGroup var place: DataPlace

            func run() async throws {
                let isKnown = try await place.writing { store in
                    let isKnown = try await store.removeSchedule(name, in: .default)
                    if isKnown { try await CommandAudit.note(store, "schedule.remove", name, in: .default) }
                    return isKnown
                }
                guard isKnown else { throw ExitCode.dataError.saying("there is no schedule '\(name)'") }
            }
        }
    }
}
