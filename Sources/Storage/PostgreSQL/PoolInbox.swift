// SPDX-License-Identifier: Apache-2.0

import Foundation

/// Work that waits for a connection.
struct PoolWork: Sendable {
    /// Until when it is worth waiting for a connection.
    var deadline: ContinuousClock.Instant
    /// Does the work and answers whoever waits for it; an error means that the connection was lost before anything was written, and
    /// that nobody was answered.
    var run: @Sendable (PostgresConnection) -> StorageError?
    /// Answers whoever waits that it was not done.
    var fail: @Sendable (StorageError) -> Void
}

/// Hands work to the threads of a pool, first come, first served.
///
/// Threads block here and nowhere else than in libpq; callers never do.
final class PoolInbox: @unchecked Sendable {
    /// How much work may wait; more is refused.
    static let limit = 20_000

    private let condition = NSCondition()
    private var waiting: [PoolWork] = []
    private var head = 0
    private var isClosed = false

    /// Adds work; false when the inbox is closed or full.
    func push(_ work: PoolWork) -> Bool {
        condition.lock()
        defer { condition.unlock() }
        guard !isClosed, waiting.count - head < Self.limit else { return false }
        waiting.append(work)
        condition.signal()
        return true
    }

    /// Waits for work; nil when the inbox is closed and everything in it was taken.
    func pop() -> PoolWork? {
        condition.lock()
        defer { condition.unlock() }
        while head == waiting.count {
            if isClosed { return nil }
            condition.wait()
        }
        let work = waiting[head]
        head += 1
        if head == waiting.count || head > 1_024 {
            waiting.removeFirst(head)
            head = 0
        }
        return work
    }

    /// Waits for a time, or until the inbox is closed.
    func pause(_ duration: Duration) {
        let end = Date(timeIntervalSinceNow: duration / .seconds(1))
        condition.lock()
        defer { condition.unlock() }
        while !isClosed, condition.wait(until: end) {}
    }

    /// Takes no more work.
    func close() {
        condition.lock()
        defer { condition.unlock() }
        isClosed = true
        condition.broadcast()
    }

    /// Whether no more work is taken.
    var closed: Bool {
        condition.lock()
        defer { condition.unlock() }
        return isClosed
    }
}
