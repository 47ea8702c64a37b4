// SPDX-License-Identifier: Apache-2.0

import Domain
import HTTPTypes

/// Goals, campaigns, orders and rehearsals, and how the server is.
struct ControlEndpoints {
    private static let base = APIEndpoints.prefix + "/control"
    private static let goalBytes = 262_144

    let campaigns: any CampaignService
    let commands: any CommandDirectory
    let rehearsals: any RehearsalService
    let system: any SystemService

    var endpoints: [Endpoint] { reading + writing + rehearsing }

    private var reading: [Endpoint] {
        [
            .get(Self.base + "/status", "status", .control, .role(.viewer), "Shows how the server is.") { _ in
                try await system.status()
            }.quick,
            .get(
                Self.base + "/commands",
                "listCommands",
                .control,
                .role(.viewer),
                "Lists the programs that goals may name; they are registered on the machine.",
                parameters: Parameter.paging
            ) { call in try await commands.commands(in: call.workspace, paging: try call.paging()) },
            .get(
                Self.base + "/campaigns",
                "listCampaigns",
                .control,
                .role(.viewer),
                "Lists campaigns, newest first.",
                parameters: Parameter.paging + [.query("status", .word(CampaignStatus.self), "Only those of a status.")]
            ) { call in
                try await campaigns.campaigns(
                    in: call.workspace,
                    status: call.text("status").flatMap(CampaignStatus.init(rawValue:)),
                    paging: try call.paging()
                )
            },
            .get(
                Self.base + "/campaigns/{campaign}",
                "getCampaign",
                .control,
                .role(.viewer),
                "Shows how a campaign stands.",
                parameters: [APIEndpoints.campaign]
            ) { call in
                let id = try call.identifier("campaign", of: Campaign.self)
                return try call.found(try await campaigns.campaign(id, in: call.workspace), "campaign")
            },
            list("decisions", "listDecisions", "Lists what was decided and why, newest first.") {
                try await campaigns.decisions(of: $0, in: $1, paging: $2)
            },
            list("trials", "listTrials", "Lists trials by their place in the run order.") {
                try await campaigns.trials(of: $0, in: $1, paging: $2)
            },
            list("generations", "listGenerations", "Lists generations, oldest first.") {
                try await campaigns.generations(of: $0, in: $1, paging: $2)
            },
            .get(
                Self.base + "/orders/{order}",
                "getOrder",
                .control,
                .role(.viewer),
                "Shows an order and what came of it.",
                parameters: [.path("order", PersonOrder.self, "The order.")]
            ) { call in
                let id = try call.identifier("order", of: PersonOrder.self)
                return try call.found(try await campaigns.order(id, in: call.workspace), "order")
            },
        ]
    }

    /// A list of things of one campaign.
    private func list<Item>(
        _ name: String,
        _ operation: String,
        _ summary: String,
        _ read: @escaping @Sendable (CampaignID, WorkspaceID, Paging) async throws -> Page<Item>?
    ) -> Endpoint {
        .get(
            Self.base + "/campaigns/{campaign}/" + name,
            operation,
            .control,
            .role(.viewer),
            summary,
            parameters: [APIEndpoints.campaign] + Parameter.paging
        ) { call in
            let id = try call.identifier("campaign", of: Campaign.self)
            return try call.found(try await read(id, call.workspace, try call.paging()), "campaign")
        }
    }

    private var writing: [Endpoint] {
        [
            .post(
                Self.base + "/goals/preview",
                "previewGoal",
                .control,
                .role(.viewer),
                "Reads a goal and says what it would take; nothing is kept.",
                mostBytes: Self.goalBytes
            ) { (call: Call, draft: CampaignDraft) in try await campaigns.preview(draft, in: call.workspace) },
            .post(
                Self.base + "/campaigns",
                "createCampaign",
                .control,
                .role(.operator),
                "Makes a campaign of a goal; it starts by itself unless it waits for approval.",
                status: .created,
                links: [
                    .init("getCampaign", ["campaign": "$response.body#/id"]),
                    .init("listDecisions", ["campaign": "$response.body#/id"]),
                    .init("listTrials", ["campaign": "$response.body#/id"]),
                    .init("listGenerations", ["campaign": "$response.body#/id"]),
                    .init("listRounds", ["campaign": "$response.body#/id"]),
                    .init("getEffects", ["campaign": "$response.body#/id"]),
                    .init("getForecast", ["campaign": "$response.body#/id"]),
                    .init("getReport", ["campaign": "$response.body#/id"]),
                    .init("predict", ["campaign": "$response.body#/id"]),
                    .init("giveOrder", ["campaign": "$response.body#/id"]),
                ],
                mostBytes: Self.goalBytes,
                problems: [.conflict]
            ) { (call: Call, draft: CampaignDraft) in
                try await campaigns.create(draft, by: call.caller, key: try call.idempotencyKey())
            },
            Endpoint(
                .post,
                Self.base + "/campaigns/{campaign}/orders",
                "giveOrder",
                .control,
                .role(.operator),
                "Orders something of a campaign: start, pause, resume, stop, approve, reject and so on.",
                parameters: [APIEndpoints.campaign],
                takes: .json(OrderDraft.schema),
                gives: [
                    .json(OrderView.schema, .ok, "It was carried out.", links: [Self.toOrder]),
                    .json(OrderView.schema, .accepted, "It is kept, and not carried out yet.", links: [Self.toOrder]),
                ],
                problems: [.conflict],
                isIdempotent: true,
                handle: giveOrder
            ),
        ]
    }

    private static let toOrder = Endpoint.Reply.Link("getOrder", ["order": "$response.body#/id"])

    @Sendable private func giveOrder(_ call: Call) async throws -> Answer {
        let id = try call.identifier("campaign", of: Campaign.self)
        let draft: OrderDraft = try call.decode()
        let given = try await campaigns.give(draft, to: id, by: call.caller, key: try call.idempotencyKey())
        let order = try call.found(given, "campaign")
        guard order.state != .refused else {
            throw Problem(
                .conflict,
                order.answer ?? "the order was refused",
                field: "order",
                value: order.order.rawValue,
                expected: "one of the campaign's 'orders'"
            )
        }
        var answer = try Answer.json(order, status: order.state == .waiting ? .accepted : .ok)
        answer.headers[.location] = Self.base + "/orders/" + order.id.text
        return answer
    }

    private var rehearsing: [Endpoint] {
        [
            .post(
                Self.base + "/rehearsals",
                "beginRehearsal",
                .control,
                .role(.operator),
                "Runs a goal against the simulated market, in virtual time.",
                status: .accepted,
                links: [.init("getRehearsal", ["rehearsal": "$response.body#/id"])],
                mostBytes: Self.goalBytes
            ) { (call: Call, draft: RehearsalDraft) in
                try await rehearsals.begin(draft, by: call.caller, key: try call.idempotencyKey())
            },
            .get(
                Self.base + "/rehearsals",
                "listRehearsals",
                .control,
                .role(.viewer),
                "Lists this server's rehearsals, newest first.",
                parameters: Parameter.paging
            ) { call in try await rehearsals.rehearsals(in: call.workspace, paging: try call.paging()) },
            .get(
                Self.base + "/rehearsals/{rehearsal}",
                "getRehearsal",
                .control,
                .role(.viewer),
                "Shows a rehearsal and what came of it.",
                parameters: [.path("rehearsal", Campaign.self, "The rehearsal.")]
            ) { call in
                let id = try call.identifier("rehearsal", of: Campaign.self)
                return try call.found(try await rehearsals.rehearsal(id, in: call.workspace), "rehearsal")
            },
        ]
    }
}
