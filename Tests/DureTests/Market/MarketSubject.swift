// SPDX-License-Identifier: Apache-2.0

import Domain
import Foundation
import Storage
import Testing

@testable import dure

/// The implementations of the market's ports that ship, and so keep their contracts.
enum MarketImplementation: CaseIterable, CustomTestStringConvertible {
    case simulated
    case markets
    case program
    case routedMarket
    case routedProgram

    /// Those that tell where units rank.
    static let rankSources: [Self] = [.simulated, .markets]

    var testDescription: String { "\(self)" }

    /// Makes an implementation that nothing was applied to; two that are made have the same in them.
    func make() async throws -> MarketSubject {
        let folder = try TemporaryFolder()
        let markets = Markets(store: MemoryStore(), clock: StandingClock(), workspace: .default)
        let router = LeverRouter(markets: markets, runner: .inheriting)
        switch self {
        case .simulated:
            let goal = MarketSubject.goal()
            let market = try await markets.market(of: goal)
            return MarketSubject(goal: goal, lever: market, rankSource: market)
        case .markets:
            return MarketSubject(goal: MarketSubject.goal(), lever: markets, rankSource: markets)
        case .routedMarket:
            return MarketSubject(goal: MarketSubject.goal(), lever: router)
        case .program:
            return MarketSubject(goal: MarketSubject.goal(in: folder), lever: router.programs, folder: folder)
        case .routedProgram:
            return MarketSubject(goal: MarketSubject.goal(in: folder), lever: router, folder: folder)
        }
    }
}

/// An implementation with a goal of its own, and a way to see what is applied through it.
struct MarketSubject {
    static let start = StandingClock().now
    /// Two combinations that differ from the control in every factor, and from each other.
    static let others = [Combination([1, 1]), Combination([2, 0])]

    let goal: Goal
    let lever: any Lever
    var rankSource: (any RankSource)?
    /// Where the goal's program notes what it is told; nil for a market.
    var folder: TemporaryFolder?

    /// A goal of three units, tried in the simulated market, or by a program that notes in a folder what it is told.
    static func goal(in folder: TemporaryFolder? = nil) -> Goal {
        let apply = folder.map {
            Command(arguments: ["sh", "-c", "cat > \"$DURE_UNIT.json\""], directory: $0.url.path)
        }
        return Goal(
            name: "contract",
            keywords: ["socks"],
            objective: Objective(metric: "rank", direction: .lower, target: 20, depth: 200),
            factors: [
                Factor(name: "price", levels: [.integer(19_900), .integer(17_900), .integer(15_900)]),
                Factor(name: "coupon", levels: [.integer(5), .integer(0)]),
            ],
            trial: TrialTemplate(
                kind: folder == nil ? .simulated : .command,
                window: .hours(6),
                washOut: .hours(1),
                apply: apply
            ),
            units: ["u1", "u2", "u3"]
        )
    }

    func apply(_ combination: Combination, to unit: String, at now: Timestamp = start) async throws {
        try await lever.apply(combination, to: unit, of: goal, at: now)
    }

    /// What a unit has, in a form that is the same for the same combination at one instant, and differs for others.
    func applied(to unit: String, at now: Timestamp = start) async throws -> String {
        guard let folder else {
            return try CanonicalJSON.text(try await lever.metrics(of: unit, of: goal, from: now, to: now))
        }
        return try String(contentsOf: folder.url.appending(path: unit + ".json"), encoding: .utf8)
    }

    /// What every unit has, in the goal's order.
    func applied(at now: Timestamp = start) async throws -> [String] {
        var all: [String] = []
        for unit in goal.units {
            all.append(try await applied(to: unit, at: now))
        }
        return all
    }

    /// What one observer sees of units, by unit; fails the test where a unit is missing or there twice.
    func ranks(
        of units: [String]? = nil,
        depth: Int? = nil,
        observer: String = "one",
        at now: Timestamp
    ) async throws -> [String: Double?] {
        var goal = goal
        if let depth { goal.objective.depth = depth }
        let asked = units ?? goal.units
        let source = try #require(rankSource)
        let seen = try await source.observe(units: asked, of: goal, observer: observer, at: now)
        #expect(seen.map(\.unit).sorted() == asked.sorted())
        return Dictionary(seen.map { ($0.unit, $0.rank) }) { first, _ in first }
    }
}
