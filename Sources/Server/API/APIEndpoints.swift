// SPDX-License-Identifier: Apache-2.0

import Domain

/// The endpoints under `/api/v1`, in their four areas.
struct APIEndpoints {
    static let prefix = "/api/v1"

    let services: Services

    init(_ services: Services) {
        self.services = services
    }

    var endpoints: [Endpoint] {
        ControlEndpoints(
            campaigns: services.campaigns,
            commands: services.commands,
            rehearsals: services.rehearsals,
            system: services.system
        ).endpoints
            + FleetEndpoints(fleet: services.fleet).endpoints
            + MonitoringEndpoints(monitoring: services.monitoring).endpoints
            + AnalyticsEndpoints(analytics: services.analytics).endpoints
    }

    static let campaign = Parameter.path("campaign", Campaign.self, "The campaign.")
    static let language = Parameter.query("language", .word(["en", "ko"]), "The language of the page; en by default.")
}
