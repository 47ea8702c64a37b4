// SPDX-License-Identifier: Apache-2.0

import Domain
import Testing

@testable import Jobs

/// A market whose rank is a function of the time, and which notes what was applied.
private final class FakeMarket: Lever, RankSource {
    let applied = Locked<[String]>([])
    let asked = Locked<[Timestamp]>([])
    let metrics: [String: Double]
    let rank: @Sendable (Timestamp) -> Double?

    init(metrics: [String: Double] = ["margin": 0.2], rank: @escaping @Sendable (Timestamp) -> Double?) {
        self.metrics = metrics
        self.rank = rank
    }

    func name(observer: String, of goal: Goal) -> String { "fake" }

    func observe(units: [String], of goal: Goal, observer: String, at now: Timestamp) async throws -> [RankObservation]
    {
        units.map { RankObservation(unit: $0, rank: $0 == "lost" ? nil : rank(now)) }.reversed()
    }

    func apply(_ combination: Combination, to unit: String, of goal: Goal, at now: Timestamp) async throws {
        applied.withLock { $0.append("\(combination) \(unit)") }
    }

    func metrics(of unit: String, of goal: Goal, from start: Timestamp, to end: Timestamp) async throws
        -> [String: Double]
    {
        asked.withLock { $0 += [start, end] }
        return metrics
    }
}

@Suite struct HandlerTests {
    private let house = House()
    private let start = House.start

    private static let goal = Goal(
        name: "g",
        objective: Objective(metric: "rank", direction: .lower, depth: 100),
        factors: [Factor(name: "price", levels: [.integer(1), .integer(2)])],
        trial: template()
    )

    private static func template(
        window: TimeSpan = .hours(6),
        washOut: TimeSpan = .hours(1),
        every: TimeSpan = .minutes(30)
    ) -> TrialTemplate {
        TrialTemplate(kind: .simulated, window: window, washOut: washOut, every: every)
    }

    private func job(_ kind: JobKind, _ payload: String) -> Job {
        Job(id: house.ids.next(), workspace: .default, campaign: nil, kind: kind, payload: payload, createdAt: start)
    }

    private func worker() -> Worker {
        Worker(id: house.ids.next(), name: "worker-03", role: .trial, slots: 1, registeredAt: start)
    }

    private func run(_ market: FakeMarket, template: TrialTemplate = template(), guardrails: [String] = ["margin"])
        throws -> TrialAnswer
    {
        let specification = TrialSpecification(
            trial: house.ids.next(),
            campaign: house.ids.next(),
            workspace: .default,
            unit: "u1",
            combination: Combination([1]),
            settings: ["price": .integer(2)],
            metric: "rank",
            template: template,
            guardrailMetrics: guardrails
        )
        let job = job(.trialRun, try CanonicalJSON.text(specification))
        let worker = worker()
        let handler = TrialRunHandler(
            lever: market,
            ranks: market,
            ledger: house.store.inner,
            goals: { _ in Self.goal },
            clock: house.clock
        )
        let text = try house.clock.run { try await handler.run(job, worker: worker) }
        return try CanonicalJSON.decode(TrialAnswer.self, from: text)
    }

    @Test func `a trial applies, washes out, samples, and answers with means over what counts`() throws {
        let start = start
        let market = FakeMarket { now in now < start + .hours(1) ? 90 : 40 + (now - start).inHours }
        let answer = try run(market)
        #expect(market.applied.withLock { $0 } == ["1 u1"])
        #expect(answer.startedAt == start && answer.endedAt == start + .hours(6))
        #expect(answer.samples.map(\.time) == (1...12).map { start + .minutes(30 * $0) })
        #expect(answer.samples.map(\.isCounted) == [false] + Array(repeating: true, count: 11))
        #expect(answer.samples[0].value == 90)
        #expect(answer.metrics == ["rank": 43.5, "margin": 0.2])
        #expect(market.asked.withLock { $0 } == [start + .hours(1), start + .hours(6)])
        #expect(answer.source == "fake" && answer.observer == "worker-03")
    }

