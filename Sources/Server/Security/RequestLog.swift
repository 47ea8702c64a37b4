// SPDX-License-Identifier: Apache-2.0

package import Domain
package import Operations

/// Notes in the audit log who asked for a change, what for, from where, and how it ended.
package struct RequestLog: RequestAudit {
    private let trail: AuditTrail
    private let clock: any TimeSource
    private let address: @Sendable (RequestHead) -> String

    /// Creates a log; `address` tells where a request came from.
    package init(
        trail: AuditTrail,
        clock: any TimeSource,
        address: @escaping @Sendable (RequestHead) -> String
    ) {
        self.trail = trail
        self.clock = clock
        self.address = address
    }

    package func note(_ caller: Caller, _ endpoint: Endpoint, _ head: RequestHead, status: Int) async throws {
        try await trail.write(
            AuditDraft(
                time: clock.now,
                workspace: caller.workspace,
                actor: "\(caller.credential.rawValue) \(caller.name) (\(caller.id))",
                action: "api." + endpoint.operation,
                // Paths hold identifiers, or a whole key that somebody took for one; bodies, which may hold secrets, are not noted.
                subject: SecretText.masked(head.path),
                detail: "answered \(status)",
                address: address(head)
            )
        )
    }
}
