// SPDX-License-Identifier: Apache-2.0

import Domain
package import Logging
package import Operations
package import ServiceLifecycle

/// The probes alone, for a process that serves nothing else, such as a worker.
package enum ProbeServer {
    /// A service that answers `/livez`, `/readyz` and `/metrics`; `onListening` hears the port once it is open.
    package static func service(
        at place: Listening,
        health: HealthBoard,
        registry: MetricsRegistry,
        logger: Logger,
        onListening: @escaping @Sendable (Int) -> Void = { _ in }
    ) throws -> any Service {
        let limits = ServerLimits(idle: .seconds(10), connections: 64, connectionsPerAddress: 32)
        return try Listener.application(
            ProbeResponder(health: health, registry: registry),
            at: place,
            limits: limits,
            book: AddressBook(limit: limits.connectionsPerAddress),
            onRefusal: {},
            logger: logger,
            onListening: onListening
        )
    }
}
