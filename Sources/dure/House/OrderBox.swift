// SPDX-License-Identifier: Apache-2.0

import Agents
import Domain
import Foundation
import Messaging

/// Orders for the process that runs campaigns, left as files in the data folder by other processes.
///
/// An order file appears whole (it is renamed into place) and is removed once it was carried out or refused.
struct OrderBox: Sendable {
    /// One order.
    struct Order: Codable, Sendable {
        /// The campaign; nil for every campaign.
        var campaign: CampaignID?
        var order: CampaignOrder
        var reason: String
    }

    let folder: DataFolder

    /// Leaves an order for the process that holds the folder.
    func leave(_ order: Order, id: String) throws {
        let file = folder.orders.appending(path: "\(id).json")
        try CanonicalJSON.encode(order).write(to: file, options: [.atomic])
    }

    /// Carries orders out while the body runs.
    func serving<Value: Sendable>(
        _ gateway: Gateway,
        workspace: WorkspaceID,
        _ body: @escaping @Sendable () async throws -> Value
    ) async throws -> Value {
        try await withThrowingTaskGroup(of: Value?.self) { group in
            group.addTask {
                let clock = SystemClock()
                while true {
                    try await carryOutAll(gateway, workspace: workspace)
                    try await clock.sleep(for: TimeSpan(milliseconds: 500))
                }
            }
            group.addTask { try await body() }
            defer { group.cancelAll() }
            while let value = try await group.next() {
                if let value { return value }
            }
            throw CancellationError()
        }
    }

    private func carryOutAll(_ gateway: Gateway, workspace: WorkspaceID) async throws {
        let files = try FileManager.default.contentsOfDirectory(at: folder.orders, includingPropertiesForKeys: nil)
            .filter { $0.pathExtension == "json" }
            .sorted { $0.lastPathComponent < $1.lastPathComponent }
        for file in files {
            do {
                let order = try CanonicalJSON.decode(Order.self, from: Data(contentsOf: file))
                try await Self.carryOut(order, gateway, workspace: workspace)
            } catch {
                Console.note("The order \(file.lastPathComponent) was refused: \(error)")
            }
            try FileManager.default.removeItem(at: file)
        }
    }

    /// Carries one order out.
    static func carryOut(_ order: Order, _ gateway: Gateway, workspace: WorkspaceID) async throws {
        if let campaign = order.campaign {
            let steer = SteerCampaign(campaign: campaign, order: order.order, reason: order.reason)
            _ = try await gateway.request(steer, to: .orchestrator, timeout: .minutes(2))
        } else {
            _ = try await gateway.request(HaltEverything(workspace: workspace), to: .orchestrator, timeout: .minutes(2))
        }
    }
}
