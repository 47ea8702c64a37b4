// SPDX-License-Identifier: Apache-2.0

/// What somebody may do in a workspace.
///
/// Viewer, operator and admin each include the one before; a worker takes jobs and reports, and may do nothing else.
package enum Role: String, Codable, Sendable, CaseIterable {
    /// Looks at everything but keys, audit and settings.
    case viewer
    /// Also steers: campaigns, jobs, alerts.
    case `operator`
    /// Also keys, sessions, settings, audit, and commands that run programs.
    case admin
    /// Takes jobs and reports them.
    case worker

    /// Whether whoever has this role may do what asks for another.
    package func includes(_ needed: Role) -> Bool {
        switch (self, needed) {
        case (.worker, .worker), (.viewer, .viewer): true
        case (.operator, .viewer), (.operator, .operator): true
        case (.admin, .viewer), (.admin, .operator), (.admin, .admin): true
        default: false
        }
    }
}
