// SPDX-License-Identifier: Apache-2.0

import Agents
import ArgumentParser
import Connectors
import Domain
import Foundation
import TrendAnalysis

/// `dure trends watch`: the products and brands that every trend run of a data folder follows, and runs by the calendar.
struct TrendsWatchCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "watch",
        abstract: "Follow products and brands, and look for trends by the calendar.",
        subcommands: [List.self, Add.self, Remove.self, Schedule.self],
        defaultSubcommand: List.self
    )

    private static func reading<Value>(_ body: () throws -> Value) throws -> Value {
        do {
            return try body()
        } catch let failure as Failure {
            throw ExitCode.dataError.saying(failure.message)
        } catch let error as CocoaError {
            throw ExitCode.cannotCreate.saying(
                "the list of watched subjects cannot be written: \(error.localizedDescription)"
            )
        }
    }

    /// `dure trends watch list`.
    struct List: ParsableCommand {
        static let configuration = CommandConfiguration(abstract: "List what is watched.")
        @OptionGroup var place: DataPlace
        @Flag(help: "Print one JSON object per subject.") var json = false

        func run() throws {
            let subjects = try reading { try WatchList(folder: place.folder).subjects() }
            if json {
                for subject in subjects { try Console.json(subject) }
                return
            }
            guard !subjects.isEmpty else {
                return try Console.line("Nothing is watched; see 'dure trends watch add --help'.")
            }
            let rows = subjects.map { [$0.name, $0.aliases.dropFirst().joined(separator: ", ")] }
            try Console.line(TextTable.lines(rows).joined(separator: "\n"))
        }
    }

    /// `dure trends watch add`.
    struct Add: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Watch a product or brand; other names of one that is watched are added to those it has.",
            discussion:
                "Exit codes: 0 it is watched, 64 the name is empty, 65 the list is damaged, 73 the list cannot be written."
        )
        @Argument(help: "Its name.") var name: String
        @Option(help: "What titles may call it, too; may be given again.") var alias: [String] = []
        @OptionGroup var place: DataPlace

        func run() throws {
            guard let subject = WatchedSubject(written: ([name] + alias).joined(separator: ",")) else {
                throw ExitCode.usage.saying("the name is '\(name)'; give what titles call the product or brand")
            }
            let kept = try reading { try WatchList(folder: place.folder).add(subject) }
            let names = kept.aliases.dropFirst()
            try Console.line(
                "\(subject.name.printable) is watched"
                    + (names.isEmpty ? "." : ", also as " + names.map(\.printable).joined(separator: ", ") + ".")
            )
        }
    }

    /// `dure trends watch remove`.
    struct Remove: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Watch a product or brand no longer.",
            discussion: "Exit codes: 0 it is watched no longer, 66 it was not watched."
        )
        @Argument(help: "Its name.") var name: String
        @OptionGroup var place: DataPlace

        func run() throws {
            guard try reading({ try WatchList(folder: place.folder).remove(name) }) else {
                throw ExitCode.noInput.saying("'\(name)' is not watched; see 'dure trends watch list'")
            }
            try Console.line("\(name.printable) is watched no longer.")
        }
    }

    /// `dure trends watch schedule`.
    struct Schedule: AsyncParsableCommand {
        /// What is looked for.
        enum Subject: String, ExpressibleByArgument, CaseIterable {
            case news
            case videos
        }

        static let configuration = CommandConfiguration(
            abstract: "Look for trends by the calendar.",
            discussion: """
                One run begins for each time that is due, where 'dure run', 'dure serve' with agents or 'dure agents' works; \
                'dure jobs schedule' lists and removes schedules. A trend that touches what is watched becomes an alert, and an event to \
                the orchestrator, which may propose a campaign.
                """
        )
        @Argument(help: "When, as cron writes it: minute, hour, day, month, weekday; such as '0 7 * * *'.")
        var cron: String
        @Option(help: "What to look at: news or videos.") var subject = Subject.news
        @Option(help: "The schedule's name; trend-news or trend-videos by default.") var name: String?
        @Option(help: "The time zone in which the times are read.") var timeZone = "Asia/Seoul"
        @OptionGroup var options: TrendOptions

        func validate() throws {
            let ignored = [
                options.html == nil ? nil : "--html", options.pdf == nil ? nil : "--pdf",
                options.top == 10 ? nil : "--top", options.format == .text ? nil : "--format",
            ].compactMap(\.self)
            guard let first = ignored.first else { return }
            throw ValidationError(
                "\(first): a schedule prints nothing; its reports are in the folder's reports, and 'dure trends \(subject.rawValue)' takes \(first)"
            )
        }

        func run() async throws {
            try options.check(subject == .news ? NewsSources.check : VideoSources.check)
            let workflow = subject == .news ? NewsWorkflow.name : VideoWorkflow.name
            let plan = WorkflowCommand.Plan(
                name: name ?? workflow,
                workflow: workflow,
                input: try CanonicalJSON.decode(JSONValue.self, from: try CanonicalJSON.text(options.request)),
                cron: cron,
                timeZone: timeZone
            )
            try await plan.write(to: options.place)
        }
    }
}
