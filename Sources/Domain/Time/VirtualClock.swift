// SPDX-License-Identifier: Apache-2.0

/// A clock and an executor in one: all work runs on one thread in the order it became ready, and time moves only when none is left.
///
/// `run` starts an operation and drains the executor on the calling thread. Child tasks of the operation inherit the executor, so
/// the same code gives the same history every time. The operation must not leave the executor: no unstructured `Task`, no dispatch
/// queue, no blocking wait for another thread's result other than a synchronous call.
package final class VirtualClock: TimeSource, TaskExecutor {
    private struct Sleeper {
        var instant: Timestamp
        var order: UInt64
        var continuation: CheckedContinuation<Void, any Error>
    }

    private struct State {
        var now: Timestamp
        var ready: [UnownedJob] = []
        var head = 0
        var sleepers = BinaryHeap<Alarm>()
        var waiting: [UInt64: Sleeper] = [:]
        var cancelledEarly: Set<UInt64> = []
        var order: UInt64 = 0
        /// Whether the operation that runs has ended.
        var isOver = false
        /// Chooses which of the tasks that can run does; nil for the one that has waited longest.
        var shuffle: SplitMix64?
    }

    /// What the loop does next.
    private enum Step {
        case end
        case run(UnownedJob)
        case wake(Sleeper)
        case none
    }

    private let state: Locked<State>

    /// Creates a clock that stands at an instant.
    ///
    /// Tasks that can run do so in the order in which they came; with a seed in one that it chooses, as threads of their own might.
    package init(start: Timestamp, shufflingBy seed: UInt64? = nil) {
        var state = State(now: start)
        state.shuffle = seed.map { SplitMix64(seed: $0) }
        self.state = Locked(state)
    }

    package var now: Timestamp { state.withLock { $0.now } }

    package func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        state.withLock { $0.ready.append(job) }
    }

    package func sleep(until instant: Timestamp) async throws {
        try Task.checkCancellation()
        let order = state.withLock { state in
            state.order += 1
            return state.order
        }
        try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { (continuation: CheckedContinuation<Void, any Error>) in
                let isCancelled = state.withLock { state in
                    if state.cancelledEarly.remove(order) != nil { return true }
                    state.waiting[order] = Sleeper(instant: instant, order: order, continuation: continuation)
                    state.sleepers.insert(Alarm(instant: max(instant, state.now), order: order))
                    return false
                }
                if isCancelled { continuation.resume(throwing: CancellationError()) }
            }
        } onCancel: {
            let sleeper = state.withLock { state in
                let sleeper = state.waiting.removeValue(forKey: order)
                if sleeper == nil { state.cancelledEarly.insert(order) }
                return sleeper
            }
            sleeper?.continuation.resume(throwing: CancellationError())
        }
        state.withLock { _ = $0.cancelledEarly.remove(order) }
    }

    /// Runs an operation to its end in virtual time and returns its value.
    ///
    /// Blocks the calling thread meanwhile. Throws what the operation throws, and `VirtualClockError.stuck` when the operation waits
    /// for something that nothing will bring.
    package func run<Value: Sendable>(_ operation: @escaping @Sendable () async throws -> Value) throws -> Value {
        let box = ResultBox<Value>()
        state.withLock { $0.isOver = false }
        Task(executorPreference: self) { [state] in
            do {
                box.set(.success(try await operation()))
            } catch {
                box.set(.failure(error))
            }
            state.withLock { $0.isOver = true }
        }
        while true {
            switch nextStep() {
            case .end: if let outcome = box.value { return try outcome.get() }
            case .run(let job): unsafe job.runSynchronously(on: asUnownedTaskExecutor())
            case .wake(let sleeper): sleeper.continuation.resume()
            case .none: throw VirtualClockError.stuck(at: now)
            }
        }
    }

    /// Takes what comes next out of the queues, moving the clock where only sleepers are left.
    ///
    /// One turn of the lock for each step: a simulated month has millions.
    private func nextStep() -> Step {
        state.withLock { state in
            if state.isOver { return .end }
            if state.head < state.ready.count {
                if state.shuffle != nil, state.ready.count - state.head > 1 {
                    let last = UInt64(state.ready.count - state.head)
                    let chosen = state.head + Int((state.shuffle?.next() ?? 0) % last)
                    state.ready.swapAt(state.head, chosen)
                }
                defer { state.head += 1 }
                return .run(state.ready[state.head])
            }
            state.ready.removeAll(keepingCapacity: true)
            state.head = 0
            while let alarm = state.sleepers.popMinimum() {
                guard let sleeper = state.waiting.removeValue(forKey: alarm.order) else { continue }
                state.now = max(state.now, alarm.instant)
                return .wake(sleeper)
            }
            return .none
        }
    }
}

/// Holds the value that a virtual run ends with.
private final class ResultBox<Value: Sendable>: Sendable {
    private let result = Locked<Result<Value, any Error>?>(nil)

    var value: Result<Value, any Error>? { result.withLock { $0 } }

    func set(_ outcome: Result<Value, any Error>) {
        result.withLock { $0 = outcome }
    }
}

/// Why a virtual run could not go on.
package enum VirtualClockError: Error, CustomStringConvertible {
    /// Every task waits, and nobody sleeps: the operation would wait for ever.
    case stuck(at: Timestamp)

    package var description: String {
        switch self {
        case .stuck(let instant): "the simulation stands still at \(instant): every task waits for another"
        }
    }
}

/// When somebody who sleeps is to be woken: by instant, then by order of arrival.
private struct Alarm: Comparable {
    var instant: Timestamp
    var order: UInt64

    static func < (left: Self, right: Self) -> Bool {
        left.instant != right.instant ? left.instant < right.instant : left.order < right.order
    }
}
