// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import Domain
import Jobs
import Logging
import Operations
import Server

/// How this server is, by its own checks.
struct HouseStatus: SystemService {
    let health: HealthBoard
    let door: AgentDoor
    let clock: any TimeSource
    let startedAt: Timestamp

    func status() async throws -> SystemView {
        let readiness = await health.readiness()
        return SystemView(
            version: Dure.configuration.version,
            time: clock.now.description,
            startedAt: startedAt.description,
            isReady: readiness.isReady,
            checks: readiness.findings.map { SystemView.Check(name: $0.name, isGood: $0.isGood, detail: $0.detail) },
            agents: door.place
        )
    }
}

extension Services {
    /// The services of a house over its store.
    static func house(
        store: any Store,
        control: any FleetControl,
        door: AgentDoor,
        folder: DataFolder,
        commands: CommandShelf,
        health: HealthBoard,
        clock: any TimeSource,
        ids: IdentifierGenerator,
        logger: Logger
    ) -> Services {
        let campaigns = StoredCampaigns(store: store, door: door, commands: commands, clock: clock, ids: ids)
        let fleet = HouseFleet(control: control, store: store, clock: clock)
        return Services(
            campaigns: campaigns,
            commands: commands,
            rehearsals: RehearsalHall(folder, commands: commands, clock: clock, ids: ids, logger: logger),
            fleet: fleet,
            monitoring: StoredMonitoring(store: store, campaigns: campaigns, fleet: fleet, clock: clock),
            analytics: StoredAnalytics(
                store: store,
                folder: folder,
                clock: clock,
                work: BackgroundWork("analyses", most: 16)
            ),
            system: HouseStatus(health: health, door: door, clock: clock, startedAt: clock.now)
        )
    }
}
