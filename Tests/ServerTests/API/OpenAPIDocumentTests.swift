// SPDX-License-Identifier: Apache-2.0

import Domain
import Foundation
import HTTPTypes
import NIOHTTP1
import Testing

@testable import Server

@Suite(.timeLimit(.minutes(10))) struct OpenAPIDocumentTests {
    @Test func `the document has every endpoint once, and nothing else`() async throws {
        try await TestServer.run(services: FakeServices().services, authenticator: RoleAuthenticator()) { server in
            let answer = try await server.call(.GET, "/openapi.json")
            #expect(answer.status == 200)
            guard case .object(let paths)? = answer.json["paths"] else {
                Issue.record("the document has no paths")
                return
            }
            let described = paths.flatMap { path, item -> [String] in
                guard case .object(let methods) = item else { return [] }
                return methods.keys.map { $0.uppercased() + " " + path }
            }
            let served = server.process.endpoints.filter(\.isDocumented).map { $0.method.rawValue + " " + $0.path }
            #expect(described.sorted() == served.sorted())
            #expect(Set(served).count == served.count)
            let operations = server.process.endpoints.map(\.operation)
            #expect(Set(operations).count == operations.count)
        }
    }

    @Test func `every reference leads to a shape that is there`() async throws {
        try await TestServer.run(services: FakeServices().services, authenticator: RoleAuthenticator()) { server in
            let answer = try await server.call(.GET, "/openapi.json")
            guard case .object(let schemas)? = answer.json["components"]?["schemas"] else {
                Issue.record("the document has no shapes")
                return
            }
            let pieces = answer.text.components(separatedBy: "\"$ref\":\"#/components/schemas/").dropFirst()
            #expect(!pieces.isEmpty)
            for piece in pieces {
                let name = String(piece.prefix { $0 != "\"" })
                #expect(schemas[name] != nil, "\(name)")
            }
            #expect(!schemas.values.contains(.null))
        }
    }

    @Test func `the reference page names every path, and leads nowhere outside`() async throws {
        try await TestServer.run(services: FakeServices().services, authenticator: RoleAuthenticator()) { server in
            let page = try await server.call(.GET, "/docs")
            #expect(page.headers.first(name: "Content-Type") == "text/html; charset=utf-8")
            for endpoint in server.process.endpoints where endpoint.isDocumented {
                #expect(page.text.contains(endpoint.path), "\(endpoint.path)")
                #expect(page.text.contains("id=\"\(endpoint.operation)\""))
            }
            #expect(!page.text.contains("http://") && !page.text.contains("https://"))
            #expect(!page.text.contains("<script") && !page.text.contains("style=\""))
            #expect(try await server.call(.GET, "/docs/style.css").status == 200)
        }
    }

    /// A value as its encoding gives it, against the shape that is written beside it.
    private static func fault<Value: Encodable & Described>(_ value: Value) throws -> Problem? {
        let json = try CanonicalJSON.decode(JSONValue.self, from: try CanonicalJSON.encode(value))
        return Self.strict(Value.schema).fault(in: json, at: "body")
    }

    /// A shape without room for members that it does not list, so that a forgotten one is seen.
    private static func strict(_ schema: Schema) -> Schema {
        switch schema {
        case .object(let members, _):
            .object(
                members.map { member in
                    var member = member
                    member.schema = strict(member.schema)
                    return member
                },
                isClosed: true
            )
        case .named(let name, let inner): .named(name, strict(inner))
        case .array(let inner, let most): .array(strict(inner), most: most)
        case .nullable(let inner): .nullable(strict(inner))
        case .map(let inner): .map(strict(inner))
        default: schema
        }
    }

    @Test func `what is encoded has the shape that is written beside it, and no member that it lacks`() throws {
        let (ids, now) = (IdentifierGenerator(clock: RealClock(), seed: 3), Timestamp(milliseconds: 1_700_000_000_000))
        var campaign = FakeServices.campaign
        campaign.startValue = 80
        campaign.startedAt = now
        campaign.endedAt = now
        campaign.parent = campaign.id
        campaign.target = 20
        let alert = Alert(
            id: ids.next(),
            workspace: .default,
            campaign: campaign.id,
            time: now,
            kind: .rankFell,
            severity: .warning,
            message: "m"
        )
        let money = MoneyView(Money(minorUnits: 5, currency: .krw))
        #expect(try Self.fault(CampaignSummary(campaign, latest: 40, at: now)) == nil)
        #expect(try Self.fault(AlertView(alert)) == nil)
        #expect(try Self.fault(money) == nil)
        var order = PersonOrder(
            id: ids.next(),
            workspace: .default,
            campaign: campaign.id,
            order: .pause,
            reason: "r",
            givenBy: "p",
            givenAt: now
        )
        #expect(try Self.fault(OrderView(order)) == nil)
        order = order.settled(as: .carriedOut, answer: "a", at: now)
        #expect(try Self.fault(OrderView(order)) == nil)
        let detail = CampaignDetail(
            summary: CampaignSummary(campaign, latest: nil, at: now),
            generation: 1,
            trials: .init(planned: 1, running: 1, completed: 1, failed: 1, withdrawn: 1, intended: 5),
            spending: .init(spent: money, reserved: money, budget: money, trials: 1, reservedTrials: 1, trialBudget: 9),
            best: ["a": .integer(1)],
            bestChanges: "a",
            levers: [.init(settings: ["a": .integer(1)], changes: "", units: ["u"], unconfirmed: 0)],
            next: "n",
            campaign: campaign,
            alerts: [AlertView(alert)],
            orders: [.pause]
        )
        #expect(try Self.fault(detail) == nil)
        let interval = IntervalView(estimate: 1, lower: 0, upper: 2, confidence: 0.95)
        var effects = EffectsView(campaign: campaign.id)
        effects.anova = [.init(term: "a", degreesOfFreedom: 1, sumOfSquares: 1, f: 1, p: 0.5)]
        effects.control = .init(settings: [:], trials: 1, expected: interval, score: 1, grade: "elite")
        effects.gain = interval
        #expect(try Self.fault(effects) == nil)
        var forecast = ForecastView(campaign: campaign.id, summary: "s")
        forecast.method = "m"
        forecast.skill = 0.5
        forecast.points = [.init(time: now.description, value: 1, interval: interval)]
        forecast.targetDate = now.description
        #expect(try Self.fault(forecast) == nil)
        #expect(
            try Self.fault(
                PredictionView(campaign: campaign.id, settings: [:], trials: 1, mean: interval, notes: [])
            ) == nil
        )
        var rehearsal = RehearsalView(id: campaign.id, name: "n", begunAt: now.description)
        rehearsal.endedAt = now.description
        rehearsal.trials = 1
        rehearsal.virtualSeconds = 1
        rehearsal.regret = -0.1
        rehearsal.isReached = true
        rehearsal.failure = "f"
        #expect(try Self.fault(rehearsal) == nil)
        #expect(try Self.fault(Page(items: [AlertView(alert)], nextCursor: "c")) == nil)
        #expect(try Self.fault(QueueView(QueueDepth(kind: .probe, oldestReadyAt: now))) == nil)
    }
}
