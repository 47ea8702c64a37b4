// SPDX-License-Identifier: Apache-2.0

import Domain

/// What is taken out of the runtime on purpose, to see that the simulation notices.
enum Sabotage: String, CaseIterable, Sendable {
    case nothing
    /// The store takes every report for one under the current lease.
    case noFencing
    /// Whoever asks for a lease has it.
    case noGroupLock
    /// What the bus lost of the messages that the database keeps is never sent again.
    case lostOutbox
    /// Ends of jobs of which the bus lost the word are never told again.
    case untoldEnds
}

/// Every choice of a simulated run; the same seed makes the same ones.
final class Chaos: Sendable {
    private let generator: Locked<SplitMix64>
    private let calm = Locked(false)

    init(seed: UInt64) {
        generator = Locked(SplitMix64(seed: seed))
    }

    /// Ends all faults; delays stay.
    func calmDown() {
        calm.withLock { $0 = true }
    }

    /// Whether a fault happens that has this chance.
    func strikes(_ chance: Double) -> Bool {
        if calm.withLock({ $0 }) { return false }
        return generator.withLock { Double.random(in: 0..<1, using: &$0) } < chance
    }

    /// A choice that is no fault.
    func chooses(_ chance: Double) -> Bool {
        generator.withLock { Double.random(in: 0..<1, using: &$0) } < chance
    }

    /// A whole number of a range.
    func number(_ range: ClosedRange<Int64>) -> Int64 {
        generator.withLock { Int64.random(in: range, using: &$0) }
    }

    /// A length of time between none and the longest, in milliseconds.
    func span(upTo longest: Int64) -> TimeSpan { TimeSpan(milliseconds: number(0...longest)) }
}

/// A process of the simulation: it can be killed, stopped for a while, and have its clock set.
final class SimulatedProcess: Sendable {
    private struct State {
        var isDead = false
        var stoppedUntil = Timestamp(milliseconds: 0)
        var offset = TimeSpan.zero
        /// Ends what waits in a dead process, once its task is cancelled.
        var task: Task<Void, Never>?
    }

    /// Thrown by what a dead process would have done.
    struct Died: Error {}

    let name: String
    let world: VirtualClock
    private let state = Locked(State())

    init(name: String, world: VirtualClock) {
        self.name = name
        self.world = world
    }

    var isDead: Bool { state.withLock { $0.isDead } }
    var offset: TimeSpan { state.withLock { $0.offset } }

    /// Runs what the process does, as a task of the world's clock.
    func start(_ body: @escaping @Sendable () async -> Void) {
        let task = Task(executorPreference: world) { await body() }
        state.withLock { $0.task = task }
    }

    /// Ends the process as `kill -9` does: nothing that it does from now on reaches anybody.
    func kill() {
        let task = state.withLock { state in
            state.isDead = true
            return state.task
        }
        task?.cancel()
    }

    /// Stops the process until an instant, as `SIGSTOP` and `SIGCONT` do.
    func stop(until instant: Timestamp) {
        state.withLock { $0.stoppedUntil = max($0.stoppedUntil, instant) }
    }

    /// Sets the clock of the process's computer.
    func setClock(_ offset: TimeSpan) {
        state.withLock { $0.offset = offset }
    }

    /// Waits while the process is stopped; throws when it is dead.
    func pass() async throws {
        while true {
            let (isDead, until) = state.withLock { ($0.isDead, $0.stoppedUntil) }
            if isDead { throw Died() }
            guard until > world.now else { return }
            try await world.sleep(until: until)
        }
    }
}

/// The clock of one process.
struct ProcessClock: TimeSource {
    let process: SimulatedProcess

    var now: Timestamp { process.world.now + process.offset }
    var steady: Timestamp { process.world.now }

    func sleep(until instant: Timestamp) async throws {
        // Like the system's: a length of time from now on, whatever happens to the clock meanwhile.
        try await process.world.sleep(for: instant - now)
        try await process.pass()
    }
}
