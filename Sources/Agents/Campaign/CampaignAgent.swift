// SPDX-License-Identifier: Apache-2.0

package import Domain
import Experiments
import Foundation
import Jobs
import Logging
package import Messaging
import Statistics

/// Plans campaigns, schedules their trials and takes in what comes of them; the only writer of campaigns.
///
/// Every wake-up does the same: take in ended jobs, make the steps that are due, start the trials whose turn has come, write all of
/// it in one commit, and wake the fleet. A process that ends in between loses nothing: the next start makes the same steps.
package actor CampaignAgent: Agent {
    package nonisolated let name = AgentName.campaign
    let context: AgentContext
    private let interval: TimeSpan
    private let orders: TimeSpan?
    private var books: [CampaignID: CampaignBook] = [:]
    private var runs: [CampaignID: CampaignRun] = [:]

    /// Creates the agent; it looks after its campaigns at least at every interval, and for orders of people in the store every `orders`.
    package init(context: AgentContext, interval: TimeSpan, orders: TimeSpan? = nil) {
        self.context = context
        self.interval = interval
        self.orders = orders
    }

    package nonisolated var tickers: [Ticker] {
        let looking = Ticker.every(interval, send: LookAfterCampaigns())
        guard let orders else { return [looking] }
        return [looking, .every(orders, send: TakeOrders())]
    }

    package nonisolated var handlers: Handlers<CampaignAgent> {
        Handlers()
            .on(DraftCampaign.self) { agent, action, _ in try await agent.draft(action) }
            .on(CarryOut.self) { agent, action, _ in try await agent.carryOut(action) }
            .on(AmendCampaign.self) { agent, action, _ in try await agent.amend(action) }
            .on(LookAfterCampaigns.self) { agent, _, _ in try await agent.lookAfterAll() }
            .on(TakeOrders.self) { agent, _, _ in try await agent.takeOrders() }
            .onEvent(JobEnded.self) { agent, event, _ in try await agent.advance(event.campaign) }
    }

    /// Loads every campaign that has not ended.
    package func start() async throws {
        books = [:]
        runs = [:]
        for campaign in try await context.store.campaigns(in: context.workspace) where !campaign.status.isFinal {
            try await load(campaign)
        }
    }

    private func load(_ campaign: Campaign) async throws {
        let store = context.store
        let book = CampaignBook(
            campaign: campaign,
            generations: try await store.generations(of: campaign.id, in: campaign.workspace),
            trials: try await store.trials(of: campaign.id, in: campaign.workspace),
            spending: try await store.spending(of: campaign.id, in: campaign.workspace),
            levers: try await store.levers(of: campaign.id, in: campaign.workspace)
        )
        books[campaign.id] = book
        var run = CampaignRun(goal: campaign.goal)
        run.restoring = try await pendingRestores(of: campaign.id)
        runs[campaign.id] = run
    }

    /// The units whose restores are still to come; one that has failed for good was told to a person and is not waited for.
    private func pendingRestores(of id: CampaignID) async throws -> Set<String> {
        var units: Set<String> = []
        for state in [JobState.queued, .delayed, .leased, .probation] {
            for job in try await context.store.jobs(in: state, limit: 10_000)
            where job.campaign == id && job.kind == .leverRestore {
                units.insert(try CanonicalJSON.decode(LeverRestoreOrder.self, from: job.payload).unit)
            }
        }
        return units
    }

    // MARK: Requests

    func draft(_ action: DraftCampaign) async throws -> CampaignID {
        let now = context.clock.now
        let id = context.ids.next(Campaign.self)
        let inputs = PlanPolicy.Inputs(goal: action.goal, start: nil)
        var campaign = Campaign(
            id: id,
            workspace: action.workspace,
            goal: action.goal,
            goalDigest: action.digest,
            goalPath: action.path,
            plan: PlanPolicy.decide(inputs).outcome.plan,
            createdAt: now,
            parent: action.parent
        )
        let (_, decision) = try PlanPolicy.decide(
            inputs,
            for: campaign,
            agent: name.rawValue,
            id: context.ids.next(),
            at: now
        )
        try campaign.status.move(to: action.goal.approval == .required ? .awaitingApproval : .ready)
        var change = KnowledgeChange()
        change.campaigns = [campaign]
        change.decisions = [decision]
        try await context.commit(change, durability: .power)
        books[id] = CampaignBook(campaign: campaign)
        runs[id] = CampaignRun(goal: campaign.goal)
        return id
    }

    func carryOut(_ action: CarryOut) async throws -> CampaignStatus {
        guard var book = books[action.campaign] else {
            throw Failure(.notFound, "no campaign \(action.campaign) is open; `dure list` shows them all")
        }
        try carryOut(action.order, reason: action.reason, in: &book)
        books[action.campaign] = book
        try await advance(action.campaign)
        return books[action.campaign]?.campaign.status ?? book.campaign.status
    }

    /// Changes a campaign's book as an order wants; throws what its life cycle does not allow.
    func carryOut(_ order: CampaignOrder, reason: String, in book: inout CampaignBook) throws {
        let (id, now) = (book.campaign.id, context.clock.now)
        switch order {
        case .approve: try book.update { try $0.status.move(to: .ready) }
        case .reject:
            try book.update {
                try $0.status.move(to: .rejected)
                $0.endReason = reason
                $0.endedAt = now
            }
        case .start:
            try book.update {
                try $0.status.move(to: .running)
                $0.startedAt = now
                $0.stageStartedAt = now
            }
        case .pause:
            try book.update {
                try $0.status.move(to: .paused)
                $0.endReason = reason
            }
        case .resume:
            try book.update {
                try $0.status.move(to: .running)
                $0.endReason = nil
            }
        case .stop: try close(&book, as: .stopped, reason: reason, at: now)
        case .fail: try close(&book, as: .failed, reason: reason, at: now)
        case .conclude:
            runs[id]?.isConcluded = true
        case .newGeneration:
            try book.cancelPlannedTrials(ids: context.ids, at: now)
            runs[id]?.isGenerationWanted = true
        case .stopGeneration:
            try book.cancelPlannedTrials(ids: context.ids, at: now)
        }
    }

    func amend(_ action: AmendCampaign) async throws -> Done {
        guard var book = books[action.campaign] else { return Done() }
        let now = context.clock.now
        let before = book.campaign
        var after = before
        if let phase = action.phase { after.phase = phase }
        if let factor = action.effortFactor { after.effortFactor = factor }
        after.milestones.formUnion(action.milestones)
        if let rounds = action.roundsOnTarget { after.roundsOnTarget = rounds }
        if let round = action.judgedRoundAt { after.judgedRoundAt = round }
        if action.isReached, after.reachedAt == nil { after.reachedAt = now }
        if let target = action.raisedTarget {
            after.target = target
            after.raises += 1
        }
        guard after != before else { return Done() }
        book.update { $0 = after }
        books[action.campaign] = book
        if before.phase == .emergency, after.phase != .emergency {
            try await advance(action.campaign)
        } else {
            try await commit(action.campaign)
        }
        return Done()
    }

    // MARK: Looking after

    func lookAfterAll() async throws -> Done {
        try await forEach(openCampaigns) { agent, id in try await agent.advance(id) }
        return Done()
    }

    /// Does something for each of several, the rest too where it fails for one; throws the first error at the end.
    func forEach<Element: Sendable>(
        _ elements: [Element],
        _ body: (isolated CampaignAgent, Element) async throws -> Void
    ) async throws {
        var first: (any Error)?
        for element in elements {
            do {
                try await body(self, element)
            } catch let error as CancellationError {
                throw error
            } catch {
                first = first ?? error
            }
        }
        if let first { throw first }
    }

    /// Takes in what ended and makes every step that is due.
    func advance(_ id: CampaignID) async throws {
        guard books[id] != nil else { return }
        do {
            try await makeProgress(id)
        } catch {
            // What was changed in memory and not written is worth nothing: the store has the truth, also after a refused order.
            if let campaign = try await context.store.campaign(id, in: context.workspace) { try await load(campaign) }
            throw error
        }
    }

    private func makeProgress(_ id: CampaignID) async throws {
        try await harvest(id)
        var steps = 0
        while try await step(id), steps < 8 { steps += 1 }
        guard let run = runs[id], var book = takeBook(id) else { return }
        if book.campaign.status == .running, book.campaign.closing == nil, book.campaign.phase != .emergency {
            try book.startDueTrials(ids: context.ids, at: context.clock.now, restoring: run.restoring)
            try observe(&book, run: &runs[id, default: run])
        }
        let status = book.campaign.status
        set(consume book)
        try await commit(id, telling: status.isFinal ? [CampaignEnded(campaign: id, status: status)] : [])
        if status.isFinal {
            books[id] = nil
            runs[id] = nil
        }
    }

    /// Makes one step that is due; false when none is.
    private func step(_ id: CampaignID) async throws -> Bool {
        guard let campaign = books[id]?.campaign else { return false }
        if campaign.closing != nil { return try await finishClosing(id) }
        guard campaign.status == .running else { return false }
        switch campaign.stage {
        case .baseline: return try await leaveBaseline(id)
        case .searching: return try await search(id)
        case .finalists: return try await leaveFinalists(id)
        case .confirming: return try await leaveConfirmation(id)
        case .afterwards: return try await leaveAfterwards(id)
        case .finished: return false
        }
    }

    /// Writes the book's change, tells of it, and wakes the fleet when there are new jobs.
    func commit(_ id: CampaignID, telling events: [any KeptEvent] = []) async throws {
        guard let change = books[id]?.takeChange() else { return }
        guard !change.isEmpty || !events.isEmpty else { return }
        // Measurements may be made again; what touches the outside, money or a decision must be known after a power cut.
        let isRepeatable =
            change.ledger.isEmpty && change.campaigns.isEmpty && change.trials.isEmpty && change.levers.isEmpty
            && change.decisions.isEmpty
        let durability: Durability = isRepeatable ? .process : .power
        try await context.commit(change, durability: durability, keeping: events, from: name)
        if !change.cancelledJobs.isEmpty {
            _ = try await context.broker.request(CancelJobs(jobs: change.cancelledJobs), from: name, to: .fleet)
        }
        if !change.jobs.isEmpty {
            try await context.broker.send(DispatchJobs(), from: name, to: .fleet, coalescing: true, cause: nil)
        }
        if !change.trials.isEmpty || !change.campaigns.isEmpty {
            let progress = CampaignProgressed(
                campaign: id,
                endedTrials: books[id]?.endedTrials ?? 0,
                results: books[id]?.results ?? 0
            )
            try await context.broker.publish(progress, from: name)
        }
        try await context.publish(events, from: name)
    }

    // MARK: State for the extensions

    func book(_ id: CampaignID) -> CampaignBook? { books[id] }

    /// The campaigns that have not ended, in order.
    var openCampaigns: [CampaignID] { books.keys.sorted() }

    /// How many of a campaign's trials have not ended.
    func openTrials(_ id: CampaignID) -> Int { books[id]?.openTrials ?? 0 }

    /// Takes the book out, so that it is changed in place; it must be set again before anything is awaited or thrown away.
    ///
    /// An error in between is a crash of the agent, which loads its books again.
    func takeBook(_ id: CampaignID) -> CampaignBook? { books.removeValue(forKey: id) }

    func run(_ id: CampaignID) -> CampaignRun? { runs[id] }
    func set(_ book: CampaignBook) { books[book.campaign.id] = book }
    func set(_ run: CampaignRun, for id: CampaignID) { runs[id] = run }
}

/// What the agent remembers of a campaign between wake-ups; a restart finds it again or does without.
///
/// A count of failures begins anew, and a person's wish for a generation, or for the end of the search, is to be said again.
struct CampaignRun: Sendable {
    let schedule: CampaignSchedule
    /// Units whose levers are on their way back; nothing else is applied to them meanwhile.
    var restoring: Set<String> = []
    /// The newest round of observations that was asked for.
    var lastRound = -1
    var failuresInARow = 0
    /// Whether the newest look at ranks failed, so that it is told once.
    var isSourceMissing = false
    /// The products whose ranks are followed, with the names under which they were noted.
    var followed: [String: String] = [:]
    /// Whether the search is to end.
    var isConcluded = false
    var isGenerationWanted = false
    /// Whether the variable agent has been told everything so far.
    var hasToldOutcomes = false

    init(goal: Goal) {
        schedule = CampaignSchedule(goal: goal)
    }
}
