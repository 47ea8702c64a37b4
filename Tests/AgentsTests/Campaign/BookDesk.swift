// SPDX-License-Identifier: Apache-2.0

import Domain
import Experiments
import Jobs

@testable import Agents

/// A book with what it takes to write in it: identifiers, an instant, a seeded chance.
struct BookDesk {
    static let beginning = Timestamp(milliseconds: 1_767_538_800_000)

    let goal: Goal
    let ids: IdentifierGenerator
    var now: Timestamp
    var book: CampaignBook
    private var generator: SplitMix64

    init(seed: UInt64 = 1, _ change: (inout Goal) -> Void = { _ in }) {
        goal = SmallGoal.make(change)
        ids = IdentifierGenerator(clock: VirtualClock(start: Self.beginning), seed: seed)
        generator = SplitMix64(seed: seed)
        now = Self.beginning
        let plan = PlanPolicy.decide(PlanPolicy.Inputs(goal: goal, start: nil)).outcome.plan
        let campaign = Campaign(id: ids.next(), workspace: .default, goal: goal, plan: plan, createdAt: Self.beginning)
        book = CampaignBook(campaign: campaign)
    }

    /// The trials that run, by place in the run order.
    var running: [Trial] { book.trials.filter { $0.status == .running } }

    /// Whether one of so many chances came true.
    mutating func chance(_ count: Int) -> Bool { Int.random(in: 0..<count, using: &generator) == 0 }

    /// Plans a generation of as many trials, controls included; fewer where the budget does not allow them.
    mutating func plan(_ trials: Int) {
        let members = [[0, 0, 1], [0, 1, 0], [1, 0, 0], [1, 1, 1], [1, 1, 2]].map {
            Generation.Member(combination: Combination($0), origin: .array, replicates: 20)
        }
        let planned = BlockPlanner.plan(
            members: members,
            purpose: .search,
            units: goal.units,
            control: goal.control,
            controlsPerBlock: 1,
            blockSize: goal.effort.blockSize,
            firstBlock: book.nextBlock,
            firstPosition: book.nextPosition,
            limit: min(trials, book.budgetLeft ?? trials),
            using: &generator
        )
        let generation = Generation(
            id: ids.next(),
            workspace: .default,
            campaign: book.campaign.id,
            number: book.generations.count + 1,
            createdAt: now,
            strategy: "genetic",
            seed: 1,
            members: members,
            notes: []
        )
        book.add(generation, planned: planned, ids: ids, at: now)
    }

    mutating func start(restoring: Set<String> = []) throws {
        try book.startDueTrials(ids: ids, at: now, restoring: restoring)
    }

    mutating func complete(_ trial: Trial, rank: Double = 50) throws -> Bool {
        let answer = TrialAnswer(
            startedAt: now - .hours(6),
            endedAt: now,
            metrics: ["rank": rank, "margin": 0.1 + rank / 3],
            samples: [TrialAnswer.Sample(time: now, value: rank)],
            source: "small",
            observer: "worker-01"
        )
        return try book.complete(trial.id, with: answer, ids: ids, at: now)
    }

    mutating func fail(_ trial: Trial) throws -> Bool {
        try book.fail(trial.id, Failure(.timeOut, "no answer", lastLines: ["one"]), ids: ids, at: now) != nil
    }

    /// Does one thing that can happen to a campaign, an hour later.
    mutating func stepAtRandom() throws {
        now = now + .hours(1)
        switch Int.random(in: 0..<20, using: &generator) {
        case 0..<2: plan(Int.random(in: 4...16, using: &generator))
        case 2: try book.cancelPlannedTrials(ids: ids, at: now)
        case 3 where chance(4): try book.cancelOpenTrials(ids: ids, at: now)
        case 4..<10: try start(restoring: chance(5) ? ["u1"] : [])
        case 10:
            let place = Int.random(in: 0..<4, using: &generator)
            book.update { $0.phase = SearchPhase.allCases[place] }
        default:
            guard let trial = book.trials.randomElement(using: &generator) else { return }
            let rank = Double.random(in: 1...100, using: &generator)
            let chosen = running.randomElement(using: &generator) ?? trial
            _ = chance(6) ? try fail(chosen) : try complete(chosen, rank: rank)
        }
    }

    /// Opens the book again from what a store holds.
    func load(from store: any KnowledgeStore) async throws -> CampaignBook {
        let id = book.campaign.id
        guard let campaign = try await store.campaign(id, in: .default) else {
            throw Failure(.notFound, "no campaign \(id)")
        }
        return CampaignBook(
            campaign: campaign,
            generations: try await store.generations(of: id, in: .default),
            trials: try await store.trials(of: id, in: .default),
            spending: try await store.spending(of: id, in: .default),
            levers: try await store.levers(of: id, in: .default)
        )
    }
}
