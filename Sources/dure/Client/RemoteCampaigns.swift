// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import Connectors
import Domain
import Foundation
import Reports
import Server

/// What commands about one campaign of a server have in common.
struct RemoteCampaign: ParsableArguments {
    static let base = "/api/v1/control/campaigns"

    @Argument(help: "The campaign's identifier, its beginning, or the goal's name; the newest when left out.")
    var campaign: String?

    /// The identifier of the campaign that is meant; throws exit code 66 when there is not just one.
    func identifier(_ client: APIClient) async throws -> CampaignID {
        if let campaign, let id = CampaignID(campaign) { return id }
        let all = try await RemoteHouse.all(CampaignSummary.self, Self.base, client)
        guard let campaign else {
            guard let newest = all.first else { throw ExitCode.noInput.saying("there is no campaign there yet") }
            return newest.id
        }
        if let named = all.first(where: { $0.name == campaign }) { return named.id }
        let begun = all.filter { $0.id.text.hasPrefix(campaign) || $0.id.text.hasPrefix("cmp_" + campaign) }
        guard begun.count == 1, let only = begun.first else {
            let names = all.prefix(10).map { "\($0.id) (\($0.name.printable))" }.joined(separator: ", ")
            throw ExitCode.noInput.saying("'\(campaign.printable)' is not just one campaign; there are: \(names)")
        }
        return only.id
    }
}

/// `dure --server URL list`.
struct RemoteList: AsyncParsableCommand {
    static let configuration = CommandConfiguration(commandName: "list", abstract: "List the campaigns, newest first.")
    @Option(help: "Only those of a status.") var status: String?
    @Flag(help: "Print one JSON object per campaign.") var json = false

    func run() async throws {
        let query = status.map { "?status=" + $0 } ?? ""
        let all = try await RemoteHouse.calling { client in
            try await RemoteHouse.all(CampaignSummary.self, RemoteCampaign.base + query, client)
        }
        if json {
            for one in all { try Console.json(one) }
            return
        }
        guard !all.isEmpty else { return try Console.line("There is no campaign there yet.") }
        let rows = all.map { one in
            [
                one.id.text, one.name.printable, one.status.rawValue, one.stage.rawValue, one.metric,
                "\(one.start.map(TextTable.number) ?? "–") → \(one.now.map(TextTable.number) ?? "–")",
                one.target.map(TextTable.number) ?? "–",
            ]
        }
        let head = ["id", "name", "status", "stage", "metric", "start → now", "target"]
        try Console.line(TextTable.lines([head] + rows).joined(separator: "\n"))
    }
}

/// `dure --server URL show`, and `status CAMPAIGN`.
struct RemoteShow: AsyncParsableCommand {
    static let configuration = CommandConfiguration(commandName: "show", abstract: "Show how a campaign stands.")
    @OptionGroup var target: RemoteCampaign
    @Flag(help: "Print one JSON object.") var json = false

    func run() async throws {
        let detail: CampaignDetail = try await RemoteHouse.calling { client in
            try await client.call("GET", "\(RemoteCampaign.base)/\(try await target.identifier(client))")
        }
        if json { return try Console.json(detail) }
        try Console.line(Self.text(detail))
    }

    /// The state for a person to read.
    static func text(_ detail: CampaignDetail) -> String {
        let (one, trials, spending) = (detail.summary, detail.trials, detail.spending)
        var rows = [
            ["status", "\(one.status.rawValue), stage \(one.stage.rawValue), phase \(one.phase.rawValue)"],
            [
                "goal",
                "\(one.metric) \(one.start.map(TextTable.number) ?? "–") → \(one.now.map(TextTable.number) ?? "–")"
                    + (one.target.map { ", target \(TextTable.number($0))" } ?? ""),
            ],
            ["generation", "\(detail.generation)"],
            [
                "trials",
                "\(trials.completed) completed, \(trials.running) running, \(trials.planned) planned, \(trials.failed) failed",
            ],
            ["spent", spending.spent?.text ?? "\(spending.trials) trials"],
        ]
        if let best = detail.bestChanges { rows.append(["best", best]) }
        for (place, alert) in detail.alerts.enumerated() {
            rows.append([place == 0 ? "alerts" : "", "\(alert.time)  \(alert.severity.rawValue)  \(alert.message)"])
        }
        if let reason = detail.endReason { rows.append(["reason", reason]) }
        rows.append(["next", detail.next])
        rows.append(["orders", detail.orders.map(\.rawValue).joined(separator: ", ")])
        return (["\(one.name.printable)  \(one.id)"] + TextTable.lines(rows).map { "  " + $0 }).joined(separator: "\n")
    }
}

