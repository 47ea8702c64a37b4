// SPDX-License-Identifier: Apache-2.0

package import Domain

/// What a process knows about its own health: named checks, loops that must tick, and whether it is draining.
///
/// `/livez` asks nothing of it: a process that answers is alive, and a dead database must not restart every process. `/readyz` asks
/// `readiness()`.
package actor HealthBoard {
    /// What a check found.
    package struct Finding: Hashable, Sendable, Codable {
        package var name: String
        package var isGood: Bool
        /// What is wrong, or what was looked at; for a person.
        package var detail: String
    }

    /// Whether the process can take work, and why not.
    package struct Readiness: Hashable, Sendable, Codable {
        package var isReady: Bool
        /// In the order in which the checks were added; loops after them, by name.
        package var findings: [Finding]
    }

    /// Looks at one thing, and throws what is wrong with it; returns a word about it.
    package typealias Check = @Sendable () async throws -> String

    private let clock: any TimeSource
    private let patience: TimeSpan
    private let silence: TimeSpan
    private var checks: [(name: String, check: Check)] = []
    private var ticks: [String: Timestamp] = [:]
    private var drainsSince: Timestamp?

    /// Creates a board.
    ///
    /// - Parameters:
    ///   - clock: Tells how long a loop was silent.
    ///   - patience: How long a check may take before it counts as bad.
    ///   - silence: How long a loop may be silent.
    package init(clock: any TimeSource, patience: TimeSpan = .seconds(2), silence: TimeSpan = .seconds(10)) {
        self.clock = clock
        self.patience = patience
        self.silence = silence
    }

    /// Adds a check.
    package func add(_ name: String, _ check: @escaping Check) {
        checks.append((name, check))
    }

    /// Notes that a loop goes round; from its first tick on it must tick at least every ten seconds.
    package func tick(_ loop: String) {
        ticks[loop] = clock.steady
    }

    /// Notes that a loop ended as it should, so that its silence is no fault.
    package func end(_ loop: String) {
        ticks[loop] = nil
    }

    /// Says that the process takes no new work from now on.
    package func drain() {
        drainsSince = drainsSince ?? clock.now
    }

    /// Whether the process drains.
    package var isDraining: Bool { drainsSince != nil }

    /// Runs the checks, one after the other, and looks at the loops.
    package func readiness() async -> Readiness {
        var findings: [Finding] = []
        for (name, check) in checks { findings.append(await find(name, check)) }
        let now = clock.steady
        for (loop, last) in ticks.sorted(by: { $0.key < $1.key }) {
            let isGood = now - last <= silence
            let detail = isGood ? "ticks" : "has not ticked for \((now - last)); at most \(silence)"
            findings.append(Finding(name: "loop \(loop)", isGood: isGood, detail: detail))
        }
        if let drainsSince {
            findings.append(Finding(name: "draining", isGood: false, detail: "no new work since \(drainsSince)"))
        }
        return Readiness(isReady: findings.allSatisfy(\.isGood), findings: findings)
    }

    private func find(_ name: String, _ check: @escaping Check) async -> Finding {
        let (clock, patience) = (clock, patience)
        do {
            let detail = try await withThrowingTaskGroup(of: String.self) { group in
                group.addTask { try await check() }
                group.addTask {
                    try await clock.sleep(for: patience)
                    throw Failure(.timeOut, "no answer within \(patience)")
                }
                defer { group.cancelAll() }
                return try await group.next() ?? ""
            }
            return Finding(name: name, isGood: true, detail: detail)
        } catch {
            return Finding(name: name, isGood: false, detail: (error as? Failure)?.message ?? "\(error)")
        }
    }
}
