// SPDX-License-Identifier: Apache-2.0

import Domain
import Logging

/// Beats and the fence.
extension RemoteStay {
    func beatLoop() async throws -> Ending? {
        var backoff = Backoff(cap: timing.beat, seed: SplitMix64.seed(seed, "beat"))
        // A little before it is due, so that it is there in time.
        let interval = TimeSpan(milliseconds: timing.beat.milliseconds * 9 / 10)
        var isUnanswered = false
        while true {
            let (sentAt, link) = (clock.steady, link)
            // What was done and is not reported yet is held too.
            let (held, running) = state.withLock { state in
                (Set(state.running.keys).union(state.tokens.keys).sorted(), state.running)
            }
            do {
                let orders = try await link.connection.beat(
                    FleetWire.Beat(
                        session: link.session,
                        jobs: held.map { FleetWire.Beat.Held(id: $0) },
                        unanswered: isUnanswered ? true : nil
                    )
                )
                state.withLock { $0.fence = sentAt + Self.safe(TimeSpan(milliseconds: orders.lease)) }
                backoff.reset()
                if orders.restart { return .restart }
                carryOut(orders, on: running)
                if isUnanswered {
                    // That the line is well again is heard with the next beat, which renews the lease.
                    isUnanswered = false
                    continue
                }
                guard try await isTroubled(within: sentAt + interval - clock.steady) else { continue }
                if try await move(from: link) == .over { return .over }
            } catch FleetCallError.sessionIsOver {
                return .over
            } catch let error as FleetCallError {
                logger.warning("A beat was not answered.", metadata: ["error": "\(error)"])
                switch try await move(from: link) {
                case .over: return .over
                case .moved:
                    isUnanswered = false
                    backoff.reset()
                case .stayed:
                    isUnanswered = true
                    try await clock.sleep(for: backoff.next(after: error))
                }
            }
        }
    }

    /// Waits for the next beat; true as soon as the server is in trouble and there are others.
    private func isTroubled(within span: TimeSpan) async throws -> Bool {
        guard connections.count > 1 else {
            try await clock.sleep(for: span)
            return false
        }
        let (clock, troubles) = (clock, troubles)
        return try await race(
            {
                try await clock.sleep(for: span)
                return false
            },
            {
                _ = try await troubles.take()
                return true
            }
        )
    }

    /// Does what the answer to a beat says.
    ///
    /// It speaks of what ran when the beat was sent: a job that has come back meanwhile, under a new lease, goes on.
    private func carryOut(_ orders: FleetWire.Orders, on running: [JobID: Latch]) {
        for latch in orders.cancel.compactMap({ running[$0] }) { latch.open() }
        if orders.drain { beginDrain() }
    }

    /// Ends the session by our own clock when nothing has renewed it.
    func fenceLoop() async throws -> Ending? {
        while true {
            let fence = state.withLock { $0.fence }
            let rest = fence - clock.steady
            guard rest > .zero else { return .fenced }
            try await clock.sleep(for: rest)
        }
    }
}
