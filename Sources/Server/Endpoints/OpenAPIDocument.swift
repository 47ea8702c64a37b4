// SPDX-License-Identifier: Apache-2.0

import Domain
import HTTPTypes

/// The OpenAPI 3.1 document of endpoints: what the server does is what it says, for both come from one declaration.
struct OpenAPIDocument {
    /// The version of the API; it rises when something is no longer as it was.
    static let version = "1"

    let endpoints: [Endpoint]

    /// The document.
    var json: JSONValue {
        var schemas: [String: JSONValue] = [:]
        var paths: [String: JSONValue] = [:]
        for endpoint in endpoints where endpoint.isDocumented {
            var item: [String: JSONValue] = [:]
            if case .object(let known)? = paths[endpoint.path] { item = known }
            item[endpoint.method.rawValue.lowercased()] = operation(endpoint, &schemas)
            paths[endpoint.path] = .object(item)
        }
        _ = Problem.schema.document(&schemas)
        return .object([
            "openapi": .string("3.1.0"),
            "info": .object([
                "title": .string("Dure"),
                "version": .string(Self.version),
                "description": .string(
                    "Campaigns, the fleet, what is seen of the market and what was found. Every error is a problem of RFC 9457 that names "
                        + "field, value and remedy; times are RFC 3339; lists come in pages with next_cursor; a POST may be sent again "
                        + "under its Idempotency-Key. Fields may be added to answers, and new answers to words: clients pass over what "
                        + "they do not know."
                ),
                "license": .object(["name": .string("Apache-2.0"), "identifier": .string("Apache-2.0")]),
            ]),
            "servers": .array([.object(["url": .string("/")])]),
            "tags": .array(
                Endpoint.Area.allCases.map { area in
                    .object(["name": .string(area.rawValue), "description": .string(area.about)])
                }
            ),
            "paths": .object(paths),
            "components": .object([
                "schemas": .object(schemas),
                "securitySchemes": .object([
                    "key": .object([
                        "type": .string("http"), "scheme": .string("bearer"),
                        "description": .string("A key, or a short-lived token."),
                    ])
                ]),
            ]),
        ])
    }

    private func operation(_ endpoint: Endpoint, _ schemas: inout [String: JSONValue]) -> JSONValue {
        var operation: [String: JSONValue] = [
            "operationId": .string(endpoint.operation),
            "summary": .string(endpoint.summary),
            "description": .string(endpoint.access.about),
            "tags": .array([.string(endpoint.area.rawValue)]),
            "responses": .object(responses(endpoint, &schemas)),
            "security": .array(endpoint.access == .anyone ? [] : [.object(["key": .array([])])]),
        ]
        var parameters = endpoint.parameters.map { parameter -> JSONValue in
            .object([
                "name": .string(parameter.name), "in": .string(parameter.place.rawValue),
                "required": .bool(parameter.place == .path), "description": .string(parameter.about),
                "schema": parameter.schema.document(&schemas),
            ])
        }
        if endpoint.isIdempotent { parameters.append(Self.idempotencyKey) }
        if !parameters.isEmpty { operation["parameters"] = .array(parameters) }
        if let intake = endpoint.intake {
            operation["requestBody"] = .object([
                "required": .bool(intake.isRequired),
                "content": .object([intake.type: .object(["schema": intake.schema.document(&schemas)])]),
            ])
        }
        return .object(operation)
    }

    private static let idempotencyKey = JSONValue.object([
        "name": .string("Idempotency-Key"), "in": .string("header"), "required": .bool(false),
        "description": .string("Two requests with one key are one request; the first one's answer is given again."),
        "schema": .object([
            "type": .string("string"), "pattern": .string("^[!-~]{1,200}$"), "minLength": .integer(1),
            "maxLength": .integer(200),
        ]),
    ])

    private func responses(_ endpoint: Endpoint, _ schemas: inout [String: JSONValue]) -> [String: JSONValue] {
        var responses: [String: JSONValue] = [:]
        for reply in endpoint.replies {
            var response: [String: JSONValue] = ["description": .string(reply.about)]
            if let schema = reply.schema {
                response["content"] = .object([
                    "application/json": .object(["schema": schema.document(&schemas)])
                ])
            } else if let type = reply.type {
                response["content"] = .object([type: .object(["schema": .object(["type": .string("string")])])])
            }
            if !reply.links.isEmpty {
                response["links"] = .object(
                    Dictionary(reply.links.map { ($0.operation, Self.link($0)) }) { first, _ in first }
                )
            }
            responses[String(reply.status.code)] = .object(response)
        }
        if endpoint.method == .get {
            responses["304"] = .object(["description": .string("It is as the If-None-Match tag says.")])
        }
        let problems = Dictionary(grouping: endpoint.allProblems, by: \.status.code)
        for (code, kinds) in problems {
            let titles = kinds.sorted { $0.rawValue < $1.rawValue }.map { "\($0.rawValue): \($0.title)" }
            responses[String(code)] = .object([
                "description": .string(titles.joined(separator: " ")),
                "content": .object([
                    "application/problem+json": .object(["schema": Problem.schema.document(&schemas)])
                ]),
            ])
        }
        return responses
    }

    private static func link(_ link: Endpoint.Reply.Link) -> JSONValue {
        .object([
            "operationId": .string(link.operation),
            "parameters": .object(link.parameters.mapValues { .string($0) }),
        ])
    }
}

extension Endpoint.Area {
    /// What the area is, in a sentence.
    var about: String {
        switch self {
        case .control: "Goals, campaigns, orders, rehearsals; how the server is."
        case .fleet: "Workers, groups, jobs, dead letters, times of rest."
        case .monitoring: "Ranks, anomalies, alerts, and what the overview shows."
        case .analytics: "Analyses, effects, predictions, forecasts, reports, trends."
        case .workers: "The protocol of workers in any language."
        case .jobs: "Jobs from outside."
        case .keys: "The keys of programs and people."
        case .about: "Documents about this server."
        }
    }
}

extension Access {
    /// What is needed, in a sentence.
    var about: String {
        switch self {
        case .anyone: "Needs no key."
        case .role(.worker): "Needs a worker's key."
        case .role(let role): "Needs the role `\(role.rawValue)`" + (role == .admin ? "." : " or one above it.")
        case .scope(let scope): "Needs a key with the scope `\(scope.rawValue)`."
        }
    }
}
