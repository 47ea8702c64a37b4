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
    private let freshness: TimeSpan
    private var checks: [(name: String, check: Check)] = []
    private var ticks: [String: Timestamp] = [:]
    private var drainsSince: Timestamp?
    /// What the checks found last, and when they began.
    private var last: (findings: [Finding], begun: Timestamp)?
    private var isLooking = false
    /// Who waits for the checks that run.
    private var waiting: [CheckedContinuation<Void, Never>] = []

    /// Creates a board.
    ///
    /// - Parameters:
    ///   - clock: Tells how long a loop was silent.
    ///   - patience: How long a check may take before it counts as bad.
    ///   - silence: How long a loop may be silent.
    ///   - freshness: How long what the checks found is believed, so that whoever asks often has no row written each time; zero for not
    ///     at all.
    package init(
        clock: any TimeSource,
        patience: TimeSpan = .seconds(2),
        silence: TimeSpan = .seconds(10),
        freshness: TimeSpan = .zero
    ) {
        self.clock = clock
        self.patience = patience
        self.silence = silence
        self.freshness = freshness
    }

    /// Adds a check.
    package func add(_ name: String, _ check: @escaping Check) {
        checks.append((name, check))
        last = nil
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

    /// Runs the checks, one after the other, unless what they found is fresh, and looks at the loops.
    ///
    /// Of several who ask at once one has the checks run, and the others wait for what they find.
    package func readiness() async -> Readiness {
        var findings = await looked()
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

    private func looked() async -> [Finding] {
        guard freshness > .zero else { return await look() }
        while true {
            if let last, clock.steady - last.begun < freshness { return last.findings }
            guard isLooking else { break }
            await withCheckedContinuation { waiting.append($0) }
        }
        isLooking = true
        let begun = clock.steady
        let findings = await look()
        // A check that was added meanwhile has not been looked at, and one that was cancelled says nothing of what it looked at.
        if findings.count == checks.count, !Task.isCancelled { last = (findings, begun) }
        isLooking = false
        let woken = waiting
        waiting = []
        for continuation in woken { continuation.resume() }
        return findings
    }

    private func look() async -> [Finding] {
        var findings: [Finding] = []
        for (name, check) in checks { findings.append(await find(name, check)) }
        return findings
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
