// SPDX-License-Identifier: Apache-2.0

import Agents
import ArgumentParser
import Domain
import Files
import Foundation
import Logging
import Messaging

extension RunCommand {
    /// Has agents elsewhere run the campaign, and follows it until it has ended; it goes on when this process ends.
    func runElsewhere(_ file: GoalFile) async throws {
        let (clock, logger) = (SystemClock(), Logger.house())
        guard let broker = try messaging.broker(clock: clock, logger: logger) else {
            throw ExitCode.usage.saying(
                "a campaign of a shared database is run by agents elsewhere; say how to reach them: --redis redis://…"
            )
        }
        let opened = try await database.open(folder: output, logger: logger)
        let store = opened.store
        let path = URL(filePath: goal).absoluteURL.standardizedFileURL.path
        let existing = try await existing(file, path: path, in: store)
        let progress = ProgressLine(store: store, isJSON: json)
        let driver = CampaignDriver(store: store, clock: clock, workspace: .default, interval: .seconds(1)) {
            campaign in
            try await progress.show(campaign, at: clock.now)
        }
        let campaign = try await Interruption.guarding {
            try await withThrowingTaskGroup(of: Campaign?.self) { group in
                group.addTask {
                    await broker.run()
                    return nil
                }
                group.addTask {
                    let gateway = Gateway(broker: broker)
                    if let existing { return try await driver.drive(existing.id, through: gateway) }
                    let create = CreateCampaign(goal: file.goal, workspace: .default, digest: file.digest, path: path)
                    let id = try await gateway.request(create, to: .orchestrator)
                    try await CommandAudit.note(store, "campaign.create", "\(id)", detail: file.goal.name, in: .default)
                    return try await driver.drive(id, through: gateway)
                }
                defer { group.cancelAll() }
                while let campaign = try await group.next() {
                    if let campaign { return campaign }
                }
                throw CancellationError()
            }
        }
        progress.end()
        try await opened.close()
        guard let campaign else {
            Console.note("The campaign goes on without us; the same command follows it again.")
            throw ExitCode.interrupted
        }
        try Console.line("\(campaign.id) is \(campaign.status.rawValue). \(campaign.endReason ?? "")")
        if campaign.status == .failed { throw ExitCode.failure }
    }
}
