// SPDX-License-Identifier: Apache-2.0

import Domain
import Files
import Foundation
import Jobs
import Logging
import Operations
import Server
import Storage
import Testing

@testable import dure

/// What the API asks the house for, over a store in memory.
@Suite(.timeLimit(.minutes(10))) struct ServiceTests {
    private struct House {
        let store = MemoryStore()
        let services: Services
        let commands: CommandShelf
        let campaign: Campaign
        let trials: [Trial]

        init() async throws {
            let clock = StandingClock()
            let ids = IdentifierGenerator(clock: clock, seed: 4)
            let folder = FileManager.default.temporaryDirectory.appending(path: "dure-services-\(UUID().uuidString)")
                .path
            commands = CommandShelf(
                vault: SecretVault(store: store, masters: try MasterKeys(MasterKey.newText()), clock: clock)
            )
            services = .house(
                store: store,
                control: StoredFleetControl(fleet: store, jobs: store, clock: clock),
                door: AgentDoor(elsewhere: nil, expectsOwn: false),
                folder: DataFolder(path: folder),
                commands: commands,
                health: HealthBoard(clock: clock),
                clock: clock,
                ids: ids,
                logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
            )
            let sample = Sample()
            let change = try sample.change(sample.campaign())
            try await store.commit(change, durability: .process)
            campaign = try #require(change.campaigns.first)
            trials = change.trials
        }
    }

    private static let stranger = WorkspaceID("other") ?? .default

    private static func caller(_ workspace: WorkspaceID = .default) -> Caller {
        Caller(workspace: workspace, role: .admin, credential: .key, id: "k", name: "jane")
    }

    @Test func `nothing of one workspace is seen in another`() async throws {
        let house = try await House()
        let (services, id, paging) = (house.services, house.campaign.id, Paging())
        for (workspace, isThere) in [(WorkspaceID.default, true), (Self.stranger, false)] {
            #expect((try await services.campaigns.campaign(id, in: workspace) != nil) == isThere)
            #expect((try await services.campaigns.trials(of: id, in: workspace, paging: paging) != nil) == isThere)
            #expect((try await services.campaigns.decisions(of: id, in: workspace, paging: paging) != nil) == isThere)
            #expect((try await services.campaigns.generations(of: id, in: workspace, paging: paging) != nil) == isThere)
            #expect((try await services.monitoring.rounds(of: id, in: workspace, paging: paging) != nil) == isThere)
            #expect((try await services.analytics.effects(of: id, in: workspace) != nil) == isThere)
            #expect((try await services.analytics.forecast(of: id, in: workspace) != nil) == isThere)
            #expect((try await services.analytics.prediction([:], of: id, in: workspace) != nil) == isThere)
            let report = try await services.analytics.report(of: id, in: workspace, language: "en", zone: nil)
            #expect((report != nil) == isThere)
            let list = try await services.campaigns.campaigns(in: workspace, status: nil, paging: paging)
            #expect(list.items.map(\.id) == (isThere ? [id] : []))
        }
        let order = OrderDraft(order: .pause)
        let given = try await services.campaigns.give(order, to: id, by: Self.caller(Self.stranger), key: nil)
        #expect(given == nil)
        #expect(try await house.store.waitingOrders(limit: 10).isEmpty)
    }

    @Test func `a name that another workspace has is neither told of nor taken`() async throws {
        let house = try await House()
        let (campaigns, rehearsals, paging) = (house.services.campaigns, house.services.rehearsals, Paging())
        let before = try await house.store.campaign(house.campaign.id, in: .default)
        func goal(_ name: String) -> String {
            """
            name: \(name)
            marketplace: simulated
            keywords: [a]
            metric: rank
            target: 20
            deadline: 1d
            baseline: 1h
            units: 2
            budget: {trials: 2}
            factors:
              mode: [fast, small]
            """
        }
        // What a stranger is told does not depend on whether somebody else has the name.
        var told: [String] = []
        for name in [house.campaign.goal.name, "a name that nobody has"] {
            for key in [nil, "k"] {
                do {
                    _ = try await campaigns.create(
                        CampaignDraft(goal: goal(name)),
                        by: Self.caller(Self.stranger),
                        key: key
                    )
                    Issue.record("campaigns of another workspace are not run here")
                } catch let problem as Problem {
                    told.append("\(problem.kind) \(problem.detail) \(problem.field ?? "") \(problem.value ?? "")")
                }
            }
        }
        #expect(Set(told).count == 1 && told.count == 4, "\(told)")
        #expect(try await house.store.campaign(house.campaign.id, in: .default) == before)
        #expect(try await campaigns.campaigns(in: Self.stranger, status: nil, paging: paging).items.isEmpty)
        // Rehearsals run in every workspace; one of a name that is taken elsewhere is another one.
        let theirs = try await rehearsals.begin(
            RehearsalDraft(goal: goal("one name")),
            by: Self.caller(Self.stranger),
            key: "k"
        )
        let ours = try await rehearsals.begin(RehearsalDraft(goal: goal("one name")), by: Self.caller(), key: "k")
        #expect(theirs.id != ours.id)
        #expect(try await rehearsals.rehearsal(theirs.id, in: .default) == nil)
        #expect(try await rehearsals.rehearsal(ours.id, in: Self.stranger) == nil)
        #expect(try await rehearsals.rehearsals(in: Self.stranger, paging: paging).items.map(\.id) == [theirs.id])
    }

    @Test func `a campaign is shown with its trials, what it spent and what may be ordered`() async throws {
        let house = try await House()
        let detail = try #require(try await house.services.campaigns.campaign(house.campaign.id, in: .default))
        #expect(detail.trials.completed == 15)
        #expect(detail.trials.failed == 1)
        #expect(detail.orders.contains(.pause) && detail.orders.contains(.stop) && !detail.orders.contains(.approve))
        let page = try #require(
            try await house.services.campaigns.trials(of: house.campaign.id, in: .default, paging: Paging(limit: 10))
        )
        #expect(page.items.map(\.position) == Array(0..<10))
        #expect(page.items.first?.settings["price"] == .integer(329_000))
        #expect(page.nextCursor != nil)
    }

    @Test func `a combination is predicted with its interval, and one that cannot be is told why`() async throws {
        let house = try await House()
        let analytics = house.services.analytics
        let better = ["제목": JSONValue.string("long, with a comma"), "price": .integer(319_000)]
        let found = try #require(try await analytics.prediction(better, of: house.campaign.id, in: .default))
        let mean = try #require(found.mean)
        #expect(mean.lower < mean.estimate && mean.estimate < mean.upper)
        #expect((65...76).contains(mean.estimate))
        await #expect(throws: Problem.self) {
            try await analytics.prediction(["colour": .string("red")], of: house.campaign.id, in: .default)
        }
        await #expect(throws: Problem.self) {
            try await analytics.prediction(["price": .integer(1)], of: house.campaign.id, in: .default)
        }
    }

    @Test func `an order is kept once for one key, and waits where no agents run`() async throws {
        let house = try await House()
        let draft = OrderDraft(order: .pause, reason: "lunch")
        let campaigns = house.services.campaigns
        let first = try await campaigns.give(draft, to: house.campaign.id, by: Self.caller(), key: "k")
        let again = try await campaigns.give(draft, to: house.campaign.id, by: Self.caller(), key: "k")
        #expect(first?.state == .waiting)
        #expect(first?.givenBy == "jane")
        #expect(again?.id == first?.id)
        #expect(try await house.store.waitingOrders(limit: 10).count == 1)
        let id = try #require(first?.id)
        #expect(try await campaigns.order(id, in: .default) == first)
        #expect(try await campaigns.order(id, in: Self.stranger) == nil)
    }

    @Test(arguments: [
        ("name: [", "goal"), ("", "goal"),
        (
            """
            name: x
            metric: {name: m, direction: lower}
            factors: [{name: a, levels: [1, 2]}]
            trial: {kind: command, measure: [./measure]}
            """, "goal.trial.measure"
        ),
    ])
    func `a goal that cannot be taken is refused, and its field named`(text: String, field: String) async throws {
        let house = try await House()
        for make in [
            { _ = try await house.services.campaigns.preview(CampaignDraft(goal: text), in: .default) },
            { _ = try await house.services.rehearsals.begin(RehearsalDraft(goal: text), by: Self.caller(), key: nil) },
        ] as [() async throws -> Void] {
            do {
                try await make()
                Issue.record("it was taken")
            } catch let problem as Problem {
                #expect(problem.kind == .invalid)
                #expect(problem.field?.hasPrefix("goal") == true)
                if field != "goal" { #expect(problem.field == field) }
            }
        }
    }

    @Test func `a goal names the commands that its workspace registered, and no others`() async throws {
        let house = try await House()
        let command = Command(arguments: ["./measure.sh"], directory: "/srv/shop", timeout: .minutes(5))
        try await house.commands.register(command, as: "conversion", in: .default)
        let listed = try await house.services.commands.commands(in: .default, paging: Paging())
        #expect(listed.items.map(\.name) == ["conversion"])
        #expect(try await house.services.commands.commands(in: Self.stranger, paging: Paging()).items.isEmpty)
        let draft = CampaignDraft(
            goal: """
                name: x
                metric: {name: m, direction: higher}
                factors: [{name: a, levels: [1, 2]}]
                trial: {measure: {registered: conversion}}
                """
        )
        #expect(try await house.services.campaigns.preview(draft, in: .default).combinations == 2)
        let problem = try await #require(throws: Problem.self) {
            try await house.services.campaigns.preview(draft, in: Self.stranger)
        }
        #expect(problem.field == "goal.trial.measure.registered")
    }

    @Test func `a file is analysed, and what is wrong with it is told without its place`() async throws {
        let house = try await House()
        let rows = (0..<16).map { "\($0 % 2),\(($0 / 2) % 2),\(10 + ($0 % 2) * 5 + $0 % 3)" }
        let wish = AnalysisWish(csv: (["a,b,y"] + rows).joined(separator: "\n"), responses: ["y"], goal: "higher")
        let found = try await house.services.analytics.analyse(wish)
        #expect(found["rows"] == .integer(16))
        let page = try await house.services.analytics.analysisPage(wish, language: "ko")
        #expect(page.hasPrefix("<!"))
        for wrong in [
            AnalysisWish(csv: "a,y\n1,2", responses: ["z"]), AnalysisWish(csv: "a,y\n1", responses: ["y"]),
            AnalysisWish(csv: wish.csv, responses: ["y"], model: "a*"),
            AnalysisWish(csv: wish.csv, responses: ["y"], goal: "best"), AnalysisWish(csv: wish.csv, responses: []),
        ] {
            do {
                _ = try await house.services.analytics.analyse(wrong)
                Issue.record("it was analysed: \(wrong)")
            } catch let problem as Problem {
                #expect(problem.kind == .invalid)
                #expect(!problem.detail.contains("/"), "\(problem.detail)")
            }
        }
    }

    @Test func `a job is requeued when it is dead, and only in its workspace`() async throws {
        let house = try await House()
        let job = Job(
            id: IdentifierGenerator(clock: StandingClock(), seed: 8).next(),
            workspace: .default,
            campaign: nil,
            kind: .probe,
            payload: "{}",
            createdAt: StandingClock().now
        )
        _ = try await house.store.enqueue([job], durability: .process)
        let fleet = house.services.fleet
        #expect(try await fleet.job(job.id, in: Self.stranger) == nil)
        #expect(try await fleet.requeue(job.id, in: Self.stranger) == nil)
        await #expect(throws: Problem.self) { try await fleet.requeue(job.id, in: .default) }
        #expect(try await fleet.cancel(job.id, in: Self.stranger) == nil)
        #expect(try await fleet.cancel(job.id, in: .default)?.state == .cancelled)
        await #expect(throws: Problem.self) { try await fleet.cancel(job.id, in: .default) }
    }
}
