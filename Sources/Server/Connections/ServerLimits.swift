// SPDX-License-Identifier: Apache-2.0

package import Domain

/// What an outsider may make the server hold, and for how long.
package struct ServerLimits: Hashable, Sendable {
    /// Bytes of all header fields of a request.
    package var headerBytes: Int
    /// Bytes of a request's path and query.
    package var targetBytes: Int
    /// Bytes of a body, where a route has no limit of its own.
    package var bodyBytes: Int
    /// How long a body may take to arrive, from the end of the head.
    package var bodyDeadline: TimeSpan
    /// Bytes of all bodies that are held at once, from whoever they come.
    package var heldBytes: Int
    /// How long a connection may be silent, take to send a head, or take nothing of an answer.
    package var idle: TimeSpan
    /// Connections in all.
    package var connections: Int
    /// Connections of one address.
    package var connectionsPerAddress: Int
    /// How long a poll for jobs waits at most.
    package var poll: TimeSpan

    /// Creates limits.
    package init(
        headerBytes: Int = 16_384,
        targetBytes: Int = 8_192,
        bodyBytes: Int = 262_144,
        bodyDeadline: TimeSpan = .seconds(10),
        heldBytes: Int = 67_108_864,
        idle: TimeSpan = .seconds(30),
        connections: Int = 1_024,
        connectionsPerAddress: Int = 256,
        poll: TimeSpan = .seconds(25)
    ) {
        self.headerBytes = headerBytes
        self.targetBytes = targetBytes
        self.bodyBytes = bodyBytes
        self.bodyDeadline = bodyDeadline
        self.heldBytes = heldBytes
        self.idle = idle
        self.connections = connections
        self.connectionsPerAddress = connectionsPerAddress
        self.poll = poll
    }
}
