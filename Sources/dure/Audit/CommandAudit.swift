// SPDX-License-Identifier: Apache-2.0

import Domain
import Foundation
import Operations

/// Entries in the audit log of what a command did by itself, without a server.
///
/// What a command asks of a server, the server notes.
enum CommandAudit {
    /// The user of this process, and the computer.
    static var person: String { "\(NSUserName())@\(ProcessInfo.processInfo.hostName)" }

    /// Notes what was done, by the user of this process unless another is named.
    static func note(
        _ store: any AuditStore,
        _ action: String,
        _ subject: String,
        detail: String = "",
        by person: String = person,
        in workspace: WorkspaceID
    ) async throws {
        try await AuditTrail(store: store, logger: .house()).write(
            AuditDraft(
                time: SystemClock().now,
                workspace: workspace,
                actor: "command \(person)",
                action: action,
                subject: subject,
                detail: detail
            )
        )
    }

    /// Notes what a person ordered of a campaign, or of all.
    static func note(_ store: any AuditStore, _ order: PersonOrder) async throws {
        try await note(
            store,
            "campaign.\(order.order.rawValue)",
            order.campaign.map { "\($0)" } ?? "every campaign",
            detail: order.reason,
            by: order.givenBy,
            in: order.workspace
        )
    }

    /// Notes what a person ordered of a workflow's run.
    static func note(_ store: any AuditStore, _ order: WorkflowOrder) async throws {
        let name =
            switch order.action {
            case .start: "start"
            case .answer(_, let isApproved): isApproved ? "approve" : "reject"
            case .cancel: "cancel"
            }
        try await note(
            store,
            "workflow.\(name)",
            "\(order.run)",
            detail: order.reason,
            by: order.givenBy,
            in: order.workspace
        )
    }
}
