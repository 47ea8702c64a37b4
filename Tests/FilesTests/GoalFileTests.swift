// SPDX-License-Identifier: Apache-2.0

import Domain
import Foundation
import Testing

@testable import Files

/// The wrong goal files beside the tests, each with the lines that it must be refused with.
struct WrongGoalFile: CustomTestStringConvertible, Sendable {
    let name: String

    var testDescription: String { name }
    var path: String { Self.folder.appending(path: "\(name).yaml").path }

    var expected: String {
        get throws {
            try String(contentsOf: Self.folder.appending(path: "\(name).expected"), encoding: .utf8)
                .trimmingCharacters(in: .newlines)
        }
    }

    static let folder = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Wrong")

    static let all: [WrongGoalFile] = {
        do {
            return try FileManager.default.contentsOfDirectory(atPath: folder.path)
                .filter { $0.hasSuffix(".yaml") }
                .sorted()
                .map { WrongGoalFile(name: String($0.dropLast(".yaml".count))) }
        } catch {
            return []
        }
    }()
}

@Suite struct GoalFileTests {
    static let minimal = """
        name: tune
        metric: score
        factors:
          mode: [fast, small]
          threads: [1, 2, 4]
        trial: {measure: ./measure.sh}
        """

    @Test(arguments: WrongGoalFile.all)
    func `a wrong goal file is refused by line, field, value and remedy`(_ file: WrongGoalFile) throws {
        let error = #expect(throws: GoalFileErrors.self) { try GoalFile.load(file.path) }
        let lines = try #require(error).errors.map(\.description).joined(separator: "\n")
        #expect(lines == (try file.expected))
        #expect(try #require(error).cause == .content)
    }

    @Test func `there are more than twenty-five wrong goal files`() {
        #expect(WrongGoalFile.all.count > 25)
    }

    @Test func `a message begins with the file's path and the line`() throws {
        let path = WrongGoalFile(name: "unknown-key").path
        let error = #expect(throws: GoalFileErrors.self) { try GoalFile.load(path) }
        let text = "\(path):8: dedline: unknown key 'dedline'; did you mean 'deadline'?"
        #expect(try #require(error).description == text)
    }

    @Test func `a missing file is told from a wrong one`() throws {
        let path = WrongGoalFile.folder.appending(path: "none/there-is-none.yaml").path
        let error = #expect(throws: GoalFileErrors.self) { try GoalFile.load(path) }
        #expect(try #require(error).cause == .unreadable)
    }

    @Test func `a command goal has one unit, no window, a day and one replicate unless it says otherwise`() throws {
        let goal = try GoalFile.read(Self.minimal, directory: "/goals")
        #expect(goal.trial.kind == .command)
        #expect(goal.units == ["default"])
        #expect(goal.trial.window == .zero)
        #expect(goal.deadline == .days(1))
        #expect(goal.effort.replicates == 1)
        #expect(goal.objective == Objective(metric: "score", direction: .higher))
        #expect(goal.trial.measure?.arguments == ["/bin/sh", "-c", "./measure.sh"])
        #expect(goal.trial.measure?.directory == "/goals")
        #expect(goal.factors.map(\.name) == ["mode", "threads"])
        #expect(goal.factors[1].levels == [.integer(1), .integer(2), .integer(4)])
    }

