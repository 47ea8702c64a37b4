// SPDX-License-Identifier: Apache-2.0

package import Domain

/// The identifiers of the messages that came last, by which a second copy is known; the oldest are forgotten first.
package struct RecentMessages: Sendable {
    private let limit: Int
    private var known: Set<MessageID> = []
    /// A ring: once full, `next` is where the oldest lies.
    private var order: [MessageID] = []
    private var next = 0

    /// Creates an empty memory for at most so many, at least 1.
    package init(limit: Int) {
        self.limit = max(1, limit)
    }

    /// Remembers a message; false when it is known already.
    package mutating func insert(_ id: MessageID) -> Bool {
        guard known.insert(id).inserted else { return false }
        if order.count < limit {
            order.append(id)
        } else {
            known.remove(order[next])
            order[next] = id
            next = (next + 1) % limit
        }
        return true
    }

    /// Forgets a message, so that it may come again.
    package mutating func remove(_ id: MessageID) {
        // Its place in the ring stays; when its turn comes, there is nothing left to forget.
        known.remove(id)
    }
}
