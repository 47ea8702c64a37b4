// SPDX-License-Identifier: Apache-2.0

package import Domain

/// Why a message did not do what its sender wanted.
package enum MessageError: Error, Hashable, Codable, Sendable, CustomStringConvertible {
    /// The allow-list does not have the pair.
    case refused(from: AgentName, to: AgentName, action: String)
    /// No answer came in time; whether the action was carried out is not known.
    case timedOut(to: AgentName, action: String, after: TimeSpan)
    /// The receiver's handler threw.
    case failed(message: String, class: Failure.Class)
    /// Nobody has a mailbox of that name.
    case noSuchAgent(AgentName)
    /// The mailbox is at its bound and its policy is not to wait, or the message had to make room for a newer one.
    case mailboxFull(AgentName)
    /// The receiver does not know the action.
    case unknownAction(to: AgentName, action: String)
    /// The payload does not hold what its action needs.
    case unreadable(action: String, reason: String)
    /// The receiver is closing down.
    case stopped(AgentName)
    /// The conversation has gone through so many messages that agents seem to play it back and forth.
    case tooManyHops(action: String, limit: Int)
    /// What carries the messages cannot be reached; whether the message arrived is not known.
    case unreachable(action: String, reason: String)

    /// What an error that a handler threw becomes on its way back: a `Failure` keeps its class, a `MessageError` stays what it is.
    package init(_ error: any Error) {
        switch error {
        case let error as MessageError: self = error
        case let failure as Failure: self = .failed(message: failure.message, class: failure.class)
        case let illegal as IllegalMove: self = .failed(message: illegal.description, class: .invalid)
        default: self = .failed(message: String(describing: error), class: .unknown)
        }
    }

    /// How the failure is to be recovered from.
    package var failureClass: Failure.Class {
        switch self {
        case .refused: .permission
        case .timedOut, .stopped, .unreachable: .timeOut
        case .failed(_, let failureClass): failureClass
        case .noSuchAgent: .notFound
        case .mailboxFull: .rateLimit
        case .unknownAction, .unreadable, .tooManyHops: .invalid
        }
    }

    package var description: String {
        switch self {
        case .refused(let from, let to, let action): "\(from) may not send \(action) to \(to)"
        case .timedOut(let to, let action, let span): "\(to) did not answer \(action) within \(span)"
        case .failed(let message, _): message
        case .noSuchAgent(let name): "no agent \(name) is running"
        case .mailboxFull(let name): "the mailbox of \(name) is full; try again later"
        case .unknownAction(let to, let action): "\(to) does not know the action \(action)"
        case .unreadable(let action, let reason): "the message \(action) cannot be read: \(reason)"
        case .stopped(let name): "\(name) is closing down"
        case .tooManyHops(let action, let limit):
            "\(action) would be more than \(limit) messages after the first of its conversation"
        case .unreachable(let action, let reason): "\(action) could not be sent: \(reason)"
        }
    }
}