    @Test func `every key of the schema reaches the goal`() throws {
        let goal = try GoalFile.read(Self.complete, directory: "/home/seller/goals")
        #expect(
            goal.product
                == Product(
                    identifier: "123",
                    url: "https://shop.example/123",
                    title: "컵",
                    price: Money(minorUnits: 39_000, currency: .krw)
                )
        )
        #expect(goal.marketplace == .naver)
        #expect(goal.keywords == ["컵", "머그컵"])
        #expect(goal.objective == Objective(metric: "rank", direction: .lower, target: 20, depth: 100))
        #expect(goal.deadline == .days(30))
        #expect(goal.baseline == .hours(6))
        #expect(goal.factors[0] == Factor(name: "coupon", levels: [.text("none"), .text("5%")], control: 1))
        #expect(goal.factors[1].levels == [.number(0.5), .integer(2), .flag(true), .text("007"), .text("2.50")])
        #expect(goal.guardrails == [Guardrail(metric: "margin", minimum: 0.1, maximum: 1, stopsCampaign: true)])
        #expect(goal.trial.window == .hours(6))
        #expect(goal.trial.washOut == .hours(1))
        #expect(goal.trial.every == .minutes(15))
        #expect(goal.trial.attempts == 2)
        #expect(goal.trial.cost == Money(minorUnits: 100, currency: .krw))
        let apply = Command(
            arguments: ["./apply", "--now"],
            directory: "/home/seller/tools",
            timeout: .seconds(30),
            environment: ["A": "1"]
        )
        #expect(goal.trial.apply == apply)
        #expect(goal.trial.measure?.directory == "/opt/measure")
        #expect(goal.trial.measure?.timeout == .minutes(2))
        #expect(goal.trial.measure?.environment == ["A": "2", "B": "x"])
        #expect(goal.units == ["unit-01", "unit-02", "unit-03"])
        #expect(
            goal.effort
                == Effort(
                    generationSize: 8,
                    replicates: 2,
                    controlsPerBlock: 2,
                    blockSize: 12,
                    strategy: "random",
                    observers: 3
                )
        )
        #expect(goal.budget == Budget(amount: Money(minorUnits: 500_000, currency: .krw), trials: 90))
        #expect(goal.approval == .required)
        #expect(goal.score == ScoreWeights(rank: 1, success: 0.5, guardrails: 0))
        #expect(
            goal.ending
                == Ending(
                    keepsWinner: true,
                    confirmationReplicates: 4,
                    finalists: 3,
                    nextCampaign: .start
                )
        )
        #expect(goal.timeZone == "Europe/Berlin")
        #expect(goal.seed == .max)
        #expect(
            goal.simulation
                == SimulationSettings(
                    startRank: 70,
                    competitors: 99,
                    shockAt: .days(12),
                    workerDeathAt: .days(5),
                    interactionShare: 0.25,
                    noise: 0.4,
                    speed: 7200
                )
        )
    }

    /// Nine lines that stand for 9^9 values, as the value of a key and as a key itself.
    @Test(arguments: ["units: *i", "? *i\n: 1", "*i : 1", "{*i : 1}", "? [*i]\n: 1", "{[*i]: 1}", "x: {[a, *i] : 1}"])
    func `aliases of aliases are counted before they are followed`(line: String) throws {
        let names = ["a", "b", "c", "d", "e", "f", "g", "h", "i"]
        var text = "name: bomb\nx1: &a [1, 2, 3, 4, 5, 6, 7, 8, 9]\n"
        for (former, name) in zip(names, names.dropFirst()) {
            text += "x\(name): &\(name) [" + Array(repeating: "*\(former)", count: 9).joined(separator: ", ") + "]\n"
        }
        let errors = try #require(
            #expect(throws: GoalFileErrors.self) { try GoalFile.read(text + line + "\n", directory: "/") }
        )
        #expect(errors.errors.count == 1)
        #expect(errors.errors.first?.problem.contains("alias") == true, "\(errors)")
    }

    @Test func `anchors and merged maps are followed`() throws {
        let text = """
            name: merged
            metric: score
            factors:
              - &base {name: a, levels: [1, 2], control: 2}
              - {<<: *base, name: b}
            trial: {measure: ./m}
            """
        let goal = try GoalFile.read(text, directory: "/")
        #expect(
            goal.factors == [
                Factor(name: "a", levels: [.integer(1), .integer(2)], control: 1),
                Factor(name: "b", levels: [.integer(1), .integer(2)], control: 1),
            ]
        )
    }

    @Test func `factors of a map on one line keep their order`() throws {
        let text = "{name: x, metric: m, trial: {measure: a}, factors: {z: [1, 2], a: [1, 2], k: [1, 2]}}"
        #expect(try GoalFile.read(text, directory: "/").factors.map(\.name) == ["z", "a", "k"])
    }

    @Test func `rules, conditions, order and further metrics are read`() throws {
        let text = """
            name: rules
            metric: score
            factors:
              - {name: coupon, levels: [none, 5%, 10%], ordinal: true}
              - {name: coupon text, levels: [short, long], only_when: {coupon: [5%, 10%]}}
              - {name: price, levels: [1, 2, 3], control: 2}
            forbidden:
              - {coupon: 10%, price: [1, 3]}
            objectives: [{metric: margin, direction: higher, weight: 0.5}]
            trial: {measure: ./m}
            effort: {strategy: genetic_plain}
            """
        let goal = try GoalFile.read(text, directory: "/")
        #expect(goal.factors.map(\.isOrdinal) == [true, false, false])
        #expect(goal.factors[1].onlyWhen == [LevelChoice(factor: 0, levels: [1, 2])])
        let rule = ForbiddenCombination([
            LevelChoice(factor: 0, levels: [2]), LevelChoice(factor: 2, levels: [0, 2]),
        ])
        #expect(goal.forbidden == [rule])
        #expect(goal.furtherObjectives == [FurtherObjective(metric: "margin", direction: .higher, weight: 0.5)])
        #expect(goal.effort.strategy == StrategyName.geneticPlain.rawValue)
    }

    @Test(arguments: StrategyName.allCases)
    func `every strategy can be named`(_ strategy: StrategyName) throws {
        let goal = try GoalFile.read(Self.minimal + "\neffort: {strategy: \(strategy.rawValue)}\n", directory: "/")
        #expect(goal.effort.strategy == strategy.rawValue)
    }

    @Test(arguments: [
        ("", false, nil), ("ending: {value_per_unit: 250 KRW}", true, 250),
        ("ending: {value_per_unit: 250 KRW, stop_when_not_worth: false}", false, 250),
        ("ending: {stop_when_not_worth: true}", true, nil), ("ending: {finalists: 2}", false, nil),
    ])
    func `a value of the metric ends a search that is not worth its price, unless the goal says otherwise`(
        ending: String,
        stops: Bool,
        value: Int64?
    ) throws {
        let goal = try GoalFile.read(Self.minimal + "\n" + ending, directory: "/")
        #expect(goal.ending.stopsWhenNotWorth == stops)
        #expect(goal.ending.valuePerUnit == value.map { Money(minorUnits: $0, currency: .krw) })
    }

    @Test func `the smallest effect that matters is read, and a goal without one keeps its digest`() throws {
        let goal = try GoalFile.read(Self.minimal + "\nsmallest_effect: 0.25", directory: "/")
        #expect(goal.objective.smallestEffect == 0.25)
        let plain = try GoalFile.read(Self.minimal, directory: "/")
        #expect(plain.objective.smallestEffect == nil)
        #expect(!(try CanonicalJSON.text(plain)).contains("smallestEffect"))
        #expect(try GoalFile.digest(Self.minimal + "\nsmallest_effect: 0.25") != (try GoalFile.digest(Self.minimal)))
    }

    @Test func `units are numbered with enough digits to sort`() throws {
        let goal = try GoalFile.read(Self.minimal + "\nunits: 120\n", directory: "/")
        #expect(goal.units.count == 120)
        #expect(goal.units.first == "unit-001")
        #expect(goal.units.last == "unit-120")
        #expect(goal.units == goal.units.sorted())
    }

    @Test(arguments: GoalFile.Template.allCases)
    func `the goal file that init writes is valid`(_ template: GoalFile.Template) throws {
        let goal = try GoalFile.read(GoalFile.template(template, name: "두레 \"1\" \\ \n x"), directory: "/")
        #expect(goal.name.hasPrefix("두레 \"1\" \\"))
    }

    @Test func `the digest changes with the goal and not with comments or layout`() throws {
        let digest = try GoalFile.digest(Self.minimal)
        #expect(digest.count == 16)
        #expect(try GoalFile.digest("# a comment\n" + Self.minimal + "\n\nseed: 1 # the default\n") == digest)
        #expect(try GoalFile.digest(Self.minimal + "\nseed: 2\n") != digest)
    }

    @Test func `the digest is that of the canonical JSON by FNV-1a`() throws {
        let goal = try GoalFile.read(Self.minimal, directory: "/")
        let bytes = try CanonicalJSON.encode(goal)
        var hash: UInt64 = 14_695_981_039_346_656_037
        for byte in bytes {
            hash = (hash ^ UInt64(byte)).multipliedReportingOverflow(by: 1_099_511_628_211).partialValue
        }
        #expect(UInt64(try GoalFile.digest(Self.minimal), radix: 16) == hash)
    }

    @Test func `hostile YAML is refused without harm`() {
        let deep = String(repeating: "[", count: 100_000)
        let nested = "name: " + String(repeating: "{a: ", count: 5_000)
        let bomb = (1...30).reduce("a0: &a0 [x, x]\n") { $0 + "a\($1): &a\($1) [*a\($1 - 1), *a\($1 - 1)]\n" }
        for text in [deep, nested, bomb, "\u{0}", "name: \u{1}", "? [a, b]\n: c", "- - - -", "%YAML 9.9\n---\na: b"] {
            #expect(throws: GoalFileErrors.self) { try GoalFile.read(text, directory: "/") }
        }
    }

    @Test func `too long a file is refused before it is read`() {
        let data = Data(repeating: 0x23, count: GoalFile.sizeLimit + 1)
        #expect(throws: GoalFileErrors.self) { try GoalFile.text(of: data) }
    }

    @Test func `a byte-order mark is passed over`() throws {
        #expect(try GoalFile.text(of: Data([0xEF, 0xBB, 0xBF, 0x61])) == "a")
    }

    @Test func `a factor's variable is its name in capitals with underscores`() {
        #expect(TrialVariable.name(of: "ad bid-2") == "DURE_AD_BID_2")
        #expect(TrialVariable.name(of: "가격") == "DURE___")
    }

    private static func naver(_ rest: String) -> String {
        """
        name: robot
        marketplace: naver
        product: {url: "https://smartstore.naver.com/shop/products/1", competitors: [2, "https://smartstore.naver.com/b/products/3"]}
        keywords: [로봇청소기, 청소기]
        metric: {name: rank, target: 10, depth: 300}
        factors: {title: [short, long]}
        """ + "\n" + rest
    }

    @Test func `a rank on naver is measured by its own search where a program applies`() throws {
        let goal = try GoalFile.read(Self.naver("trial: {apply: ./apply.sh, window: 6h}"), directory: "/")
        #expect(goal.observesRanks && goal.measuresByRankSource && goal.trial.measure == nil)
        #expect(goal.effort.observers == 1 && goal.product.competitors.count == 2)
        let words = "units: [로봇청소기, 청소기]\ntrial: {apply: ./a, measure: ./m, window: 6h}"
        let byProgram = try GoalFile.read(Self.naver(words), directory: "/")
        #expect(byProgram.observesRanks && !byProgram.measuresByRankSource)
        let listings = "units: 3\ntrial: {apply: ./a, measure: ./m, window: 6h}"
        #expect(try !GoalFile.read(Self.naver(listings), directory: "/").observesRanks)
    }

    @Test(arguments: [
        ("trial: {apply: ./apply.sh}", "trial.window"), ("trial: {kind: command, window: 6h}", "trial.apply"),
        ("units: 3\ntrial: {apply: ./apply.sh, window: 6h}", "units"),
        ("guardrails: [{metric: margin, min: 1}]\ntrial: {apply: ./apply.sh, window: 6h}", "trial.measure"),
    ])
    func `what such a goal lacks is named`(_ rest: String, _ field: String) {
        let errors = #expect(throws: GoalFileErrors.self) {
            try GoalFile.read(Self.naver(rest), directory: "/")
        }
        #expect(errors?.description.contains(field) == true, "\(String(describing: errors))")
    }

    static let complete = """
        version: 1
        name: cups
        product: {id: 123, url: "https://shop.example/123", title: 컵, price: "39,000 KRW"}
        marketplace: naver
        keywords: [컵, 머그컵]
        metric: {name: rank, direction: lower, depth: 100}
        target: 20
        deadline: 30d
        baseline: 6h
        factors:
          - {name: coupon, levels: [none, 5%], control: 5%}
          - {name: mixed, levels: [0.5, 2, true, 007, "2.50"]}
        guardrails: [{metric: margin, min: 0.1, max: 1, stop: true}]
        trial:
          kind: command
          window: 6h
          wash_out: 1h
          every: 15m
          apply: [./apply, --now]
          measure: {run: ./measure, timeout: 2m, directory: /opt/measure, environment: {A: 2, B: x}}
          attempts: 2
          cost: 100 KRW
          timeout: 30s
          directory: ../tools
          environment: {A: 1}
        units: 3
        effort:
          generation_size: 8
          replicates: 2
          controls_per_block: 2
          block_size: 12
          strategy: random
          observers: 3
        budget: {amount: {amount: 500000, currency: KRW}, trials: 90}
        approval: required
        score: {rank: 1, success: 0.5, guardrails: 0}
        ending: {keep_winner: true, confirmation_replicates: 4, finalists: 3, next_campaign: start}
        time_zone: Europe/Berlin
        seed: 18446744073709551615
        simulation:
          start_rank: 70
          competitors: 99
          shock_at: 12d
          worker_death_at: 5d
          interaction_share: 0.25
          noise: 0.4
          speed: 7200
        """
}