/// `dure --server URL create`.
struct RemoteCreate: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "create",
        abstract: "Make a campaign of a goal file; it starts by itself unless it waits for approval."
    )
    @Argument(help: "The goal file.", completion: .file(extensions: ["yaml", "yml"])) var goal: String
    @Flag(help: "Have it wait for a person's approval, whatever the goal says.") var approval = false
    @Flag(help: "Print one JSON object.") var json = false

    func run() async throws {
        let draft = CampaignDraft(goal: try Self.text(goal), needsApproval: approval ? true : nil)
        let detail: CampaignDetail = try await RemoteHouse.calling { client in
            let bytes = try await client.send("POST", RemoteCampaign.base, draft, idempotencyKey: UUID().uuidString)
            return try CanonicalJSON.decode(CampaignDetail.self, from: bytes)
        }
        if json { return try Console.json(detail) }
        try Console.line("\(detail.summary.id) is \(detail.summary.status.rawValue). \(detail.next)")
    }

    static func text(_ path: String) throws -> String {
        do {
            return try String(contentsOfFile: path, encoding: .utf8)
        } catch {
            throw ExitCode.noInput.saying("\(path): cannot be read as UTF-8 (\(error.localizedDescription))")
        }
    }
}

/// `dure --server URL rehearse`.
struct RemoteRehearse: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "rehearse",
        abstract: "Have the server run a goal against the simulated market, and wait for what comes of it."
    )
    @Argument(help: "The goal file.", completion: .file(extensions: ["yaml", "yml"])) var goal: String
    @Option(help: "Another seed than the goal's.") var seed: Int64?
    @Flag(help: "Print one JSON object.") var json = false

    func run() async throws {
        let draft = RehearsalDraft(goal: try RemoteCreate.text(goal), seed: seed)
        let path = "/api/v1/control/rehearsals"
        let ended = try await RemoteHouse.calling { client in
            let bytes = try await client.send("POST", path, draft, idempotencyKey: UUID().uuidString)
            var view = try CanonicalJSON.decode(RehearsalView.self, from: bytes)
            while view.endedAt == nil {
                try await SystemClock().sleep(for: .seconds(1))
                view = try await client.call("GET", "\(path)/\(view.id)")
            }
            return view
        }
        if json { return try Console.json(ended) }
        if let failure = ended.failure { throw ExitCode.failure.saying(failure) }
        try Console.line("Rehearsed '\(ended.name.printable)': \(ended.trials ?? 0) trials.")
        for line in ended.summary { try Console.line("  " + line) }
    }
}

/// `dure --server URL decisions`.
struct RemoteDecisions: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "decisions",
        abstract: "List what was decided and why, newest first."
    )
    @OptionGroup var target: RemoteCampaign
    @Option(help: "How many at most.") var limit = 50
    @Flag(help: "Print one JSON object per decision.") var json = false

    func run() async throws {
        let all = try await RemoteHouse.calling { client in
            let path = "\(RemoteCampaign.base)/\(try await target.identifier(client))/decisions"
            return try await RemoteHouse.all(DecisionView.self, path, client, limit: limit)
        }
        if json {
            for one in all { try Console.json(one) }
            return
        }
        let rows = all.map { [$0.time, $0.agent, $0.policy, $0.reason] }
        try Console.line(TextTable.lines([["time", "agent", "policy", "reason"]] + rows).joined(separator: "\n"))
    }
}

