// SPDX-License-Identifier: Apache-2.0

import Agents
import ArgumentParser
import Domain
import Foundation
import Jobs
import Storage

/// Gives a person's order to whoever runs the campaigns, or carries it out here where nobody does, and tells what came of it.
///
/// An order is written down first, and carried out once: what came of it is written with what it changes.
struct OrderGiver {
    static let discussion = """
        The order is kept, and carried out once by the process that runs the campaign: with --database by the one that has the agent of \
        campaigns, in a folder by the one that holds it, or here when none does. Who gave it, when and why is in 'dure decisions'. Exit \
        codes: 0 it was carried out; 1 it does not fit how the campaign is; 66 there is no such campaign or database; 69 the database \
        cannot be reached; 75 nobody runs the campaigns: the order is kept until somebody does.
        """

    /// How long the agent's lease may go without a renewal before nobody is taken to be the agent; it is renewed every 1.5 s.
    private static let silence = TimeSpan.seconds(10)
    /// How long an answer may take where there is somebody.
    private static let patience = TimeSpan.seconds(60)
    /// How long the process that holds a folder may take.
    private static let folderPatience = TimeSpan.seconds(20)
    private static let look = TimeSpan(milliseconds: 200)

    let place: DataPlace
    var clock: any TimeSource = SystemClock()

    /// The campaign that a person means.
    func campaign(_ text: String?) async throws -> CampaignID {
        try await place.reading { store in
            try await CampaignLookup(store: store, place: place.name).find(text).id
        }
    }

    /// Gives an order, and waits for what comes of it.
    func give(_ order: CampaignOrder, to campaign: CampaignID?, reason: String?, by person: String?) async throws {
        let ids = IdentifierGenerator(clock: clock, seed: .random(in: .min ... .max))
        func written(_ order: CampaignOrder) -> PersonOrder {
            PersonOrder(
                id: ids.next(),
                workspace: .default,
                campaign: campaign,
                order: order,
                reason: reason ?? "A person asked for it.",
                givenBy: person ?? CommandAudit.person,
                givenAt: clock.now
            )
        }
        guard place.address() != nil else { return try await giveInFolder(written(order)) }
        // Agents elsewhere run a campaign without a 'dure run' that would start it once it may.
        try await giveShared(order == .approve ? [written(.approve), written(.start)] : [written(order)])
    }

    // MARK: A database that several processes share

    /// Writes orders down together, so that all are kept although nobody answers, and tells what comes of each in turn.
    private func giveShared(_ orders: [PersonOrder]) async throws {
        try await place.writing { store in
            try await store.give(orders)
            for order in orders { try await CommandAudit.note(store, order) }
            for order in orders { try tell(try await waitForAgents(order, in: store)) }
        }
    }

    /// Waits for the agent of campaigns, wherever it is; it is there as long as its lease is renewed.
    private func waitForAgents(_ order: PersonOrder, in store: any Store) async throws -> PersonOrder {
        let start = clock.steady
        var (lease, renewedAt): (LeaderLease?, Timestamp) = (nil, start)
        while true {
            if let now = try await store.order(order.id), now.state != .waiting { return now }
            let seen = try await store.leases().first { $0.name == "agent/campaign" && !$0.holder.isEmpty }
            if seen != lease { (lease, renewedAt) = (seen, clock.steady) }
            guard clock.steady - renewedAt < Self.silence else {
                throw ExitCode.temporary.saying(
                    "nobody runs the campaigns of this database now; the order is kept and is carried out once 'dure agents' runs"
                )
            }
            guard clock.steady - start < Self.patience else {
                throw ExitCode.temporary.saying(
                    "\(lease?.holder ?? "the agent") has not carried the order out within \(Self.patience); it is kept"
                )
            }
            try await clock.sleep(for: Self.look)
        }
    }

    // MARK: A folder

    private func giveInFolder(_ order: PersonOrder) async throws {
        let folder = place.folder
        let holder: Int32?
        do {
            return try await carryOutHere(order, in: try folder.openForWriting())
        } catch StorageError.writerActive(_, let pid, _) {
            holder = pid
        }
        let box = OrderBox(folder: folder)
        try box.leave(order)
        let start = clock.steady
        while clock.steady - start < Self.folderPatience {
            if let settled = try await place.reading({ try await $0.order(order.id) }), settled.state != .waiting {
                return try tell(settled)
            }
            try await clock.sleep(for: Self.look)
            do {
                return try await carryOutHere(order, in: try folder.openForWriting())
            } catch StorageError.writerActive {
                continue
            }
        }
        throw ExitCode.temporary.saying(
            "process \(holder.map(String.init) ?? "?") holds \(folder.url.path) and has not carried the order out within "
                + "\(Self.folderPatience); it is kept, and carried out when campaigns run there"
        )
    }

    /// Carries the order out, and what others have left, in a house of our own.
    private func carryOutHere(_ order: PersonOrder, in store: SQLiteStore) async throws {
        try ProgramRunner.startGuard()
        let box = OrderBox(folder: place.folder)
        try await box.takeUp(into: store)
        try await store.give([order])
        try await CommandAudit.note(store, order)
        var setting = House.Setting(
            clock: clock,
            timing: .real,
            sizes: FleetSizes(trialRunners: 3, observers: 0),
            interval: .minutes(1),
            seed: .random(in: .min ... .max),
            logger: .house()
        )
        setting.orders = Self.look
        let (clock, look) = (clock, Self.look)
        let settled = try await House(store: store, setting: setting, folder: place.folder).run { _ in
            while true {
                if let now = try await store.order(order.id), now.state != .waiting {
                    // Levers that have to go back are awaited: nobody else would see to it.
                    let open = try await store.campaigns(in: .default).contains { campaign in
                        campaign.closing != nil && !campaign.status.isFinal
                            && (order.campaign == nil || campaign.id == order.campaign)
                    }
                    if !open { return now }
                }
                try await clock.sleep(for: look)
            }
        }
        if settled.state == .carriedOut, let id = order.campaign,
            let campaign = try await store.campaign(id, in: .default)
        {
            try Console.line("\(id) is \(campaign.status.rawValue).")
            return try store.close()
        }
        try store.close()
        try tell(settled)
    }

    private func tell(_ order: PersonOrder) throws {
        guard order.state == .carriedOut else { throw ExitCode.failure.saying(order.answer ?? "it was refused") }
        try Console.line(order.answer ?? "It was carried out.")
    }
}
