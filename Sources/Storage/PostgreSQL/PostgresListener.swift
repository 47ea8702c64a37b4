// SPDX-License-Identifier: Apache-2.0

import CPQ
import Domain
import Foundation
package import Logging

/// What a listener hears.
package enum PostgresSignal: Hashable, Sendable {
    /// Somebody notified a channel.
    case notified(channel: String, payload: String)
    /// The connection is there, or there again: what was notified before may have been missed, so look once.
    case connected
}

/// Hears notifications on a connection of its own, which it makes anew whenever it is lost.
///
/// Signals come on its thread, one at a time; the handler must be quick.
package final class PostgresListener: Sendable {
    private let settings: PostgresSettings
    private let channels: [String]
    private let handler: @Sendable (PostgresSignal) -> Void
    private let log: Logger
    private let waker: WakePipe
    private let inbox = PoolInbox()

    /// Begins to listen; names of channels are taken as they are, capitals included.
    package init(
        _ settings: PostgresSettings,
        channels: [String],
        log: Logger,
        handler: @escaping @Sendable (PostgresSignal) -> Void
    ) throws(StorageError) {
        self.settings = settings
        self.channels = channels
        self.handler = handler
        self.log = log
        waker = try WakePipe()
        let thread = Thread { [self] in serve() }
        thread.name = "postgres-listen"
        thread.start()
    }

    /// Ends it; a signal that is being handled may still end.
    package func close() {
        inbox.close()
        waker.wake()
    }

    private func serve() {
        var backoff = Backoff()
        while !inbox.closed {
            do {
                let connection = try PostgresConnection(settings)
                for channel in channels {
                    _ = try connection.simple("LISTEN \(PostgresConnection.quoted(channel))")
                }
                backoff.reset()
                handler(.connected)
                while !inbox.closed {
                    for signal in try connection.notifications(orUntil: waker) { handler(signal) }
                }
            } catch {
                let pause = backoff.next()
                log.warning("Notifications cannot be heard", metadata: ["reason": "\(error)", "pause": "\(pause)"])
                inbox.pause(pause)
            }
        }
    }
}

extension PostgresConnection {
    /// Waits for notifications, or until a pipe is woken.
    func notifications(orUntil waker: WakePipe) throws(StorageError) -> [PostgresSignal] {
        var descriptors = [
            pollfd(fd: unsafe PQsocket(pointer), events: Int16(POLLIN), revents: 0),
            pollfd(fd: waker.reader, events: Int16(POLLIN), revents: 0),
        ]
        guard unsafe poll(&descriptors, 2, -1) >= 0 || errno == EINTR else { throw connectionError() }
        guard unsafe PQconsumeInput(pointer) == 1, !isLost else { throw connectionError() }
        var signals: [PostgresSignal] = []
        while let notification = unsafe PQnotifies(pointer) {
            unsafe signals.append(
                .notified(
                    channel: String(cString: notification.pointee.relname),
                    payload: String(cString: notification.pointee.extra)
                )
            )
            unsafe PQfreemem(notification)
        }
        return signals
    }
}

/// A pipe that wakes a thread which waits for a socket.
final class WakePipe: Sendable {
    /// The end to wait for.
    let reader: Int32
    private let writer: Int32

    init() throws(StorageError) {
        var ends: [Int32] = [0, 0]
        guard unsafe pipe(&ends) == 0 else { throw .unavailable("no pipe could be made (error \(errno))") }
        for end in ends {
            _ = fcntl(end, F_SETFD, FD_CLOEXEC)
            _ = fcntl(end, F_SETFL, O_NONBLOCK)
        }
        (reader, writer) = (ends[0], ends[1])
    }

    deinit {
        close(reader)
        close(writer)
    }

    /// Wakes whoever waits, and whoever will.
    func wake() {
        var byte: UInt8 = 1
        _ = unsafe write(writer, &byte, 1)
    }
}
