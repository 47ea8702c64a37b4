// SPDX-License-Identifier: Apache-2.0

import Agents
import Domain
import Jobs
import Logging
import Messaging
import Storage

/// Agents, fleet and a small market around a store in memory, in virtual time.
struct CampaignHouse: Sendable {
    static let start = Timestamp(milliseconds: 1_767_538_800_000)

    let clock: VirtualClock
    let store: MemoryStore
    let market: SmallMarket
    private let staff: Staff

    init(
        store: MemoryStore = MemoryStore(),
        market: SmallMarket = SmallMarket(),
        start: Timestamp = CampaignHouse.start,
        orders: TimeSpan? = nil,
        hasTrends: Bool = false
    ) {
        clock = VirtualClock(start: start)
        self.store = store
        self.market = market
        var setting = Staff.Setting(
            clock: clock,
            timing: .rehearsal,
            sizes: FleetSizes(trialRunners: 6, observers: 2),
            interval: .minutes(30),
            seed: 3,
            logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        )
        setting.orders = orders
        var desk: WorkflowDesk?
        if hasTrends {
            desk = WorkflowDesk(
                store: store,
                catalogue: WorkflowCatalogue([]),
                clock: clock,
                ids: IdentifierGenerator(clock: clock, seed: 4),
                logger: setting.logger
            )
        }
        staff = Staff(store: store, setting: setting, lever: market, ranks: market, trends: desk)
    }

    /// Runs agents and fleet in virtual time while the body runs.
    func run<Value: Sendable>(_ body: @escaping @Sendable (Gateway) async throws -> Value) throws -> Value {
        let staff = staff
        return try clock.run { try await staff.run(body) }
    }

    /// Creates a campaign and starts it.
    func begin(_ goal: Goal, through gateway: Gateway) async throws -> CampaignID {
        let id = try await gateway.request(
            CreateCampaign(goal: goal, workspace: .default, digest: nil, path: nil),
            to: .orchestrator
        )
        try await steer(id, .start, through: gateway)
        return id
    }

    /// Gives an order.
    func steer(_ id: CampaignID, _ order: CampaignOrder, through gateway: Gateway) async throws {
        _ = try await gateway.request(
            SteerCampaign(campaign: id, order: order, reason: "A person said so."),
            to: .orchestrator
        )
    }

    /// Waits until a campaign has left the states in which it goes on by itself, 20 days at most.
    func ended(_ id: CampaignID) async throws -> Campaign {
        let giveUpAt = clock.now + .days(20)
        while true {
            guard let campaign = try await store.campaign(id, in: .default) else {
                throw Failure(.notFound, "no campaign \(id)")
            }
            let goesOn = campaign.status == .running || campaign.closing != nil && !campaign.status.isFinal
            if !goesOn || clock.now >= giveUpAt { return campaign }
            try await clock.sleep(for: .hours(1))
        }
    }

    /// Runs a goal's campaign to its end.
    func runToEnd(_ goal: Goal) throws -> Campaign {
        try run { gateway in try await ended(try await begin(goal, through: gateway)) }
    }

    /// Reads what the store holds of a campaign.
    func records(of id: CampaignID) throws -> CampaignRecords {
        let store = store
        return try clock.run {
            CampaignRecords(
                trials: try await store.trials(of: id, in: .default),
                ledger: try await store.ledger(of: id, in: .default),
                levers: try await store.levers(of: id, in: .default),
                decisions: try await store.decisions(of: id, in: .default),
                alerts: try await store.alerts(of: id, in: .default),
                spending: try await store.spending(of: id, in: .default)
            )
        }
    }
}

/// What a store holds of a campaign.
struct CampaignRecords: Sendable {
    var trials: [Trial]
    var ledger: [LedgerEntry]
    var levers: [LeverState]
    var decisions: [Decision]
    var alerts: [Alert]
    var spending: Spending

    func count(_ kind: LedgerEntry.Kind) -> Int { ledger.count { $0.kind == kind } }

    func count(_ status: TrialStatus) -> Int { trials.count { $0.status == status } }

    /// The most trials that were ever set aside or spent together.
    var mostUsed: Int {
        var used = 0
        var most = 0
        for entry in ledger {
            switch entry.kind {
            case .reserved: used += 1
            case .settled: break
            case .released: used -= 1
            }
            most = max(most, used)
        }
        return most
    }
}
