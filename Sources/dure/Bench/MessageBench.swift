// SPDX-License-Identifier: Apache-2.0

import Domain
import Foundation
import Messaging

/// Measures requests from the gateway to one agent, on whatever carries them.
struct MessageBench: Sendable {
    /// What was measured.
    struct Result: Codable, Sendable {
        var broker: String
        /// One request after the other.
        var alone: LatencySummary
        var rate: Int
        var seconds: Int
        /// At the rate, for the seconds.
        var held: LatencySummary
        /// Answers a second, from the first request to the last answer.
        var answersPerSecond: Double

        var text: String {
            """
            requests on \(broker)
            one at a time   \(alone)
            \(rate)/s for \(seconds) s   \(held)
            answered \(String(format: "%.1f", answersPerSecond))/s
            """
        }
    }

    private struct Ping: Action {
        typealias Reply = Pong
        static let name = "bench_ping"
        var number: Int
    }

    private struct Pong: Codable, Sendable {
        var number: Int
    }

    private static let warmUp = 1_000

    var requests: Int
    var rate: Int
    var seconds: Int

    /// Runs both parts; the answering broker answers through a mailbox of its own.
    func run(asking: any MessageBroker, answering: any MessageBroker, name: String) async throws -> Result {
        let mailbox = answering.mailbox(for: .fleet, events: [])
        return try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask {
                while let envelope = await mailbox.next() {
                    let ping = try envelope.payload.value(as: Ping.self)
                    answering.respond(to: envelope, with: .success(Pong(number: ping.number)))
                }
            }
            defer { mailbox.close() }
            for number in 0..<Self.warmUp {
                _ = try await ask(number, asking)
            }
            var alone = Latencies()
            for number in 0..<requests {
                alone.add(try await ask(number, asking))
            }
            let (held, answers) = try await hold(asking)
            return Result(
                broker: name,
                alone: LatencySummary(of: alone),
                rate: rate,
                seconds: seconds,
                held: held,
                answersPerSecond: answers
            )
        }
    }

    /// One request; returns how long it took.
    private func ask(_ number: Int, _ broker: any MessageBroker) async throws -> Duration {
        let start = ContinuousClock.now
        _ = try await broker.request(Ping(number: number), from: .gateway, to: .fleet, timeout: .seconds(30))
        return ContinuousClock.now - start
    }

    /// Sends at even distances and waits for nobody, so that a slow answer makes those behind it late, as it would in earnest.
    private func hold(_ broker: any MessageBroker) async throws -> (LatencySummary, perSecond: Double) {
        let latencies = Locked(Latencies())
        let failed = Locked(0)
        let count = rate * seconds
        let start = ContinuousClock.now
        await withDiscardingTaskGroup { group in
            for number in 0..<count {
                let due = start + .nanoseconds(1_000_000_000 / rate * number)
                if due > ContinuousClock.now {
                    // A sleeper that is cancelled comes early, which its latency would not show.
                    guard (try? await ContinuousClock().sleep(until: due, tolerance: .zero)) != nil else { return }
                }
                group.addTask {
                    do {
                        _ = try await broker.request(
                            Ping(number: number),
                            from: .gateway,
                            to: .fleet,
                            timeout: .seconds(30)
                        )
                        let duration = ContinuousClock.now - due
                        latencies.withLock { $0.add(duration) }
                    } catch {
                        failed.withLock { $0 += 1 }
                    }
                }
            }
        }
        let span = ContinuousClock.now - start
        let summary = LatencySummary(of: latencies.withLock { $0 }, failed: failed.withLock { $0 })
        return (summary, Double(summary.count) / span.inSeconds)
    }
}
