// SPDX-License-Identifier: Apache-2.0

import Domain
import Storage
import Testing

/// What every knowledge base keeps.
@Suite(.timeLimit(.minutes(10)))
struct KnowledgeContractTests {
    let sample = Sample()

    @Test(arguments: Implementation.allCases)
    func `a campaign reads back whole, and a second write replaces it`(_ implementation: Implementation) async throws {
        try await implementation.with { store in
            var campaign = sample.campaign()
            try await store.commit(sample.change { $0.campaigns = [campaign] }, durability: .power)
            #expect(try await store.campaign(campaign.id, in: .default) == campaign)
            try campaign.status.move(to: .ready)
            campaign.startValue = 80.25
            campaign.milestones = [30, 50]
            try await store.commit(sample.change { $0.campaigns = [campaign] }, durability: .process)
            #expect(try await store.campaigns(in: .default) == [campaign])
        }
    }

    @Test(arguments: Implementation.allCases)
    func `lists come in the order that the port promises`(_ implementation: Implementation) async throws {
        try await implementation.with { store in
            let campaigns = [20, 10, 10].map { sample.campaign(id: sample.ids.next(), createdAt: Sample.at($0)) }
            let generations = [2, 1].map { sample.generation(number: $0) }
            let trials = [1, 0, 2].map { sample.trial(position: $0) }
            let decisions = [5, 3, 3].map { sample.decision(at: Sample.at($0)) }
            let measurements = [(40.0, 9), (1.0, 2), (950.0, 9), (7.5, 4)].map {
                sample.measurement($0.0, at: Sample.at($0.1), trial: $0.1 == 9 ? trials[0].id : nil)
            }
            try await store.commit(
                sample.change {
                    $0.campaigns = campaigns
                    $0.generations = generations
                    $0.trials = trials
                    $0.decisions = decisions
                    $0.measurements = measurements
                },
                durability: .process
            )
            let id = sample.campaign
            #expect(try await store.campaigns(in: .default) == [campaigns[1], campaigns[2], campaigns[0]])
            #expect(try await store.generations(of: id, in: .default) == [generations[1], generations[0]])
            #expect(try await store.trials(of: id, in: .default) == [trials[1], trials[0], trials[2]])
            #expect(try await store.trials(of: id, in: .default, from: trials[0].position) == [trials[0], trials[2]])
            #expect(try await store.trials(of: id, in: .default, from: trials[2].position + 1).isEmpty)
            #expect(try await store.decisions(of: id, in: .default) == [decisions[1], decisions[2], decisions[0]])
            let inTime = [measurements[1], measurements[3], measurements[0], measurements[2]]
            #expect(try await store.measurements(of: id, in: .default, since: nil) == inTime)
            let recent = try await store.measurements(of: id, in: .default, since: Sample.at(4))
            #expect(recent == Array(inTime.dropFirst()))
        }
    }

    @Test(arguments: Implementation.allCases)
    func `alerts without a campaign are told to every campaign of the workspace`(
        _ implementation: Implementation
    ) async throws {
        try await implementation.with { store in
            let own = sample.alert(at: Sample.at(2), campaign: sample.campaign)
            let general = sample.alert(at: Sample.at(1), campaign: nil)
            let foreign = sample.alert(at: Sample.at(0), campaign: sample.ids.next())
            try await store.commit(sample.change { $0.alerts = [own, general, foreign] }, durability: .process)
            #expect(try await store.alerts(of: sample.campaign, in: .default) == [general, own])
        }
    }

    @Test(arguments: Implementation.allCases)
    func `analyses are told apart by kind`(_ implementation: Implementation) async throws {
        try await implementation.with { store in
            let rounds = [2, 1].map { sample.analysis(.round, at: Sample.at($0)) }
            let effects = sample.analysis(.effects, at: Sample.at(0))
            try await store.commit(sample.change { $0.analyses = rounds + [effects] }, durability: .process)
            let found = try await store.analyses(of: sample.campaign, in: .default, kind: .round)
            #expect(found == [rounds[1], rounds[0]])
            #expect(try await store.analyses(of: sample.campaign, in: .default, kind: .effects) == [effects])
        }
    }

