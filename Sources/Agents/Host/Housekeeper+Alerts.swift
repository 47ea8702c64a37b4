// SPDX-License-Identifier: Apache-2.0

package import Domain
package import Jobs
package import Logging

extension Housekeeper {
    /// A housekeeper that tells a person of effects that nobody knows the end of.
    package static func alerting(
        store: any Store,
        clock: any TimeSource,
        ids: IdentifierGenerator,
        timing: FleetTiming,
        retention: Retention = Retention(),
        logger: Logger,
        added: @escaping @Sendable () -> Void = {}
    ) -> Housekeeper {
        Housekeeper(
            store: store,
            clock: clock,
            ids: ids,
            timing: timing,
            retention: retention,
            logger: logger,
            added: added
        ) { effect in
            var change = KnowledgeChange()
            change.alerts = [
                Alert(
                    id: ids.next(),
                    workspace: effect.workspace,
                    campaign: effect.campaign,
                    time: clock.now,
                    kind: .effectUnclear,
                    severity: .critical,
                    message:
                        "Nobody knows whether \(effect.kind) was done (key \(effect.key)). Look at the other side, then "
                        + "say so: dure effects settle."
                )
            ]
            try await store.commit(change, durability: .power)
        }
    }
}
