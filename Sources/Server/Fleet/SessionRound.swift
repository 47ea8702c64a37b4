// SPDX-License-Identifier: Apache-2.0

import Domain

/// Sessions that are looked at one after the other, again and again, so that those that are over can be dropped without a look at all.
struct SessionRound: Sendable {
    private var sessions: [SessionID] = []
    private var place = 0

    /// Adds a session at the end.
    mutating func add(_ session: SessionID) {
        sessions.append(session)
    }

    /// Takes the next session out; add it again unless it is over.
    mutating func next() -> SessionID? {
        guard let last = sessions.popLast() else { return nil }
        place = place < sessions.count ? place : 0
        guard place < sessions.count else { return last }
        defer {
            sessions[place] = last
            place += 1
        }
        return sessions[place]
    }
}