    @Test(arguments: Implementation.allCases)
    func `a campaign's revision changes with every record of it, and with nothing else`(
        _ implementation: Implementation
    ) async throws {
        try await implementation.with { store in
            var campaign = sample.campaign()
            func revision() async throws -> String? { try await store.revision(of: campaign.id, in: .default) }
            #expect(try await revision() == nil)
            try await store.commit(sample.change { $0.campaigns = [campaign] }, durability: .process)
            var seen = [try await revision()]
            var trial = sample.trial(position: 0)
            let lever = LeverState(
                workspace: .default,
                campaign: campaign.id,
                unit: "a",
                combination: Combination([0]),
                trial: nil,
                since: Sample.at(1),
                isConfirmed: false
            )
            func step(_ fill: (inout KnowledgeChange) -> Void) async throws {
                try await store.commit(sample.change(fill), durability: .process)
                let next = try await revision()
                #expect(!seen.contains(next))
                #expect(try await revision() == next)
                seen.append(next)
            }
            campaign.effortFactor = 1.2
            try await step { $0.campaigns = [campaign] }
            campaign.effortFactor = 1.5
            try await step { $0.campaigns = [campaign] }
            try await step { $0.trials = [trial] }
            try trial.status.move(to: .running)
            try await step { $0.trials = [trial] }
            try await step { $0.generations = [sample.generation(number: 1)] }
            try await step { $0.decisions = [sample.decision(at: Sample.at(3))] }
            try await step { $0.analyses = [sample.analysis(.round, at: Sample.at(2))] }
            try await step { $0.alerts = [sample.alert(at: Sample.at(2), campaign: campaign.id)] }
            try await step { $0.alerts = [sample.alert(at: Sample.at(1), campaign: nil)] }
            try await step { $0.levers = [lever] }
            // Another campaign may follow it, or have its units.
            try await step { $0.campaigns = [sample.campaign(id: sample.ids.next(), createdAt: Sample.at(20))] }
            #expect(try await store.revision(of: campaign.id, in: try #require(WorkspaceID("other"))) == nil)
        }
    }

    @Test(arguments: Implementation.allCases)
    func `a unit has one lever state, the newest`(_ implementation: Implementation) async throws {
        try await implementation.with { store in
            var levers = ["b", "a"].map { unit in
                LeverState(
                    workspace: .default,
                    campaign: sample.campaign,
                    unit: unit,
                    combination: Combination([0, 12, 3]),
                    trial: sample.ids.next(),
                    since: Sample.at(1),
                    isConfirmed: false
                )
            }
            try await store.commit(sample.change { $0.levers = levers }, durability: .process)
            levers[0].isConfirmed = true
            levers[0].trial = nil
            try await store.commit(sample.change { $0.levers = [levers[0]] }, durability: .process)
            #expect(try await store.levers(of: sample.campaign, in: .default) == [levers[1], levers[0]])
        }
    }

    @Test(arguments: Implementation.allCases)
    func `a reservation counts until its trial is settled or released`(_ implementation: Implementation) async throws {
        try await implementation.with { store in
            let trials: [TrialID] = (0..<4).map { _ in sample.ids.next() }
            let lines = [
                sample.entry(.reserved, trials[0], 100, at: Sample.at(0)),
                sample.entry(.reserved, trials[1], 200, at: Sample.at(0)),
                sample.entry(.reserved, trials[2], nil, at: Sample.at(0)),
                sample.entry(.reserved, trials[3], 400, at: Sample.at(0)),
            ]
            try await store.commit(sample.change { $0.ledger = lines }, durability: .power)
            let before = Spending(reservedTrials: 4, settledTrials: 0, reserved: 700, settled: 0)
            #expect(try await store.spending(of: sample.campaign, in: .default) == before)

            let ends = [
                sample.entry(.settled, trials[0], 90, at: Sample.at(1)),
                sample.entry(.released, trials[1], 200, at: Sample.at(1)),
                sample.entry(.settled, trials[2], nil, at: Sample.at(1)),
                sample.entry(.reserved, trials[1], 250, at: Sample.at(2)),
            ]
            try await store.commit(sample.change { $0.ledger = ends }, durability: .power)
            let after = Spending(reservedTrials: 2, settledTrials: 2, reserved: 650, settled: 90)
            #expect(try await store.spending(of: sample.campaign, in: .default) == after)
            #expect(try await store.ledger(of: sample.campaign, in: .default) == lines + ends)

            try await store.commit(sample.change { $0.ledger = [lines[0], ends[0], ends[1]] }, durability: .power)
            #expect(try await store.spending(of: sample.campaign, in: .default) == after, "a line counts once")
        }
    }

    @Test(arguments: Implementation.allCases)
    func `workers come in the order of their registration, as last written`(
        _ implementation: Implementation
    ) async throws {
        try await implementation.with { store in
            var workers = [2, 1].map { order in
                Worker(id: sample.ids.next(), name: "w", role: .trial, slots: 1, registeredAt: Sample.at(order))
            }
            try await store.commit(sample.change { $0.workers = workers }, durability: .process)
            workers[0].completed = 3
            try workers[0].state.move(to: .idle)
            try await store.commit(sample.change { $0.workers = [workers[0]] }, durability: .process)
            #expect(try await store.workers() == [workers[1], workers[0]])
        }
    }

