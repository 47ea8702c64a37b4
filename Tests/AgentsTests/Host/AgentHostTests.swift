// SPDX-License-Identifier: Apache-2.0

import Agents
import Domain
import Messaging
import Testing

struct AgentHostTests {
    @Test func `the body runs once all agents have started, and gets their answers`() throws {
        let house = House()
        let host = house.host([Probe(.fleet, house: house), Probe(.analysis, house: house)])
        let square = try house.clock.run {
            try await host.run { gateway in
                #expect(house.lines.all == ["0 fleet start", "0 analysis start"])
                #expect(gateway.health.map(\.state) == [.running, .running])
                return try await gateway.request(Square(number: 7), to: .fleet)
            }
        }
        #expect(square == 49)
        #expect(host.health.map(\.state) == [.stopped, .stopped])
        #expect(host.health.first?.answers == 1)
    }

    @Test func `an error of a request's handler is its answer, and the agent goes on`() throws {
        let house = House()
        let host = house.host([Probe(.fleet, house: house)])
        try house.clock.run {
            try await host.run { gateway in
                await #expect(throws: MessageError.failed(message: "a negative number", class: .invalid)) {
                    _ = try await gateway.request(Square(number: -1), to: .fleet)
                }
                let four = try await gateway.request(Square(number: 2), to: .fleet)
                #expect(four == 4)
                let health = try #require(gateway.health.first)
                #expect(health.errors == 1)
                #expect(health.restarts == 0)
                #expect(health.lastError == "invalid: a negative number")
            }
        }
        #expect(house.incidents.all.isEmpty)
    }

    @Test func `an action that nobody knows is a dead letter and an answer, not a crash`() throws {
        let house = House()
        let host = house.host([Probe(.fleet, house: house)])
        try house.clock.run {
            try await host.run { gateway in
                await #expect(throws: MessageError.unknownAction(to: .fleet, action: "unknown")) {
                    _ = try await gateway.request(Unknown(), to: .fleet)
                }
                try await gateway.send(Unknown(), to: .fleet)
            }
        }
        #expect(
            house.broker.deadLetters.map(\.reason)
                == Array(repeating: "fleet does not know the action unknown", count: 2)
        )
        #expect(host.health.first?.restarts == 0)
    }

    @Test func `a command that crashes restarts the agent after the backoff, and messages wait meanwhile`() throws {
        let house = House()
        let host = house.host([Probe(.fleet, house: house)])
        try house.clock.run {
            try await host.run { gateway in
                for _ in 0..<4 {
                    try await gateway.send(Crash(), to: .fleet)
                }
                let nine = try await gateway.request(Square(number: 3), to: .fleet)
                #expect(nine == 9)
                #expect(gateway.health.first?.uptime(at: house.clock.now) == .zero)
                try await house.sleep(10)
                #expect(gateway.health.first?.uptime(at: house.clock.now) == .seconds(10))
            }
        }
        #expect(house.lines.times(.fleet, "start") == [0, 200, 600, 1_400, 3_000])
        #expect(house.incidents.all == (1...4).map { "fleet restarted \($0)" })
        #expect(host.health.first?.restarts == 4)
    }

    @Test func `the fifth restart of an essential agent within a minute ends the host`() throws {
        let house = House()
        let host = house.host([Probe(.fleet, house: house), Probe(.analysis, house: house)])
        #expect(throws: AgentHostError.agentGaveUp(.fleet, reason: "unknown: told to crash")) {
            try house.clock.run {
                try await host.run { gateway in
                    for _ in 0..<5 {
                        try await gateway.send(Crash(), to: .fleet)
                    }
                    try await house.sleep(3_600)
                }
            }
        }
        #expect(house.clock.now - House.start == .seconds(3))
        #expect(house.incidents.all.last == "fleet escalated 5")
        #expect(host.health.map(\.state) == [.stopped, .stopped])
    }

    @Test func `the fifth restart of any other agent is told and survived`() throws {
        let house = House()
        let host = house.host([Probe(.fleet, house: house, isEssential: false)])
        try house.clock.run {
            try await host.run { gateway in
                for _ in 0..<5 {
                    try await gateway.send(Crash(), to: .fleet)
                }
                let four = try await gateway.request(Square(number: 2), to: .fleet)
                #expect(four == 4)
            }
        }
        #expect(house.incidents.all.last == "fleet escalated 5")
        #expect(house.lines.times(.fleet, "start").last == 6_200)
    }

    @Test func `a start that fails is tried again before the body runs`() throws {
        let house = House()
        let host = house.host([Probe(.fleet, house: house, failingStarts: 2)])
        try house.clock.run {
            try await host.run { _ in
                #expect(house.clock.now - House.start == TimeSpan(milliseconds: 600))
            }
        }
        #expect(house.lines.times(.fleet, "start") == [0, 200, 600])
    }

    @Test func `a ticker sends at every multiple of its interval while the body runs`() throws {
        let house = House()
        let host = house.host([
            Probe(.fleet, house: house, tickers: [.every(.seconds(5), send: Tick())]),
            Probe(.campaign, house: house, tickers: [.every(.seconds(8), publish: Rang())]),
        ])
        try house.clock.run {
            try await host.run { _ in try await house.sleep(16) }
            try await house.sleep(100)
        }
        #expect(house.lines.times(.fleet, "tick") == [5_000, 10_000, 15_000])
        #expect(house.lines.times(.fleet, "rang").prefix(1) == [8_000])
        #expect(house.lines.times(.campaign, "rang").isEmpty)
    }

    @Test func `ticks do not pile up behind slow work`() throws {
        let house = House()
        let host = house.host([Probe(.fleet, house: house, tickers: [.every(.seconds(1), send: Tick())])])
        try house.clock.run {
            try await host.run { gateway in
                try await gateway.send(Slow(seconds: 60), to: .fleet)
                try await house.sleep(61)
            }
        }
        #expect(house.lines.times(.fleet, "tick").first == 60_000)
        #expect(house.lines.times(.fleet, "tick").count <= 3)
    }

    @Test func `a graceful stop handles what lies in the mailboxes`() throws {
        let house = House()
        let host = house.host([Probe(.fleet, house: house)])
        try house.clock.run {
            try await host.run { gateway in
                for _ in 0..<3 {
                    try await gateway.send(Slow(seconds: 3), to: .fleet)
                }
            }
        }
        #expect(house.lines.times(.fleet, "worked") == [3_000, 6_000, 9_000])
        #expect(house.broker.counts.dropped == 0)
    }

    @Test func `a graceful stop gives up at its bound, and what is left counts as dropped`() throws {
        let house = House()
        let host = house.host([Probe(.fleet, house: house)])
        try house.clock.run {
            try await host.run { gateway in
                for _ in 0..<4 {
                    try await gateway.send(Slow(seconds: 4), to: .fleet)
                }
            }
        }
        #expect(house.lines.times(.fleet, "worked") == [4_000, 8_000])
        #expect(house.clock.now - House.start == .seconds(10))
        #expect(house.broker.counts.dropped == 1)
    }

    @Test func `stop ends run in good order`() throws {
        let house = House()
        let host = house.host([Probe(.fleet, house: house, tickers: [.every(.seconds(1), send: Tick())])])
        try house.clock.run {
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask { try await host.run() }
                try await house.clock.sleep(for: TimeSpan(milliseconds: 2_500))
                host.stop()
                try await group.waitForAll()
            }
        }
        #expect(house.lines.times(.fleet, "tick") == [1_000, 2_000])
    }

    @Test func `an error of the body is thrown after the graceful stop`() throws {
        let house = House()
        let host = house.host([Probe(.fleet, house: house)])
        #expect(throws: Failure.self) {
            try house.clock.run {
                try await host.run { gateway in
                    try await gateway.send(Slow(seconds: 2), to: .fleet)
                    throw Failure(.invalid, "the body fails")
                }
            }
        }
        #expect(house.lines.times(.fleet, "worked") == [2_000])
    }

    @Test func `a cancelled host ends at once`() throws {
        let house = House()
        let host = house.host([Probe(.fleet, house: house)])
        try house.clock.run {
            await withTaskGroup(of: Void.self) { group in
                group.addTask { await #expect(throws: CancellationError.self) { try await host.run() } }
                group.addTask {
                    await #expect(throws: Never.self) {
                        try await house.broker.send(Slow(seconds: 9), from: .orchestrator, to: .fleet)
                        try await house.sleep(1)
                    }
                }
                await group.next()
                group.cancelAll()
            }
        }
        #expect(house.clock.now - House.start == .seconds(1))
    }

    @Test func `two agents of one name are refused`() throws {
        let house = House()
        let host = house.host([Probe(.fleet, house: house), Probe(.fleet, house: house)])
        #expect(throws: AgentHostError.duplicateAgent(.fleet)) {
            try house.clock.run { try await host.run { _ in } }
        }
    }
}
