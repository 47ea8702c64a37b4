// SPDX-License-Identifier: Apache-2.0

import Agents
import Domain
import Jobs
import Logging
import Storage
import Testing

/// What nobody knows the end of reaches a person.
struct HousekeeperAlertTests {
    @Test func `an effect without an end is an alert, once`() throws {
        let clock = VirtualClock(start: Timestamp(milliseconds: 1_767_225_600_000))
        let (store, ids) = (MemoryStore(), IdentifierGenerator(clock: clock, seed: 5))
        let keeper = Housekeeper.alerting(
            store: store,
            clock: clock,
            ids: ids,
            timing: .real,
            logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        )
        let campaign: CampaignID = ids.next()
        let effect = Effect(
            key: "mail/1",
            workspace: .default,
            campaign: campaign,
            kind: "mail.send",
            intent: "{}",
            now: clock.now
        )
        try clock.run {
            #expect(try await store.begin(effect) == .granted)
            try await clock.sleep(for: .minutes(1))
            for _ in 0..<2 { try await keeper.once() }
            let alerts = try await store.alerts(of: campaign, in: .default)
            #expect(alerts.map(\.kind) == [.effectUnclear])
            #expect(alerts.first?.message.contains("mail/1") == true)
        }
    }
}
