// SPDX-License-Identifier: Apache-2.0

import Foundation

/// A value that one thread at a time may touch.
///
/// It stands in for the standard library's `Mutex`, whose hand-over between threads that wait happens inside the kernel on
/// Linux: the thread sanitizer does not see it and reports races that are none, and waiting threads spin for long. See
/// `docs/decisions/006-locks.md`.
package final class Locked<Value: Sendable>: @unchecked Sendable {
    private let lock = NSLock()
    private var value: Value

    /// Puts a value behind a lock of its own.
    package init(_ value: Value) {
        self.value = value
    }

    /// Runs `body` on the value while no other thread can; never call it again from inside.
    package func withLock<Result, Failure: Error>(
        _ body: (inout Value) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        lock.lock()
        defer { lock.unlock() }
        return try body(&value)
    }
}
