// SPDX-License-Identifier: Apache-2.0

import Domain
import Foundation
import Jobs
import NIOHTTP1
import Operations
import Testing

@testable import Server

@Suite(.timeLimit(.minutes(10))) struct ProbeAndDrainTests {
    @Test func `livez answers whatever is wrong, readyz says what is wrong`() async throws {
        try await TestServer.run { server in
            #expect(try await server.call(.GET, server.probes + "/readyz").status == 200)
            await server.health.add("store") { throw Failure(.unknown, "the disk is full") }
            let ready = try await server.call(.GET, server.probes + "/readyz")
            #expect(ready.status == 503)
            #expect(ready.text.contains("the disk is full"))
            let live = try await server.call(.GET, server.probes + "/livez")
            #expect(live.status == 200)
            #expect(live.text == "ok\n")
            #expect(try await server.call(.POST, server.probes + "/livez").status == 405)
            #expect(try await server.call(.GET, server.probes + "/").status == 404)
        }
    }

    @Test func `the probes' port has no other route, and the fleet's port no probe`() async throws {
        try await TestServer.run { server in
            let there = try await server.call(.GET, server.probes + "/v1/fleet/workers", key: server.manager)
            #expect(there.status == 404)
            for path in ["/livez", "/readyz", "/metrics"] {
                #expect(try await server.call(.GET, path, key: server.manager).status == 404)
            }
        }
    }

    @Test func `metrics count requests by route and status, and never by what a stranger writes`() async throws {
        try await TestServer.run { server in
            _ = try await server.register(server.worker)
            _ = try await server.call(.GET, "/v1/whatever-a-stranger-writes", key: server.worker)
            let answer = try await server.call(.GET, server.probes + "/metrics")
            #expect(answer.headers.first(name: "Content-Type")?.hasPrefix("text/plain; version=0.0.4") == true)
            let line = "dure_http_requests_total{method=\"POST\",route=\"/v1/fleet/register\",status=\"200\"} 1"
            #expect(answer.text.contains(line))
            #expect(answer.text.contains("dure_http_requests_total{method=\"any\",route=\"none\",status=\"404\"} 1"))
            #expect(!answer.text.contains("stranger"))
        }
    }

    @Test func `a server that stops answers polls empty, and then is gone`() async throws {
        try await TestServer.run(limits: ServerLimits(poll: .seconds(25))) { server in
            let session = try await server.register(server.worker)
            async let waiting = server.poll(session, key: server.worker, wait: 25_000)
            // A poll that comes while the port closes is cut off; this one waits before.
            while await server.process.waitingPolls == 0 {
                try await server.clock.sleep(for: TimeSpan(milliseconds: 1))
            }
            // Beats are answered while the poll waits.
            let beat = "{\"session\":\"\(session)\",\"jobs\":[]}"
            #expect(try await server.call(.POST, "/v1/fleet/beat", key: server.worker, body: beat).status == 200)
            server.stop.open()
            let answer = try await waiting
            #expect(answer.status == 200)
            #expect(answer.json["jobs"] == .array([]))
            #expect(answer.headers.first(name: "Connection") == "close", "its connection is about to end")
            while true {
                do {
                    _ = try await server.call(.GET, "/v1/fleet/workers", key: server.manager)
                } catch {
                    break
                }
            }
        }
    }

    @Test func `before it stops a server says that it is not ready and still works`() async throws {
        let drained = Gate()
        try await TestServer.run(drainsUntil: drained) { server in
            defer { drained.open() }
            server.stop.open()
            while try await server.call(.GET, server.probes + "/readyz").status == 200 { await Task.yield() }
            #expect(try await server.register(server.worker).hasPrefix("ses_"))
        }
    }
}