/// `dure --server URL report`.
struct RemoteReport: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "report",
        abstract: "Write a campaign's report as one HTML file."
    )
    @OptionGroup var target: RemoteCampaign
    @Option(help: "The report's language: en or ko.") var language = ReportLanguage.english
    @Option(name: .customLong("to"), help: "Where to write it.") var file: String?

    func run() async throws {
        let (id, page) = try await RemoteHouse.calling { client in
            let id = try await target.identifier(client)
            let path = "/api/v1/analytics/campaigns/\(id)/report?language=\(language.rawValue)"
            return (id, try await client.send("GET", path))
        }
        let place = URL(filePath: file ?? "\(id).\(language.rawValue).html")
        do {
            try page.write(to: place, options: .atomic)
        } catch {
            throw ExitCode.cannotCreate.saying("\(place.path): cannot be written (\(error.localizedDescription))")
        }
        try Console.line(place.path)
    }
}

/// A command that gives one order to one campaign of a server.
protocol RemoteOrder: AsyncParsableCommand {
    static var order: CampaignOrder { get }
    static var abstract: String { get }
    var target: RemoteCampaign { get }
    var reason: String? { get }
}

extension RemoteOrder {
    static var configuration: CommandConfiguration {
        CommandConfiguration(commandName: order.rawValue, abstract: abstract)
    }

    func run() async throws {
        let view: OrderView = try await RemoteHouse.calling { client in
            let path = "\(RemoteCampaign.base)/\(try await target.identifier(client))/orders"
            let draft = OrderDraft(order: Self.order, reason: reason)
            let bytes = try await client.send("POST", path, draft, idempotencyKey: UUID().uuidString)
            return try CanonicalJSON.decode(OrderView.self, from: bytes)
        }
        guard view.state == .carriedOut else {
            throw ExitCode.temporary.saying("the order \(view.id) is kept, and is carried out once agents run there")
        }
        try Console.line(view.answer ?? "It was carried out.")
    }
}

/// `dure --server URL approve`.
struct RemoteApprove: RemoteOrder {
    static let order = CampaignOrder.approve
    static let abstract = "Let a campaign that waits for approval start."
    @OptionGroup var target: RemoteCampaign
    @Option(help: "Why, for the record.") var reason: String?
}

/// `dure --server URL reject`.
struct RemoteReject: RemoteOrder {
    static let order = CampaignOrder.reject
    static let abstract = "Turn a campaign down that waits for approval."
    @OptionGroup var target: RemoteCampaign
    @Option(help: "Why, for the record.") var reason: String?
}

/// `dure --server URL pause`.
struct RemotePause: RemoteOrder {
    static let order = CampaignOrder.pause
    static let abstract = "Start no more trials of a campaign until it is resumed."
    @OptionGroup var target: RemoteCampaign
    @Option(help: "Why, for the record.") var reason: String?
}

/// `dure --server URL resume`.
struct RemoteResume: RemoteOrder {
    static let order = CampaignOrder.resume
    static let abstract = "Go on with a paused campaign."
    @OptionGroup var target: RemoteCampaign
    @Option(help: "Why, for the record.") var reason: String?
}

/// `dure --server URL stop`.
struct RemoteStop: RemoteOrder {
    static let order = CampaignOrder.stop
    static let abstract = "Stop a campaign for good; its levers go back to the control."
    @OptionGroup var target: RemoteCampaign
    @Option(help: "Why, for the record.") var reason: String?
}

/// `dure --server URL conclude`.
struct RemoteConclude: RemoteOrder {
    static let order = CampaignOrder.conclude
    static let abstract = "End the search, and measure the best again."
    @OptionGroup var target: RemoteCampaign
    @Option(help: "Why, for the record.") var reason: String?
}
