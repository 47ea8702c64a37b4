// SPDX-License-Identifier: Apache-2.0

import Domain
import HTTPTypes
import HummingbirdCore
import Logging
import NIOCore
import NIOHTTPTypes

/// Counts the connections of each address.
///
/// A limit on all connections together would let one address take them all.
final class AddressBook: Sendable {
    private let limit: Int
    private let counts = Locked<[String: Int]>([:])

    init(limit: Int) {
        self.limit = limit
    }

    /// How many connections are open.
    var total: Int { counts.withLock { $0.values.reduce(0, +) } }

    /// Counts a connection; false when its address has too many.
    func enter(_ address: String) -> Bool {
        counts.withLock { counts in
            guard counts[address, default: 0] < limit else { return false }
            counts[address, default: 0] += 1
            return true
        }
    }

    /// Notes that a counted connection has closed.
    func leave(_ address: String) {
        counts.withLock { counts in
            let left = (counts[address] ?? 0) - 1
            counts[address] = left > 0 ? left : nil
        }
    }
}

/// A connection that is closed at once when its address has too many of them.
struct GuardedChannel<Base: ServerChildChannel>: ServerChildChannel
where Base.Value == NIOAsyncChannel<HTTPRequestPart, HTTPResponsePart> {
    typealias Value = Base.Value

    let base: Base
    let book: AddressBook
    let onRefusal: @Sendable () -> Void

    func setup(channel: any Channel, logger: Logger) -> EventLoopFuture<Value> {
        base.setup(channel: channel, logger: logger)
    }

    func handle(value: Value, logger: Logger) async {
        let address = value.channel.remoteAddress?.ipAddress ?? "local"
        guard book.enter(address) else {
            onRefusal()
            return await refuse(value, logger: logger)
        }
        await withTaskExecutorPreference(LoopExecutor.of(value.channel.eventLoop)) {
            await base.handle(value: value, logger: logger)
        }
        book.leave(address)
    }

    private func refuse(_ value: Value, logger: Logger) async {
        do {
            // The channel wants to be used once before it is let go.
            try await value.executeThenClose { _, _ in }
        } catch {
            logger.debug("A refused connection did not close cleanly.", metadata: ["error": "\(error)"])
        }
    }
}
