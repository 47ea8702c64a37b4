// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import Domain

/// What the commands that give an order have in common.
struct OrderOptions: ParsableArguments {
    @Argument(help: "The campaign's identifier, its beginning, or the goal's name; the newest when left out.")
    var campaign: String?

    @OptionGroup var place: DataPlace

    @Option(help: "Why, for the record.")
    var reason: String?

    @Option(help: "Who asks, for the record; you and your computer by default.")
    var by: String?
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
    static var configuration: CommandConfiguration {
        CommandConfiguration(commandName: name, abstract: abstract, discussion: OrderGiver.discussion)
    }

    func run() async throws {
        let giver = OrderGiver(place: options.place)
        let campaign = try await giver.campaign(options.campaign)
        try await giver.give(Self.order, to: campaign, reason: options.reason, by: options.by)
    }
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
        abstract: "Stop every campaign and all spending, at once.",
        discussion: OrderGiver.discussion
    )

    @OptionGroup var place: DataPlace

    @Option(help: "Who asks, for the record; you and your computer by default.")
    var by: String?

    func run() async throws {
        // Nothing is made where there is nothing.
        _ = try await place.reading { try await $0.campaigns(in: .default).isEmpty }
        let reason = "Everything was halted by a person."
        try await OrderGiver(place: place).give(.stop, to: nil, reason: reason, by: by)
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
