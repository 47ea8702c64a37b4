// SPDX-License-Identifier: Apache-2.0

package import Domain

/// The programs that goals from outside may name.
package protocol CommandDirectory: Sendable {
    /// A workspace's registered commands, by name.
    func commands(in workspace: WorkspaceID, paging: Paging) async throws -> Page<RegisteredCommandView>
}

/// A registered command as callers may see it; what it runs is not theirs to know.
package struct RegisteredCommandView: Codable, Hashable, Sendable, Described {
    package var name: String
    /// How long it may run.
    package var timeout: String
    package var registeredAt: String

    /// Creates a view.
    package init(name: String, timeout: String, registeredAt: String) {
        self.name = name
        self.timeout = timeout
        self.registeredAt = registeredAt
    }

    private enum CodingKeys: String, CodingKey {
        case name
        case timeout
        case registeredAt = "registered_at"
    }

    package static var schema: Schema {
        .named(
            "RegisteredCommand",
            .answer([
                .required("name", .string(), "The name by which goals call it, as in {registered: NAME}."),
                .required("timeout", .string(), "How long it may run, such as 5m."),
                .required("registered_at", .time),
            ])
        )
    }
}
