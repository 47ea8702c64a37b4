// SPDX-License-Identifier: Apache-2.0

import Agents
import ArgumentParser
import Domain
import Foundation
import Jobs
import Storage

/// What the commands that give an order have in common.
struct OrderOptions: ParsableArguments {
    @Argument(help: "The campaign's identifier, its beginning, or the goal's name; the newest when left out.")
    var campaign: String?

    @Option(help: "The folder of the campaign's data.")
    var output = DataFolder.standard

    @Option(help: "Why, for the record.")
    var reason: String?
}

/// Gives an order to a campaign: to the process that runs it, or by carrying it out here when none does.
struct OrderGiver {
    let options: OrderOptions

    func give(_ order: CampaignOrder) async throws {
        let folder = DataFolder(path: options.output)
        let reader = try folder.openForReading()
        let campaign = try await CampaignLookup(store: reader, folder: folder).find(options.campaign)
        try reader.close()
        let reason = options.reason ?? "A person asked for it."
        try await give(OrderBox.Order(campaign: campaign.id, order: order, reason: reason), in: folder)
    }

    func give(_ order: OrderBox.Order, in folder: DataFolder) async throws {
        let subject = order.campaign.map(\.text) ?? "every campaign"
        let store: SQLiteStore
        do {
            store = try folder.openForWriting()
        } catch StorageError.writerActive(_, let pid, _) {
            let clock = SystemClock()
            let ids = IdentifierGenerator(clock: clock, seed: UInt64(clamping: clock.now.milliseconds))
            try OrderBox(folder: folder).leave(order, id: ids.next(MessageIdentity.self).text)
            try Console.line(
                "Passed on to the running process \(pid.map(String.init) ?? ""): \(order.order.rawValue) \(subject)."
            )
            return
        }
        try ProgramRunner.startGuard()
        let setting = House.Setting(
            clock: SystemClock(),
            timing: .real,
            sizes: FleetSizes(trialRunners: 3, observers: 0),
            interval: .minutes(1),
            seed: UInt64(clamping: SystemClock().now.milliseconds),
            logger: .house()
        )
        let house = House(store: store, setting: setting)
        try await house.run { gateway in
            try await OrderBox.carryOut(order, gateway, workspace: setting.workspace)
            try await Self.waitUntilClosed(order.campaign, store: store, setting: setting)
        }
        if let id = order.campaign, let campaign = try await store.campaign(id, in: setting.workspace) {
            try Console.line("\(id) is \(campaign.status.rawValue).")
        } else {
            try Console.line("Every campaign has stopped, and with it all spending.")
        }
        try store.close()
    }

    /// Waits until levers that have to go back are back.
    private static func waitUntilClosed(_ id: CampaignID?, store: SQLiteStore, setting: House.Setting) async throws {
        while true {
            let open = try await store.campaigns(in: setting.workspace).contains { campaign in
                campaign.closing != nil && !campaign.status.isFinal && (id == nil || campaign.id == id)
            }
            guard open else { return }
            try await setting.clock.sleep(for: TimeSpan(milliseconds: 200))
        }
    }
}

/// A command that gives one order to one campaign.
protocol OrderCommand: AsyncParsableCommand {
    static var order: CampaignOrder { get }
    /// The command's name where it is not the order's.
    static var name: String { get }
    /// What it does, for the help.
    static var abstract: String { get }
    var options: OrderOptions { get }
}

extension OrderCommand {
    static var name: String { order.rawValue }
    static var configuration: CommandConfiguration { CommandConfiguration(commandName: name, abstract: abstract) }

    func run() async throws { try await OrderGiver(options: options).give(Self.order) }
}

/// `dure approve`.
struct ApproveCommand: OrderCommand {
    static let order = CampaignOrder.approve
    static let abstract = "Let a campaign that waits for approval start."
    @OptionGroup var options: OrderOptions
}

/// `dure reject`.
struct RejectCommand: OrderCommand {
    static let order = CampaignOrder.reject
    static let abstract = "Turn a campaign down that waits for approval."
    @OptionGroup var options: OrderOptions
}

/// `dure pause`.
struct PauseCommand: OrderCommand {
    static let order = CampaignOrder.pause
    static let abstract = "Start no more trials of a campaign until it is resumed."
    @OptionGroup var options: OrderOptions
}

/// `dure resume`.
struct ResumeCommand: OrderCommand {
    static let order = CampaignOrder.resume
    static let abstract = "Go on with a paused campaign."
    @OptionGroup var options: OrderOptions
}

/// `dure stop`.
struct StopCommand: OrderCommand {
    static let order = CampaignOrder.stop
    static let abstract = "Stop a campaign for good; its levers go back to the control."
    @OptionGroup var options: OrderOptions
}

/// `dure halt`.
struct HaltCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "halt",
        abstract: "Stop every campaign and all spending, at once."
    )

    @Option(help: "The folder of the campaigns' data.")
    var output = DataFolder.standard

    func run() async throws {
        let folder = DataFolder(path: output)
        try folder.openForReading().close()
        let order = OrderBox.Order(campaign: nil, order: .stop, reason: "Everything was halted by a person.")
        try await OrderGiver(options: OrderOptions()).give(order, in: folder)
    }
}

/// `dure generation start|stop`.
struct GenerationCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "generation",
        abstract: "Start a generation now, or stop the present one.",
        subcommands: [Start.self, Stop.self]
    )

    /// `dure generation start`.
    struct Start: OrderCommand {
        static let order = CampaignOrder.newGeneration
        static let name = "start"
        static let abstract = "Give up what the present generation has not tried, and start the next."
        @OptionGroup var options: OrderOptions
    }

    /// `dure generation stop`.
    struct Stop: OrderCommand {
        static let order = CampaignOrder.stopGeneration
        static let name = "stop"
        static let abstract = "Give up what the present generation has not tried."
        @OptionGroup var options: OrderOptions
    }
}
