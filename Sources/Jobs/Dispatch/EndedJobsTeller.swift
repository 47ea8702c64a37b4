// SPDX-License-Identifier: Apache-2.0

package import Domain
package import Logging

/// Tells again of ended jobs that nobody has taken in for a while: the first word of them was lost.
///
/// The queue is what it tells from, so that a word of an ended job needs no place in the outbox.
package struct EndedJobsTeller: Sendable {
    /// How often it looks, and how long an end may go untold.
    package static let patience = TimeSpan.seconds(5)

    private let store: any JobStore
    private let clock: any TimeSource
    private let logger: Logger
    private let tell: @Sendable (CampaignID) async throws -> Void

    /// Creates a teller; `tell` sends word that jobs of a campaign have ended.
    package init(
        store: any JobStore,
        clock: any TimeSource,
        logger: Logger,
        tell: @escaping @Sendable (CampaignID) async throws -> Void
    ) {
        self.store = store
        self.clock = clock
        self.logger = logger
        self.tell = tell
    }

    /// Runs until the task is cancelled; a fault of the store or of the messages is tried again.
    package func run() async throws {
        while true {
            try await clock.sleep(for: Self.patience)
            do {
                let late = try await store.campaignsWithUnharvestedJobs(before: clock.now - Self.patience)
                for campaign in late { try await tell(campaign) }
            } catch let error as CancellationError {
                throw error
            } catch {
                logger.warning("Agents could not be told of ended jobs.", metadata: ["error": "\(error)"])
            }
        }
    }
}
