// SPDX-License-Identifier: Apache-2.0

import Domain
import Foundation
import Testing

/// The whole runtime under a storm of faults, a thousand times.
///
/// `DURE_SIMULATION_SEEDS` says how many seeds are run, and `DURE_SIMULATION_SEED` runs one again that failed.
@Suite(.timeLimit(.minutes(30)))
struct SimulationTests {
    private static func number(_ name: String) -> UInt64? {
        ProcessInfo.processInfo.environment[name].flatMap(UInt64.init)
    }

    private static let seeds: [UInt64] =
        number("DURE_SIMULATION_SEED").map { [$0] }
        ?? Array(1...max(number("DURE_SIMULATION_SEEDS") ?? 1_000, 1))

    /// Runs seeds on all cores until one breaks something; returns the outcomes, in order, up to and with that one.
    private static func outcomes(
        of sabotage: Sabotage,
        untilBroken: Bool
    ) async throws -> [(seed: UInt64, outcome: Simulation.Outcome)] {
        let cores = max(ProcessInfo.processInfo.activeProcessorCount, 1)
        return try await withThrowingTaskGroup(of: (UInt64, Simulation.Outcome).self) { group in
            var waiting = seeds[...]
            var found: [(seed: UInt64, outcome: Simulation.Outcome)] = []
            for seed in waiting.prefix(cores) {
                group.addTask { (seed, try Simulation(seed: seed, sabotage: sabotage).run()) }
            }
            waiting = waiting.dropFirst(cores)
            while let (seed, outcome) = try await group.next() {
                found.append((seed, outcome))
                if untilBroken, !outcome.violations.isEmpty { break }
                if let next = waiting.popFirst() {
                    group.addTask { (next, try Simulation(seed: next, sabotage: sabotage).run()) }
                }
            }
            group.cancelAll()
            return found.sorted { $0.seed < $1.seed }
        }
    }

    @Test func `whatever fails, nothing is lost and nothing counts twice`() async throws {
        let found = try await Self.outcomes(of: .nothing, untilBroken: false)
        for (seed, outcome) in found where !outcome.violations.isEmpty {
            let violations = outcome.violations.prefix(5).joined(separator: "; ")
            Issue.record("DURE_SIMULATION_SEED=\(seed) breaks: \(violations)")
        }
        let stale = found.reduce(0) { $0 + $1.outcome.stale }
        #expect(found.count < 100 || stale > 0, "late reports are part of the storm")
    }

    @Test(arguments: [Sabotage.noFencing, .noGroupLock, .lostOutbox, .untoldEnds])
    func `what is taken out is missed`(_ sabotage: Sabotage) async throws {
        let found = try await Self.outcomes(of: sabotage, untilBroken: true)
        #expect(found.contains { !$0.outcome.violations.isEmpty }, "\(found.count) seeds did not notice")
    }

    @Test func `no worker is blamed for the death of servers`() async throws {
        for seed in Self.seeds.prefix(100) {
            let outcome = try Simulation(seed: seed, sabotage: .nothing, onlyServersDie: true).run()
            for violation in outcome.violations.prefix(3) { Issue.record("seed \(seed): \(violation)") }
        }
    }

    @Test func `a seed makes the same run again`() throws {
        for seed in Self.seeds.prefix(3) {
            let runs = try (0..<2).map { _ in try Simulation(seed: seed, sabotage: .nothing).run() }
            #expect(runs[0].trace == runs[1].trace)
            #expect(runs[0].steps == runs[1].steps)
        }
    }
}