    @Test func `a rank that was not found is marked, and counts as one beyond the depth`() throws {
        let start = start
        let answer = try run(FakeMarket { $0 < start + .hours(6) ? 50 : nil })
        #expect(answer.samples.last?.isCensored == true)
        #expect(answer.samples.last?.value == 100)
        #expect(answer.metrics["rank"] == (50 * 10 + 101) / 11.0)
    }

    @Test func `a window with no regular sample that counts is sampled at its end`() {
        let start = start
        func minutes(_ window: TimeSpan, _ washOut: TimeSpan, _ every: TimeSpan) -> [Int64] {
            TrialWindow(template: Self.template(window: window, washOut: washOut, every: every), start: start)
                .instants.map { ($0 - start).milliseconds / 60_000 }
        }
        #expect(minutes(.hours(1), .zero, .minutes(20)) == [20, 40, 60])
        #expect(minutes(.minutes(59), .minutes(50), .minutes(20)) == [20, 40, 59])
        #expect(minutes(.minutes(59), .minutes(40), .minutes(20)) == [20, 40])
        #expect(minutes(.hours(1), .zero, .hours(2)) == [60])
        #expect(minutes(.hours(1), .zero, .zero) == [60])
        #expect(minutes(.zero, .hours(1), .minutes(30)) == [0])
    }

    @Test func `a missing or non-finite metric, and a rank below one, are invalid`() throws {
        func failure(_ work: () throws -> TrialAnswer) -> String {
            do {
                return "no failure: \(try work())"
            } catch {
                return "\(error)"
            }
        }
        #expect(
            failure { try run(FakeMarket { _ in 5 }, guardrails: ["profit"]) }
                == "invalid: the trial reported no metric profit"
        )
        #expect(failure { try run(FakeMarket(metrics: ["margin": .nan]) { _ in 5 }) }.hasPrefix("invalid: "))
        #expect(failure { try run(FakeMarket { _ in 0 }) }.hasPrefix("invalid: "))
        #expect(failure { try run(FakeMarket { _ in .infinity }) }.hasPrefix("invalid: "))
    }

    @Test func `an observer answers in the order of the units`() throws {
        let order = ObservationOrder(campaign: house.ids.next(), units: ["u1", "lost", "u2"], observer: "o2")
        let market = FakeMarket { _ in 7 }
        let handler = RankObserveHandler(ranks: market, goals: { _ in Self.goal }, clock: house.clock)
        let (job, worker) = (job(.rankObserve, try CanonicalJSON.text(order)), worker())
        let text = try house.clock.run { try await handler.run(job, worker: worker) }
        let answer = try CanonicalJSON.decode(ObservationAnswer.self, from: text)
        #expect(answer == ObservationAnswer(source: "fake", observer: "o2", time: start, ranks: [7, nil, 7]))
    }

    @Test func `a restore applies its combination`() throws {
        let order = LeverRestoreOrder(campaign: house.ids.next(), unit: "u9", combination: Combination([0]))
        let market = FakeMarket { _ in 7 }
        let handler = LeverRestoreHandler(
            lever: market,
            ledger: house.store.inner,
            goals: { _ in Self.goal },
            clock: house.clock
        )
        let (job, worker) = (job(.leverRestore, try CanonicalJSON.text(order)), worker())
        let text = try house.clock.run { try await handler.run(job, worker: worker) }
        #expect(market.applied.withLock { $0 } == ["0 u9"])
        #expect(try CanonicalJSON.decode(LeverRestoreAnswer.self, from: text).appliedAt == start)
    }

    @Test func `a payload of another shape is invalid, and the failure names the job`() throws {
        let (job, worker) = (job(.probe, "[]"), worker())
        let handler = ProbeHandler(clock: house.clock)
        let clock = house.clock
        let failure = #expect(throws: Failure.self) { try clock.run { try await handler.run(job, worker: worker) } }
        #expect(failure?.class == .invalid)
        #expect(failure?.message.contains(job.id.text) == true)
    }
}
