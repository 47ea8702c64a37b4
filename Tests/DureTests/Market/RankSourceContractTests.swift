// SPDX-License-Identifier: Apache-2.0

import Domain
import Testing

/// What every rank source keeps.
@Suite(.timeLimit(.minutes(10)))
struct RankSourceContractTests {
    private let start = MarketSubject.start

    @Test(arguments: MarketImplementation.rankSources)
    func `every unit that was asked for has one place, from 1 to the depth`(
        _ implementation: MarketImplementation
    ) async throws {
        let subject = try await implementation.make()
        for units in [subject.goal.units, ["u3", "u1"], ["u2"], []] {
            for hour in 0..<48 {
                let ranks = try await subject.ranks(of: units, at: start + .hours(hour))
                #expect(ranks.values.compactMap(\.self).allSatisfy { $0.isFinite && $0 >= 1 && $0 <= 200 })
            }
        }
    }

    @Test(arguments: MarketImplementation.rankSources)
    func `a smaller depth hides the places beyond it and changes none`(
        _ implementation: MarketImplementation
    ) async throws {
        let subject = try await implementation.make()
        let all = try await subject.ranks(depth: .max, at: start)
        let places = try all.values.map { try #require($0, "nothing is beyond a depth without limit") }.sorted()
        let last = try #require(places.last)
        for depth in [1, Int(last) - 1, Int(last), Int(last) + 1] {
            let expected = all.mapValues { place in place.flatMap { $0 <= Double(depth) ? $0 : nil } }
            #expect(try await subject.ranks(depth: depth, at: start) == expected)
        }
        #expect(try await subject.ranks(depth: Int(last) - 1, at: start).values.contains(nil))
    }

    @Test(arguments: MarketImplementation.rankSources)
    func `observing changes nothing, whoever observes and however often`(
        _ implementation: MarketImplementation
    ) async throws {
        let watched = try await implementation.make()
        let unwatched = try await implementation.make()
        for minute in 0..<100 {
            _ = try await watched.ranks(observer: "observer-\(minute % 4)", at: start + .minutes(minute * 7))
        }
        let later = start + .days(1)
        let seen = try await watched.ranks(at: later)
        #expect(try await watched.ranks(at: later) == seen)
        #expect(try await watched.ranks(of: ["u2"], at: later) == seen.filter { $0.key == "u2" })
        #expect(try await unwatched.ranks(at: later) == seen)
    }

    @Test(arguments: MarketImplementation.rankSources)
    func `an earlier instant is answered, and does not turn the source back`(
        _ implementation: MarketImplementation
    ) async throws {
        let subject = try await implementation.make()
        let straight = try await implementation.make()
        let (early, late, last) = (start + .hours(3), start + .days(2), start + .days(3))
        let seen = try await subject.ranks(at: late)
        for instant in [early, start, start - .days(1)] {
            #expect(try await subject.ranks(at: instant).count == 3)
        }
        #expect(try await subject.ranks(at: late) == seen)
        let expected = try await straight.ranks(at: last)
        #expect(try await subject.ranks(at: last) == expected)
    }

    @Test(arguments: MarketImplementation.rankSources)
    func `a unit that the source does not have is refused by its name, also among others`(
        _ implementation: MarketImplementation
    ) async throws {
        let subject = try await implementation.make()
        for units in [["u4"], ["u1", "u4"], ["u4", "u1"]] {
            let failure = await #expect(throws: Failure.self) { _ = try await subject.ranks(of: units, at: start) }
            #expect(failure?.class == .notFound)
            #expect(failure?.message.contains("'u4'") == true)
        }
    }

    @Test(arguments: MarketImplementation.rankSources)
    func `an observer's measurements have one name, the same in every source of the kind`(
        _ implementation: MarketImplementation
    ) async throws {
        let subject = try await implementation.make()
        let first = try #require(subject.rankSource)
        let second = try #require(try await implementation.make().rankSource)
        for observer in ["observer-1", "observer-2"] {
            #expect(!first.name(observer: observer, of: subject.goal).isEmpty)
            #expect(
                first.name(observer: observer, of: subject.goal) == second.name(observer: observer, of: subject.goal)
            )
        }
    }
}
