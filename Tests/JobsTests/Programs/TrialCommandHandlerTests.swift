// SPDX-License-Identifier: Apache-2.0

import Domain
import Foundation
import Jobs
import Testing

/// A clock that stands still and keeps what it was asked to wait for.
private final class StandingClock: TimeSource {
    let now = Timestamp(milliseconds: 1_000)
    private let asked = Locked<[Timestamp]>([])
    var waits: [Timestamp] { asked.withLock { $0 } }

    func sleep(until instant: Timestamp) async throws {
        asked.withLock { $0.append(instant) }
    }
}

@Suite(.timeLimit(.minutes(10)))
struct TrialCommandHandlerTests {
    private let clock = StandingClock()
    private let ids = IdentifierGenerator(clock: StandingClock(), seed: 7)
    private let settings: [String: LevelValue] = [
        "price": .integer(9_900), "long-mode": .flag(true), "ad copy": .text("새벽 배송"), "할인": .number(0.5),
        "trial": .integer(3),
    ]

    private func specification(_ template: TrialTemplate, guardrails: [String] = []) -> TrialSpecification {
        TrialSpecification(
            trial: ids.next(),
            campaign: ids.next(),
            workspace: .default,
            unit: "상점-1",
            combination: Combination([0, 1, 0, 0, 0]),
            settings: settings,
            metric: "score",
            template: template,
            guardrailMetrics: guardrails
        )
    }

    private func run(_ specification: TrialSpecification) async throws -> TrialAnswer {
        let job = Job(
            id: ids.next(),
            workspace: .default,
            campaign: specification.campaign,
            kind: .trialCommand,
            payload: try CanonicalJSON.text(specification),
            createdAt: clock.now
        )
        let worker = Worker(id: ids.next(), name: "worker", role: .trial, slots: 1, registeredAt: clock.now)
        let handler = TrialCommandHandler(
            runner: ProgramRunner(inherited: Script.inherited, grace: .milliseconds(100)),
            clock: clock
        )
        #expect(handler.kinds == [.trialCommand])
        return try CanonicalJSON.decode(TrialAnswer.self, from: try await handler.run(job, worker: worker))
    }

    @Test func `a trial is applied, waits out its window, and is measured with the same inputs`() async throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: "dure-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        var apply = Script.command("cat > applied; echo \"$DURE_TRIAL $DURE_PRICE\" >> applied")
        apply.directory = folder.path
        var measure = Script.command(
            "cat > measured; echo \"$DURE_TRIAL $DURE_PRICE\" >> measured; cmp applied measured"
                + " && echo '{\"score\": 2, \"margin\": 0.3}'"
        )
        measure.directory = folder.path
        let template = TrialTemplate(kind: .command, window: .hours(6), apply: apply, measure: measure)
        let answer = try await run(specification(template, guardrails: ["margin"]))
        #expect(answer.metrics == ["score": 2, "margin": 0.3])
        #expect(answer.source == "command")
        #expect(answer.observer == "worker")
        #expect(answer.samples.isEmpty)
        #expect(clock.waits == [clock.now + .hours(6)])
    }

    @Test func `the combination arrives as canonical JSON and as variables, Korean text included`() async throws {
        let told = ProgramTrial(trial: ids.next(), campaign: ids.next(), unit: "상점-1", settings: settings)
        let variables =
            "$DURE_UNIT|$DURE_PRICE|$DURE_LONG_MODE|$DURE_AD_COPY"
            + "|$DURE_FACTOR_4|$DURE_FACTOR_5|$DURE_TRIAL|$DURE_CAMPAIGN"
        let output = try await ProgramRunner(inherited: Script.inherited).run(
            Script.command("cat; echo \"\(variables)\""),
            input: try told.input(),
            environment: told.environment
        )
        let lines = output.outputTail.split(separator: "\n")
        let trial = try #require(told.trial)
        let campaign = try #require(told.campaign)
        #expect(
            lines.first.map(String.init)
                == #"{"campaign":"\#(campaign)","settings":{"ad copy":"새벽 배송","long-mode":true,"price":9900,"trial":3,"#
                + #""할인":0.5},"trial":"\#(trial)","unit":"상점-1"}"#
        )
        // Sorted: "ad copy", "long-mode", "price", "trial" (whose variable is the trial's), "할인" (which has no ASCII
        // letter).
        #expect(lines.last.map(String.init) == "상점-1|9900|true|새벽 배송|3|0.5|\(trial)|\(campaign)")
    }

    @Test func `a failed apply fails the trial before anything is measured`() async throws {
        let template = TrialTemplate(
            kind: .command,
            window: .hours(1),
            apply: Script.command("echo no access >&2; exit 77"),
            measure: Script.command("echo '{\"score\": 1}'")
        )
        let failure = await #expect(throws: Failure.self) { _ = try await run(specification(template)) }
        #expect(failure?.class == .permission)
        #expect(failure?.lastLines == ["no access"])
        #expect(clock.waits.isEmpty)
    }

    @Test func `a missing guardrail metric, a crash and a template without a program are failures`() async throws {
        let short = TrialTemplate(kind: .command, measure: Script.command("echo '{\"score\": 1}'"))
        let missing = await #expect(throws: Failure.self) {
            _ = try await run(specification(short, guardrails: ["margin"]))
        }
        #expect(missing?.message.contains("'margin' is missing") == true)
        let crashing = TrialTemplate(kind: .command, measure: Script.command("echo '{\"score\": 1}'; kill -ABRT $$"))
        let crash = await #expect(throws: Failure.self) { _ = try await run(specification(crashing)) }
        #expect(crash?.message.contains("SIGABRT") == true)
        let none = await #expect(throws: Failure.self) {
            _ = try await run(specification(TrialTemplate(kind: .command)))
        }
        #expect(none?.class == .invalid)
    }

    @Test func `levers go back through apply, and a goal without it has none`() async throws {
        let file = FileManager.default.temporaryDirectory.appending(path: "dure-\(UUID().uuidString)")
        defer { try? FileManager.default.removeItem(at: file) }
        let apply = Script.command("echo \"[$DURE_TRIAL$DURE_CAMPAIGN] $DURE_UNIT $DURE_PRICE\" > '\(file.path)'")
        var goal = Goal(
            name: "goal",
            objective: Objective(metric: "score", direction: .higher),
            factors: [Factor(name: "price", levels: [.integer(1), .integer(2)], control: 1)],
            trial: TrialTemplate(kind: .command, apply: apply, measure: Script.command("true")),
            units: ["shop"]
        )
        let lever = CommandLever(runner: ProgramRunner(inherited: Script.inherited))
        try await lever.apply(goal.control, to: "shop", of: goal, at: clock.now)
        #expect(try String(contentsOf: file, encoding: .utf8) == "[] shop 2\n")
        await #expect(throws: Failure.self) {
            try await lever.apply(Combination([2]), to: "shop", of: goal, at: clock.now)
        }
        goal.trial.apply = nil
        try await lever.apply(goal.control, to: "shop", of: goal, at: clock.now)
    }
}
