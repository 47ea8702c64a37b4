// SPDX-License-Identifier: Apache-2.0

/// What went through a broker, counted from its start.
package struct MessageCounts: Hashable, Codable, Sendable {
    package var requests = 0
    package var responses = 0
    package var commands = 0
    package var events = 0
    /// Messages that the allow-list does not have.
    package var refused = 0
    /// Requests that were not answered in time.
    package var timedOut = 0
    /// Answers that nobody waited for any more.
    package var late = 0
    /// Messages that had no room in a mailbox, once for each mailbox.
    package var dropped = 0
    /// Commands and events that one of their kind, still unread, made unnecessary.
    package var coalesced = 0
    /// Messages that could not be handled.
    package var dead = 0
    /// Second copies of messages that had come before.
    package var duplicates = 0
    /// Messages taken over from a reader that left them unfinished.
    package var reclaimed = 0
    /// Messages that were gone before anybody had handled them.
    package var lost = 0

    /// Creates counts of zero.
    package init() {}
}
