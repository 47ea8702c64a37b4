// SPDX-License-Identifier: Apache-2.0

import Domain
import Logging

/// Going on at another server.
extension RemoteStay {
    /// What came of an attempt to move.
    enum Move: Hashable {
        case moved
        case stayed
        /// The fleet says that the session is over.
        case over
    }

    /// Goes on at another server, with what the worker still has.
    func move(from former: Link) async throws -> Move {
        let ended = Latch()
        state.withLock { $0.moving = ended }
        defer {
            state.withLock { $0.moving = nil }
            ended.open()
        }
        for step in 1..<max(connections.count, 1) {
            let place = (former.place + step) % connections.count
            let tokens = state.withLock { $0.tokens }
            var request = application
            request.resume = FleetWire.Resume(
                session: former.session,
                jobs: tokens.sorted { $0.key < $1.key }.map { FleetWire.Resume.Held(id: $0, token: $1) }
            )
            let sentAt = clock.steady
            do {
                let registered = try await connections[place].register(request)
                // A server that knows no resuming has begun anew.
                guard let kept = registered.kept else { return .over }
                take(registered, at: place, kept: Set(kept), since: sentAt, former)
                return .moved
            } catch FleetCallError.sessionIsOver {
                return .over
            } catch let error as FleetCallError {
                logger.warning("Another server did not take the worker over.", metadata: ["error": "\(error)"])
            }
        }
        return .stayed
    }

    private func take(
        _ registered: FleetWire.Registered,
        at place: Int,
        kept: Set<JobID>,
        since sentAt: Timestamp,
        _ former: Link
    ) {
        let link = Link(place: place, session: registered.session, connection: connections[place])
        let lost = state.withLock { state in
            state.link = link
            state.batch = 0
            state.fence = sentAt + Self.safe(TimeSpan(milliseconds: registered.lease))
            return state.running.filter { !kept.contains($0.key) }.values.map { $0 }
        }
        for latch in lost { latch.open() }
        former.left.open()
        onSession(registered.session)
        logger.info(
            "Another server took the worker over.",
            metadata: ["session": "\(registered.session)", "jobs": "\(kept.count)"]
        )
    }

    /// Whether the worker has left a server, once a move that is under way has ended.
    func hasMoved(from link: Link) async throws -> Bool {
        if let moving = state.withLock({ $0.moving }) { try await moving.wait() }
        return link.left.isOpen
    }
}
