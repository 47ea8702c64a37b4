// SPDX-License-Identifier: Apache-2.0

import Domain

/// What a broker needs whose messages come from outside the process: it asks for room first, and nobody waits in a line.
extension Mailbox {
    /// Waits until a message fits in, and returns how many do; 0 when the mailbox is closed or the task is cancelled.
    ///
    /// Under a policy that does not wait, messages are taken in however full it is, and the policy decides about them.
    func room() async -> Int {
        if limits.policy != .wait, !isClosed, !Task.isCancelled { return limits.capacity }
        while !Task.isCancelled {
            let room = freeRoom
            if room > 0 || isClosed { return room }
            await withTaskCancellationHandler {
                await withCheckedContinuation { (watcher: CheckedContinuation<Void, Never>) in
                    let isDone = state.withLock { state in
                        if Task.isCancelled || state.isClosed || state.queue.count < limits.capacity { return true }
                        state.watchers.append(watcher)
                        return false
                    }
                    if isDone { watcher.resume() }
                }
            } onCancel: {
                for watcher in state.withLock({ $0.takeWatchers() }) {
                    watcher.resume()
                }
            }
        }
        return 0
    }

    /// Puts in what was read from outside: as `offer`, but where a sender would wait, the message goes in beyond the bound, for its sender is far
    /// away, and the room that was asked for before bounds how many such there are.
    func admit(_ envelope: Envelope, coalescing: Bool) -> Outcome {
        let policy = envelope.type == .event ? limits.eventPolicy : limits.policy
        guard policy == .wait else { return offer(envelope, coalescing: coalescing) }
        var reader: CheckedContinuation<Envelope?, Never>?
        let outcome = state.withLock { state -> Outcome in
            if state.isClosed { return .closed }
            if coalescing, state.queue.contains(where: { $0.isRepeated(by: envelope) }) { return .leftOut }
            traffic.began()
            if let waiting = state.reader {
                reader = waiting
                state.reader = nil
                state.taken = envelope
            } else {
                state.queue.append(envelope)
            }
            return .accepted
        }
        reader?.resume(returning: envelope)
        return outcome
    }
}
