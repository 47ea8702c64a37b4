// SPDX-License-Identifier: Apache-2.0

import Domain
import HTTPTypes
import NIOHTTP1
import Operations
import Testing

@testable import Server

/// Walks the list of endpoints: what is not in it is not served, and what is in it lets in whom it says.
@Suite(.timeLimit(.minutes(10))) struct EndpointAccessTests {
    /// A path of an endpoint, with something that could be there for each parameter.
    private static func path(_ endpoint: Endpoint) -> String {
        var path = endpoint.path
        for parameter in endpoint.parameters where parameter.place == .path {
            path = path.replacing("{\(parameter.name)}", with: value(parameter))
        }
        return path
    }

    private static func value(_ parameter: Parameter) -> String {
        guard case .text(let rules) = parameter.schema else { return "x" }
        if let first = rules.values?.first { return first }
        guard let pattern = rules.pattern, pattern.hasPrefix("^"), let end = pattern.firstIndex(of: "_") else {
            return "x"
        }
        return pattern[pattern.index(after: pattern.startIndex)..<end] + "_" + String(repeating: "0", count: 26)
    }

    private static func allows(_ access: Access, _ role: Caller.Role) -> Bool {
        switch access {
        case .anyone: true
        case .role(.viewer): [.viewer, .operator, .admin].contains(role)
        case .role(.operator): [.operator, .admin].contains(role)
        case .role(.admin): role == .admin
        case .role(.worker): role == .worker
        case .scope(.work): role == .worker
        case .scope(.enqueue): [.operator, .admin].contains(role)
        case .scope(.manage): role == .admin
        }
    }

    @Test func `every endpoint refuses no key, a wrong one and every role that it is not for`() async throws {
        try await TestServer.run(services: FakeServices().services, authenticator: RoleAuthenticator()) { server in
            let endpoints = server.process.endpoints
            #expect(endpoints.count > 50)
            for endpoint in endpoints {
                let (method, path) = (HTTPMethod(rawValue: endpoint.method.rawValue), Self.path(endpoint))
                let stranger = try await server.call(method, path)
                let wrong = try await server.call(method, path, headers: ["Authorization": "Bearer nobody"])
                let expected = endpoint.access == .anyone ? 200 : 401
                #expect(stranger.status == expected, "\(method) \(path)")
                #expect(wrong.status == expected, "\(method) \(path)")
                for role in Caller.Role.allCases {
                    let headers = ["Authorization": "Bearer \(role.rawValue)"]
                    let answer = try await server.call(method, path, headers: headers)
                    let isLetIn = answer.status != 401 && answer.status != 403
                    #expect(
                        isLetIn == Self.allows(endpoint.access, role),
                        "\(role) \(method) \(path): \(answer.status)"
                    )
                    if !isLetIn { #expect(answer.problem == "forbidden") }
                }
            }
        }
    }

    @Test func `another workspace's object and a missing one are told by the same words`() async throws {
        let own = FakeServices.campaign.id.text
        try await TestServer.run(services: FakeServices().services, authenticator: RoleAuthenticator()) { server in
            let path = "/api/v1/control/campaigns/"
            let mine = try await server.call(.GET, path + own, headers: ["Authorization": "Bearer viewer"])
            #expect(mine.status == 200)
            let headers = ["Authorization": "Bearer admin/other"]
            let theirs = try await server.call(.GET, path + own, headers: headers)
            let missing = try await server.call(.GET, path + "cmp_00000000000000000000000000", headers: headers)
            #expect(theirs.status == 404)
            #expect(missing.status == 404)
            for member in ["type", "title", "status", "detail", "field", "expected"] {
                #expect(theirs.json[member] == missing.json[member])
            }
        }
    }

    @Test func `a key that has expired or was revoked is refused by every endpoint`() async throws {
        try await TestServer.run(services: FakeServices().services) { server in
            var generator = SplitMix64(seed: 77)
            let old = KeyText(using: &generator)
            let now = server.clock.now
            try await server.keys.write(
                old.record(name: "old", scopes: Set(WorkerKey.Scope.allCases), createdAt: now, expiresAt: now)
            )
            for endpoint in server.process.endpoints where endpoint.access != .anyone {
                let method = HTTPMethod(rawValue: endpoint.method.rawValue)
                let answer = try await server.call(method, Self.path(endpoint), key: old)
                #expect(answer.status == 401, "\(method) \(endpoint.path)")
            }
        }
    }
}
