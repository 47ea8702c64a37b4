// SPDX-License-Identifier: Apache-2.0

/// Why Redis did not do what was asked.
package enum RedisError: Error, Hashable, Sendable, CustomStringConvertible {
    /// The connection could not be made, or broke; what was under way may have been done or not.
    case disconnected(reason: String)
    /// Redis did not answer in time; the connection is given up.
    case timedOut(command: String)
    /// What came was not Redis's protocol, or more than is taken in.
    case unreadable(RESPError)
    /// Redis refused a command.
    case refused(command: String, reason: String)
    /// So much waits for Redis already that nothing more is taken.
    case overloaded(limit: Int)
    /// The address of the server cannot be used.
    case invalidURL(String)

    /// Whether to try again on another connection may help.
    var isOfConnection: Bool {
        switch self {
        case .disconnected, .timedOut, .unreadable: true
        case .refused, .overloaded, .invalidURL: false
        }
    }

    /// Whether a stream or its group is not there: Redis lost its data, maybe while the read was waiting.
    var isOfMissingGroup: Bool {
        guard case .refused(_, let reason) = self else { return false }
        return reason.hasPrefix("NOGROUP") || reason.hasPrefix("UNBLOCKED")
    }

    package var description: String {
        switch self {
        case .disconnected(let reason): "no connection to Redis: \(reason)"
        case .timedOut(let command): "Redis did not answer \(command) in time"
        case .unreadable(let error): error.description
        case .refused(let command, let reason): "Redis refused \(command): \(reason)"
        case .overloaded(let limit): "more than \(limit) commands wait for Redis"
        case .invalidURL(let reason): reason
        }
    }
}
