// SPDX-License-Identifier: Apache-2.0

import Domain
import Foundation
import NIOHTTP1
import Server
import Testing

@testable import dure

/// What a client may write is listed; what it writes beside that changes nothing.
@Suite(
    .enabled(if: ProcessHouse.program != nil, "the program was not built"),
    .serialized,
    .timeLimit(.minutes(30))
)
struct MassAssignmentTests {
    /// Protocols of machines, older and newer than the server, whose further members are passed over.
    private static let open: Set<Endpoint.Area> = [.workers]
    private static let openOperations: Set<String> = ["addJob"]

    /// The objects in a shape that take members which are not listed.
    private static func openObjects(_ schema: Schema, at place: String) -> [String] {
        switch schema {
        case .object(let members, let isClosed):
            (isClosed ? [] : [place]) + members.flatMap { openObjects($0.schema, at: "\(place).\($0.name)") }
        case .array(let schema, _): openObjects(schema, at: place + "[]")
        case .nullable(let schema), .named(_, let schema): openObjects(schema, at: place)
        case .anything, .boolean, .integer, .number, .text, .map: []
        }
    }

    @Test func `a request's shape has the members that may be written, and no others`() async throws {
        var count = 0
        for endpoint in try await RoleTableTests.endpoints() {
            guard let intake = endpoint.intake, intake.type == "application/json", !Self.open.contains(endpoint.area),
                !Self.openOperations.contains(endpoint.operation)
            else { continue }
            count += 1
            #expect(intake.isChecked, "\(endpoint.operation)")
            #expect(Self.openObjects(intake.schema, at: endpoint.operation) == [])
        }
        #expect(count >= 10)
    }

    @Test func `members that are not for writing are refused, or change nothing`() async throws {
        try await GuardedProgram.run { program in
            let admin = program.keys[.admin]
            let extra = """
                "workspace":"other","id":"x","role_":"admin","hash":"0","scopes":["manage","work"],"created_at":"2000-01-01T00:00:00Z",\
                "revoked_at":null,"givenBy":"root","given_by":"root","status":"running","price":0
                """
            for (path, body) in [
                ("/api/v1/keys", "{\"name\":\"x\",\"role\":\"viewer\",\(extra)}"),
                ("/v1/keys", "{\"name\":\"x\",\(extra)}"),
                ("/v1/fleet/maintenance", "{\"target\":\"groups\",\"length\":60000,\(extra)}"),
                ("/api/v1/sign-in-links", "{\"name\":\"x\",\"role\":\"viewer\",\(extra)}"),
                ("/api/v1/control/goals/preview", "{\"goal\":\"x\",\(extra)}"),
                ("/api/v1/control/campaigns", "{\"goal\":\"x\",\(extra)}"),
                ("/api/v1/control/rehearsals", "{\"goal\":\"x\",\(extra)}"),
                ("/api/v1/analytics/analyses", "{\"csv\":\"a,y\\n1,2\",\"responses\":[\"y\"],\(extra)}"),
            ] {
                let reply = try await program.ask(.POST, path, key: admin, body: body)
                #expect(reply.status == 400 || reply.status == 422, "\(path): \(reply.text)")
                let named = try #require(
                    reply.text.firstMatch(of: /"field":"([^"]*)"/)?.output.1,
                    "\(path): \(reply.text)"
                )
                #expect(extra.contains("\"\(named.split(separator: ".").last ?? "")\""), "\(path): \(reply.text)")
            }
            let keys = try await program.ask(.GET, "/api/v1/keys", key: admin)
            #expect(!keys.text.contains("\"name\":\"x\""), "nothing was made")
            // A job's state, its workspace and its tries are the queue's.
            let job = try await program.ask(
                .POST,
                "/v1/jobs",
                key: program.keys[.operator],
                body: "{\"kind\":\"probe\",\"payload\":{},\"state\":\"completed\",\"attempts\":99,\(extra)}"
            )
            #expect(job.status == 201, "\(job.text)")
            let id = try #require(job.text.firstMatch(of: /job_[0-9a-z]{26}/)?.output.description)
            let seen = try await program.ask(.GET, "/api/v1/fleet/jobs/\(id)", key: admin)
            #expect(seen.text.contains("\"state\":\"queued\""), "\(seen.text)")
            #expect(try await program.ask(.GET, "/api/v1/fleet/jobs/\(id)", key: program.stranger).status == 404)
        }
    }
}
