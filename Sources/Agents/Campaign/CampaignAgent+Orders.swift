// SPDX-License-Identifier: Apache-2.0

package import Domain
import Messaging

/// Orders of people, which the store keeps until something has come of them.
extension CampaignAgent {
    /// How many orders are taken at a time.
    private static let orderLimit = 100

    /// Carries out the orders that wait, oldest first, each once: what came of it is written with what it changes.
    ///
    /// An order that cannot be carried out now waits, and with it the later ones of its campaign, which may rest on it; it holds up no
    /// other campaign.
    func takeOrders() async throws -> Done {
        let orders = try await context.store.waitingOrders(limit: Self.orderLimit)
            .filter { $0.workspace == context.workspace }
        var heldUp: Set<CampaignID> = []
        var first: (any Error)?
        for order in orders {
            if let campaign = order.campaign, heldUp.contains(campaign) { continue }
            do {
                try await take(order)
            } catch let error as CancellationError {
                throw error
            } catch {
                if let campaign = order.campaign { heldUp.insert(campaign) }
                first = first ?? error
            }
        }
        if let first { throw first }
        return Done()
    }

    private func take(_ order: PersonOrder) async throws {
        guard let campaign = order.campaign else { return try await takeForAll(order) }
        try await take(order, for: campaign)
    }

    private func take(_ order: PersonOrder, for id: CampaignID) async throws {
        let now = context.clock.now
        guard var book = book(id) else {
            let known = try await context.store.campaign(id, in: context.workspace)
            let answer = known.map { "\(id) is \($0.status.rawValue)." } ?? "There is no campaign \(id)."
            var change = KnowledgeChange()
            change.settledOrders = [order.settled(as: .refused, answer: answer, at: now)]
            if let known {
                let inputs = PersonOrderPolicy.Inputs(order, for: known)
                change.decisions = [try decision(inputs, for: known).record]
            }
            return try await context.commit(change, durability: .power)
        }
        let ruling = try await decision(inputs(for: order, of: book.campaign), for: book.campaign)
        book.change.decisions.append(ruling.record)
        if ruling.outcome.isCarriedOut {
            try carryOut(order.order, reason: order.reason, in: &book)
            let answer =
                book.campaign.closing.map { "\(id) will be \($0.rawValue) once its levers are back." }
                ?? "\(id) is \(book.campaign.status.rawValue)."
            book.change.settledOrders = [order.settled(as: .carriedOut, answer: answer, at: now)]
        } else {
            book.change.settledOrders = [order.settled(as: .refused, answer: ruling.record.reason, at: now)]
        }
        set(book)
        try await advance(id)
    }

    /// Carries an order out on every campaign that it fits; repeated after a crash it finds fewer.
    private func takeForAll(_ order: PersonOrder) async throws {
        try await forEach(openCampaigns) { agent, id in try await agent.carryOut(order, on: id) }
        var change = KnowledgeChange()
        let answer =
            order.order == .stop
            ? "Every campaign has stopped or is about to, and with it all spending."
            : "It was carried out on every campaign that it fits."
        change.settledOrders = [order.settled(as: .carriedOut, answer: answer, at: context.clock.now)]
        try await context.commit(change, durability: .power)
    }

    private func carryOut(_ order: PersonOrder, on id: CampaignID) async throws {
        guard var book = book(id), book.campaign.closing == nil else { return }
        let ruling = try decision(PersonOrderPolicy.Inputs(order, for: book.campaign), for: book.campaign)
        guard ruling.outcome.isCarriedOut else { return }
        try carryOut(order.order, reason: order.reason, in: &book)
        book.change.decisions.append(ruling.record)
        set(book)
        try await advance(id)
    }

    private func inputs(for order: PersonOrder, of campaign: Campaign) async throws -> PersonOrderPolicy.Inputs {
        let holder = order.order == .start ? try await context.holder(ofUnitsOf: campaign) : nil
        return PersonOrderPolicy.Inputs(order, for: campaign, unitsHeldBy: holder?.id)
    }

    private func decision(
        _ inputs: PersonOrderPolicy.Inputs,
        for campaign: Campaign
    ) throws -> (outcome: PersonOrderPolicy.Outcome, record: Decision) {
        try PersonOrderPolicy.decide(
            inputs,
            for: campaign,
            agent: name.rawValue,
            id: context.ids.next(),
            at: context.clock.now
        )
    }
}

extension AgentContext {
    /// The campaign that holds a unit which another one needs: a unit serves one campaign at a time.
    func holder(ofUnitsOf campaign: Campaign) async throws -> Campaign? {
        campaign.holder(ofUnitsAmong: try await store.campaigns(in: workspace))
    }
}

extension Campaign {
    /// The one of a workspace's campaigns that holds a unit which this one needs.
    package func holder(ofUnitsAmong campaigns: [Campaign]) -> Campaign? {
        guard goal.marketplace != .none else { return nil }
        let wanted = Set(goal.units)
        return campaigns.first { other in
            other.id != id && other.status.holdsUnits && other.goal.marketplace == goal.marketplace
                && other.goal.units.contains(where: wanted.contains)
        }
    }
}
