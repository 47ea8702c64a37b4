// SPDX-License-Identifier: Apache-2.0

import Domain
import Logging
import Messaging
import Operations

/// What is measured of the messages that the database keeps until they are handled.
struct OutboxMetrics: Sendable {
    let store: any OutboxStore
    let outbox: OutboxRelay
    let clock: any TimeSource
    let logger: Logger

    /// Has the metrics read before each print.
    func register(in registry: MetricsRegistry) {
        let kept = registry.gauge("dure_outbox_messages", "Messages that are kept until they are handled.")
        let age = registry.gauge("dure_outbox_oldest_age_seconds", "How long the oldest kept message has waited.")
        let relayed = registry.counter(
            "dure_outbox_relayed_total",
            "Kept messages that this process sent: for the first time, and again.",
            labels: ["attempt"]
        )
        registry.beforePrint { _ in
            relayed.set(Double(outbox.sentCount), "first")
            relayed.set(Double(outbox.resentCount), "again")
            do {
                let depth = try await store.outboxDepth()
                kept.set(Double(depth.messages))
                age.set(depth.oldestAt.map { max((clock.now - $0).inSeconds, 0) } ?? 0)
            } catch {
                logger.warning("The depth of the outbox cannot be read.", metadata: ["error": "\(error)"])
            }
        }
    }
}
