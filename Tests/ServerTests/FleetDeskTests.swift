// SPDX-License-Identifier: Apache-2.0

import Domain
import Jobs
import Testing

@testable import Server

/// What the desk keeps of workers.
struct FleetDeskTests {
    @Test func `what is kept stays within twice the open sessions, though workers die without a word`() async throws {
        let clock = RealClock()
        let fleet = MemoryFleet(ids: IdentifierGenerator(clock: clock, seed: 1), clock: clock)
        let desk = FleetDesk(gate: fleet, clock: clock, longest: .seconds(1))
        var open: [SessionID] = []
        for number in 0..<30 {
            open.append(try await desk.register("stays/\(number)", kinds: [.probe], slots: 1, key: "k").session)
        }
        for number in 0..<400 {
            let name = "dies/\(number)"
            let session = try await desk.register(name, kinds: [.probe], slots: 1, key: "k").session
            // The fleet sees its lease end; nobody tells the desk.
            try await fleet.leave(session: session, as: .lost)
            #expect(await desk.count <= 2 * open.count + 10)
        }
        for session in open { try await desk.check(session, key: "k") }
    }

    @Test func `sessions are looked at in turn, each as often as the others`() {
        var round = SessionRound()
        let ids = IdentifierGenerator(clock: RealClock(), seed: 2)
        let sessions: [SessionID] = (0..<7).map { _ in ids.next() }
        for session in sessions { round.add(session) }
        var looks: [SessionID: Int] = [:]
        for _ in 0..<70 {
            guard let next = round.next() else { break }
            looks[next, default: 0] += 1
            round.add(next)
        }
        #expect(looks.count == 7)
        #expect(looks.values.allSatisfy { (8...12).contains($0) })
        var empty = SessionRound()
        #expect(empty.next() == nil)
    }
}
