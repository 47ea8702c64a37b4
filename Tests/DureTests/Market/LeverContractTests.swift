// SPDX-License-Identifier: Apache-2.0

import Domain
import Testing

/// What every lever keeps.
@Suite(.timeLimit(.minutes(10)))
struct LeverContractTests {
    private let start = MarketSubject.start

    @Test(arguments: MarketImplementation.allCases)
    func `a unit has what was applied last, whatever was before`(_ implementation: MarketImplementation) async throws {
        let subject = try await implementation.make()
        var seen: [Combination: String] = [:]
        let (control, others) = (subject.goal.control, MarketSubject.others)
        for combination in [control, others[0], others[0], others[1], others[0], control, others[1]] {
            try await subject.apply(combination, to: "u1")
            let applied = try await subject.applied(to: "u1")
            #expect(applied == seen[combination] ?? applied, "\(combination) shows as it did the last time")
            seen[combination] = applied
        }
        #expect(Set(seen.values).count == 3, "different combinations show as such")
    }

    @Test(arguments: MarketImplementation.allCases)
    func `no unit touches another, and all go back by applying the control`(
        _ implementation: MarketImplementation
    ) async throws {
        let subject = try await implementation.make()
        let control = subject.goal.control
        for unit in subject.goal.units {
            try await subject.apply(control, to: unit)
        }
        let before = try await subject.applied()
        try await subject.apply(MarketSubject.others[0], to: "u1")
        try await subject.apply(MarketSubject.others[1], to: "u3")
        let during = try await subject.applied()
        #expect(zip(before, during).map(==) == [false, true, false])
        for unit in subject.goal.units {
            try await subject.apply(control, to: unit)
        }
        #expect(try await subject.applied() == before)
    }

    @Test(arguments: MarketImplementation.allCases)
    func `applying twice is the same as once, also for what comes after`(
        _ implementation: MarketImplementation
    ) async throws {
        let once = try await implementation.make()
        let twice = try await implementation.make()
        let (end, combination) = (start + .hours(12), MarketSubject.others[0])
        try await once.apply(combination, to: "u1")
        try await twice.apply(combination, to: "u1")
        try await twice.apply(combination, to: "u1")
        try await twice.apply(combination, to: "u1", at: start + .hours(3))
        let applied = try await once.applied(to: "u1", at: end)
        #expect(try await twice.applied(to: "u1", at: end) == applied)
        for unit in once.goal.units {
            let expected = try await once.lever.metrics(of: unit, of: once.goal, from: start, to: end)
            #expect(try await twice.lever.metrics(of: unit, of: twice.goal, from: start, to: end) == expected)
        }
        guard once.rankSource != nil else { return }
        let ranks = try await once.ranks(at: end)
        #expect(try await twice.ranks(at: end) == ranks)
    }

    @Test(arguments: MarketImplementation.allCases)
    func `a unit that the goal does not have is refused by its name`(
        _ implementation: MarketImplementation
    ) async throws {
        let subject = try await implementation.make()
        for unit in ["u4", "", "U1"] {
            let applying = await #expect(throws: Failure.self) {
                try await subject.apply(subject.goal.control, to: unit)
            }
            let asking = await #expect(throws: Failure.self) {
                _ = try await subject.lever.metrics(of: unit, of: subject.goal, from: start, to: start + .hours(6))
            }
            for failure in [applying, asking] {
                #expect(failure?.class == .notFound)
                #expect(failure?.message.contains("'\(unit)'") == true)
            }
        }
    }

    @Test(arguments: MarketImplementation.allCases)
    func `a combination that is not the goal's is refused, and the unit stays as it was`(
        _ implementation: MarketImplementation
    ) async throws {
        let subject = try await implementation.make()
        try await subject.apply(MarketSubject.others[0], to: "u1")
        let before = try await subject.applied(to: "u1")
        for levels in [[], [0], [0, 0, 0], [3, 0], [0, 2], [-1, 0]] {
            let wrong = Combination(levels)
            let failure = await #expect(throws: Failure.self) { try await subject.apply(wrong, to: "u1") }
            #expect(failure?.class == .invalid)
            #expect(failure?.message.contains("ombination \(wrong)") == true)
        }
        #expect(try await subject.applied(to: "u1") == before)
    }

    @Test(arguments: MarketImplementation.allCases)
    func `metrics are finite numbers without the rank, and asking changes nothing`(
        _ implementation: MarketImplementation
    ) async throws {
        let subject = try await implementation.make()
        for unit in subject.goal.units {
            try await subject.apply(MarketSubject.others[0], to: unit)
        }
        let (asked, unasked) = (start + .hours(6), start + .hours(12))
        let first = try await subject.lever.metrics(of: "u1", of: subject.goal, from: start, to: asked)
        #expect(first[Objective.rank] == nil)
        #expect(first.values.allSatisfy { $0.isFinite })
        for _ in 0..<3 {
            _ = try await subject.lever.metrics(of: "u2", of: subject.goal, from: start, to: asked)
            let again = try await subject.lever.metrics(of: "u1", of: subject.goal, from: start, to: asked)
            #expect(again == first)
        }
        let other = try await implementation.make()
        for unit in other.goal.units {
            try await other.apply(MarketSubject.others[0], to: unit)
        }
        let expected = try await other.lever.metrics(of: "u1", of: other.goal, from: start, to: unasked)
        #expect(try await subject.lever.metrics(of: "u1", of: subject.goal, from: start, to: unasked) == expected)
        let applied = try await other.applied(at: unasked)
        #expect(try await subject.applied(at: unasked) == applied)
    }
}