    @Test(arguments: Implementation.allCases)
    func `a workspace sees nothing of another`(_ implementation: Implementation) async throws {
        try await implementation.with { store in
            let other = try #require(WorkspaceID("other"))
            var theirs = sample
            theirs.workspace = other
            let trial: TrialID = sample.ids.next()
            let change = theirs.change {
                $0.campaigns = [theirs.campaign()]
                $0.generations = [theirs.generation(number: 1)]
                $0.trials = [theirs.trial(position: 0)]
                $0.measurements = [theirs.measurement(3, at: Sample.start)]
                $0.decisions = [theirs.decision(at: Sample.start)]
                $0.alerts = [theirs.alert(at: Sample.start, campaign: nil)]
                $0.analyses = [theirs.analysis(.effects, at: Sample.start)]
                $0.ledger = [theirs.entry(.reserved, trial, 5, at: Sample.start)]
                $0.levers = [
                    LeverState(
                        workspace: other,
                        campaign: theirs.campaign,
                        unit: "unit",
                        combination: Combination([0]),
                        trial: nil,
                        since: Sample.start,
                        isConfirmed: true
                    )
                ]
            }
            try await store.commit(change, durability: .process)
            let id = sample.campaign
            for (workspace, count) in [(WorkspaceID.default, 0), (other, 1)] {
                #expect((try await store.campaign(id, in: workspace) == nil) == (count == 0))
                #expect(try await store.campaigns(in: workspace).count == count)
                #expect(try await store.generations(of: id, in: workspace).count == count)
                #expect(try await store.trials(of: id, in: workspace).count == count)
                #expect(try await store.measurements(of: id, in: workspace, since: nil).count == count)
                #expect(try await store.decisions(of: id, in: workspace).count == count)
                #expect(try await store.alerts(of: id, in: workspace).count == count)
                #expect(try await store.analyses(of: id, in: workspace, kind: .effects).count == count)
                #expect(try await store.ledger(of: id, in: workspace).count == count)
                #expect(try await store.levers(of: id, in: workspace).count == count)
                #expect(try await store.spending(of: id, in: workspace).reservedTrials == count)
            }
            try await store.commit(sample.change { $0.campaigns = [sample.campaign()] }, durability: .process)
            #expect(try await store.campaign(id, in: other)?.workspace == other)
        }
    }

    @Test(arguments: Implementation.allCases, [1, 11, 12, 13, 40])
    func `however many measurements are written at once, all are read in their order`(
        _ implementation: Implementation,
        count: Int
    ) async throws {
        try await implementation.with { store in
            let trial: TrialID = sample.ids.next()
            let measurements = (0..<count).map { index in
                var measurement = sample.measurement(
                    Double(index),
                    at: Sample.start,
                    trial: index.isMultiple(of: 3) ? nil : trial
                )
                measurement.isCensored = index.isMultiple(of: 2)
                measurement.isCounted = index.isMultiple(of: 5)
                return measurement
            }
            try await store.commit(sample.change { $0.measurements = measurements }, durability: .process)
            #expect(try await store.measurements(of: sample.campaign, in: .default, since: nil) == measurements)
        }
    }

    @Test(arguments: Implementation.allCases)
    func `a change with a record that cannot be written leaves nothing behind`(
        _ implementation: Implementation
    ) async throws {
        try await implementation.with { store in
            var broken = sample.trial(position: 0)
            broken.metrics = ["rank": .nan]
            let job = sample.job()
            for change in [
                fullChange { $0.trials.append(broken) },
                fullChange { $0.measurements.append(sample.measurement(.infinity, at: Sample.start)) },
                fullChange { $0.harvestedJobs = [sample.ids.next()] },
                fullChange {
                    $0.jobs.append(job)
                    $0.harvestedJobs = [job.id]
                },
            ] {
                await #expect(throws: StorageError.self) { try await store.commit(change, durability: .power) }
            }
            let id = sample.campaign
            #expect(try await store.campaigns(in: .default).isEmpty)
            #expect(try await store.trials(of: id, in: .default).isEmpty)
            #expect(try await store.measurements(of: id, in: .default, since: nil).isEmpty)
            #expect(try await store.ledger(of: id, in: .default).isEmpty)
            #expect(try await store.jobs(in: .queued, limit: 10).isEmpty)
            try await store.commit(fullChange { _ in }, durability: .power)
            #expect(try await store.jobs(in: .queued, limit: 10).count == 1, "the store works on after a refusal")
        }
    }

    private func fullChange(_ edit: (inout KnowledgeChange) -> Void) -> KnowledgeChange {
        sample.change { change in
            change.campaigns = [sample.campaign()]
            change.trials = [sample.trial(position: 1)]
            change.measurements = [sample.measurement(3, at: Sample.start)]
            change.ledger = [sample.entry(.reserved, sample.ids.next(), 5, at: Sample.start)]
            change.jobs = [sample.job()]
            edit(&change)
        }
    }
}
