// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import Connectors
import Domain
import Foundation
import Jobs
import Server

/// `dure fleet maintenance`: when groups and workers rest.
struct FleetMaintenanceCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "maintenance",
        abstract: "Plan when groups and workers rest, so that they can be looked after.",
        discussion: """
            Workers that rest get no new jobs; what they have they finish, or it is given to others once --patience is over. They come \
            back by themselves. One group rests at a time unless --together is given.
            """,
        subcommands: [
            FleetMaintenanceAddCommand.self, FleetMaintenanceListCommand.self, FleetMaintenanceEndCommand.self,
        ],
        defaultSubcommand: FleetMaintenanceListCommand.self
    )
}

/// `dure fleet maintenance add`.
struct FleetMaintenanceAddCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "add",
        abstract: "Plan a rest, or replace the plan of its target; without --cron it is due at once, and once."
    )

    @Argument(help: "group/NUMBER, worker/NAME, or groups: every group, one after the other.")
    var target: String

    @Option(help: "When, as cron writes it: minute, hour, day, month, weekday; such as '0 3 * * *'.")
    var cron: String?

    @Option(help: "The time zone in which the times are read.")
    var timeZone = "UTC"

    @Option(name: .customLong("for"), help: "How long a rest lasts, such as 10m.")
    var length = "1m"

    @Option(help: "How long running jobs are waited for before others get them, such as 3m.")
    var patience = "3m"

    @Flag(help: "Have the workers start anew when they rest.")
    var restart = false

    @Flag(help: "Let groups rest at the same time; with 'groups' the whole fleet does.")
    var together = false

    @OptionGroup var place: KeyPlace

    func validate() throws {
        for (name, text) in [("--for", length), ("--patience", patience)] where TimeSpan(text) == nil {
            throw ValidationError("\(name) is '\(text)'; give a length of time such as 10m")
        }
        _ = try checked()
    }

    private func checked() throws -> MaintenanceWish {
        var wish = MaintenanceWish(
            target: target,
            cron: cron,
            timeZone: timeZone,
            length: TimeSpan(length)?.milliseconds ?? 0,
            patience: TimeSpan(patience)?.milliseconds
        )
        wish.restarts = restart
        wish.together = together
        do {
            _ = try wish.plan(at: SystemClock().now)
        } catch {
            throw ValidationError("\(error)")
        }
        return wish
    }

    func run() async throws {
        let wish = try checked()
        let next = try await place.withFleet(noted: ("maintenance.plan", target)) { client in
            let plan: MaintenanceList.Plan = try await client.call("POST", "/v1/fleet/maintenance", wish)
            return plan.nextAt
        } database: { control in
            try await control.plan(wish).nextAt.description
        }
        try Console.line("\(target) rests first at \(next), or as soon as another rest is over.")
    }
}

/// `dure fleet maintenance list`.
struct FleetMaintenanceListCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(commandName: "list", abstract: "List the plans, and who rests now.")

    @OptionGroup var place: KeyPlace

    @Flag(help: "Print one JSON object.")
    var json = false

    func run() async throws {
        let list = try await place.withFleet(reading: true) { client in
            let list: MaintenanceList = try await client.call("GET", "/v1/fleet/maintenance")
            return list
        } database: { control in
            MaintenanceList(try await control.maintenance())
        }
        if json { try Console.json(list) } else { try Console.line(Self.text(list)) }
    }

    /// The plans and windows as a table.
    static func text(_ list: MaintenanceList) -> String {
        guard !list.plans.isEmpty || !list.windows.isEmpty else {
            return "Nobody rests, and no rest is planned; plan one by 'dure fleet maintenance add'."
        }
        let plans = list.plans.map { plan in
            [
                plan.target, plan.cron.map { "\($0) (\(plan.timeZone))" } ?? "once",
                TimeSpan(milliseconds: plan.length).description, "next at \(plan.nextAt)",
            ]
        }
        let windows = list.windows.map { window in
            [window.target, window.phase.rawValue, "since \(window.since)", window.endsAt.map { "until \($0)" } ?? ""]
        }
        return TextTable.lines([["target", "when", "for", ""]] + plans + windows).joined(separator: "\n")
    }
}

/// `dure fleet maintenance end`.
struct FleetMaintenanceEndCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "end",
        abstract: "End a target's plan, and its rest if it rests now."
    )

    @Argument(help: "group/NUMBER, worker/NAME, or groups for every group.")
    var target: String
    @OptionGroup var place: KeyPlace

    func run() async throws {
        guard let wanted = MaintenanceTarget(target) else {
            throw ExitCode.usage.saying("'\(target)' is no target; give groups, group/NUMBER or worker/NAME")
        }
        let text = target.addingPercentEncoding(withAllowedCharacters: .alphanumerics) ?? ""
        try await place.withFleet(noted: ("maintenance.end", target)) { client in
            _ = try await client.send("DELETE", "/v1/fleet/maintenance?target=" + text)
        } database: { control in
            guard try await control.endMaintenance(of: wanted) else {
                throw ExitCode.dataError.saying("nothing is planned for '\(target)'")
            }
        }
    }
}
