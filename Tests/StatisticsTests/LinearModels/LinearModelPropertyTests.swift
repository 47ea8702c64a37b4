// SPDX-License-Identifier: Apache-2.0
import Foundation
import Testing

@testable import Statistics

/// Random experiments with known layouts.
struct RandomExperiment {
    var generator: SeededGenerator
    let levels: [Int]
    var codes: [[UInt8]]
    var response: [Double]

    /// All combinations of levels, each `replicates` times, or as many rows drawn at random.
    init(seed: UInt64, levels: [Int], replicates: Int, isBalanced: Bool) {
        var generator = SeededGenerator(seed: seed)
        let cells = levels.reduce(1, *)
        var codes = levels.map { _ in [UInt8]() }
        var response: [Double] = []
        for row in 0..<(cells * replicates) {
            var rest = isBalanced ? row % cells : Int(generator.next() % UInt64(cells))
            var mean = 0.0
            for (factor, count) in levels.enumerated() {
                let level = rest % count
                rest /= count
                codes[factor].append(UInt8(level))
                mean += Double(level * level) * (factor == 0 ? 1 : 0.3)
            }
            response.append(((mean + generator.normal()) * 1_000).rounded() / 1_000)
        }
        self.generator = generator
        self.levels = levels
        self.codes = codes
        self.response = response
    }

    static let names = ["A", "B", "C", "D"]

    func columns(_ change: (Double) -> Double = { $0 }) -> ModelColumns {
        ModelColumns(
            factors: levels.indices.map { factor in
                CodedFactor(
                    name: Self.names[factor],
                    levels: (0..<levels[factor]).map { "l\($0)" },
                    codes: codes[factor]
                )
            },
            responses: [ResponseColumn(name: "y", values: response.map(change))]
        )
    }

    func table(
        _ formula: String,
        _ type: SumOfSquaresType? = nil,
        _ change: (Double) -> Double = { $0 }
    ) throws -> LinearModelTable {
        let analysis = LinearModelAnalysis(formula: try ModelFormula(formula), type: type)
        return try #require(try analysis.fit(columns(change)).first).table
    }
}

@Suite struct LinearModelPropertyTests {
    @Test func `in a balanced design the sums of squares add up and all types are the same`() throws {
        for seed in 0..<5 {
            let data = RandomExperiment(seed: UInt64(seed), levels: [3, 2, 4], replicates: 2, isBalanced: true)
            let tables = try SumOfSquaresType.allCases.map { try data.table("y ~ A*B*C", $0) }
            for table in tables {
                #expect(table.isOrthogonal)
                let sum = table.rows.reduce(table.residual.ss) { $0 + $1.sumOfSquares }
                #expect(isClose(sum, table.total.ss, relative: 1e-12))
                #expect(table.rows.reduce(table.residual.df) { $0 + $1.df } == table.total.df)
                #expect(table.rows.map(\.f) == tables[0].rows.map(\.f))
                #expect(table.typeReason.contains("are the same"))
            }
        }
    }

    @Test func `sums of squares of type I add up in every design`() throws {
        for seed in 10..<15 {
            let data = RandomExperiment(seed: UInt64(seed), levels: [3, 2, 4], replicates: 3, isBalanced: false)
            let table = try data.table("y ~ (A + B + C)^2", .one)
            let sum = table.rows.reduce(table.residual.ss) { $0 + $1.sumOfSquares }
            #expect(isClose(sum, table.total.ss, relative: 1e-12))
            #expect(table.typeReason.contains("their order matters"))
        }
    }

    @Test(arguments: SumOfSquaresType.allCases)
    func `new labels for levels and another order of rows change no F`(_ type: SumOfSquaresType) throws {
        let data = RandomExperiment(seed: 3, levels: [3, 2, 4], replicates: 2, isBalanced: false)
        var turned = data
        turned.codes[0] = data.codes[0].map { [2, 0, 1][Int($0)] }
        turned.codes[2] = data.codes[2].map { 3 - $0 }
        for factor in turned.codes.indices {
            turned.codes[factor].reverse()
        }
        turned.response.reverse()
        let formula = "y ~ A*B*C"
        for (a, b) in zip(try data.table(formula, type).rows, try turned.table(formula, type).rows) {
            #expect(a.df == b.df)
            #expect(isClose(a.f, b.f, relative: 1e-9))
        }
    }

    @Test func `a constant added to the response changes no F`() throws {
        let data = RandomExperiment(seed: 4, levels: [3, 2, 4], replicates: 2, isBalanced: false)
        let plain = try data.table("y ~ A*B + C")
        let moved = try data.table("y ~ A*B + C", nil) { $0 + 1_048_576 }
        for (a, b) in zip(plain.rows, moved.rows) {
            #expect(isClose(a.f, b.f, relative: 1e-7))
        }
        #expect(isClose(moved.grandMean, plain.grandMean + 1_048_576))
    }

    @Test(arguments: [1e150, 1e-150])
    func `very large and very small responses give the same F and no NaN`(_ scale: Double) throws {
        let data = RandomExperiment(seed: 5, levels: [3, 2], replicates: 4, isBalanced: false)
        let plain = try data.table("y ~ A*B")
        let scaled = try data.table("y ~ A*B", nil) { $0 * scale }
        for (a, b) in zip(plain.rows, scaled.rows) {
            #expect(isClose(a.f, b.f, relative: 1e-9))
            #expect(isClose(a.p, b.p, relative: 1e-9))
        }
        _ = try JSONEncoder().encode(scaled)
        #expect(throws: StatisticsError.tooLarge(column: "y")) {
            try data.table("y ~ A*B", nil) { $0 * 1e200 }
        }
    }

    @Test func `counting by combination, row by row and streaming give the same`() throws {
        var generator = SeededGenerator(seed: 6)
        let rows = 9_000
        let names = (0..<12).map { "f\($0)" }
        let codes = names.map { _ in (0..<rows).map { _ in Int(generator.next() % 3) } }
        let response = (0..<rows).map { Double(codes[0][$0]) + Double(codes[3][$0] / 2) + generator.normal() }
        let levels = ["a", "b", "c"]
        let columns = ModelColumns(
            factors: names.indices.map {
                CodedFactor(name: names[$0], levels: levels, codes: codes[$0].map { Int32($0) })
            },
            responses: [ResponseColumn(name: "y", values: response)]
        )
        func table(_ count: Int) throws -> LinearModelTable {
            let formula = ModelFormula.mainEffects(factors: Array(names.prefix(count)))
            return try #require(try LinearModelAnalysis(formula: formula).fit(columns).first).table
        }
        for count in [4, 12] {
            let streamed = try MainEffectsAnalysis().fit(
                FactorialTable(
                    responseName: "y",
                    response: response,
                    factors: (0..<count).map { FactorColumn(name: names[$0], levels: levels, codes: codes[$0]) }
                )
            ).analysisOfVariance
            let own = try table(count)
            #expect(isClose(own.residual.ss, streamed.residual.ss, relative: 1e-12))
            for (a, b) in zip(own.rows, streamed.rows) {
                #expect(a.df == b.df && isClose(a.f, b.f, relative: 1e-10))
            }
        }
    }

    @Test func `several responses in one pass are what each is alone, missing cells dropped and counted`() throws {
        let data = RandomExperiment(seed: 7, levels: [3, 2, 2], replicates: 40, isBalanced: false)
        var columns = data.columns()
        let second = data.response.enumerated().map { $0 % 17 == 3 ? Double.nan : $1 * $1 }
        columns.responses.append(ResponseColumn(name: "z", values: second))
        if case .bytes(var codes) = columns.factors[1].codes {
            codes[5] = .max
            codes[20] = .max
            columns.factors[1] = CodedFactor(name: "B", levels: columns.factors[1].levels, codes: codes)
        }
        let formula = try ModelFormula("y, z ~ A*B")
        let both = try LinearModelAnalysis(formula: formula).fit(columns)
        #expect(both.map(\.responseName) == ["y", "z"])
        #expect(both.map { $0.table.missingFactors } == [2, 2])
        #expect(both.map { $0.table.missingResponses } == [0, second.indices { $0 % 17 == 3 && $0 != 20 }])
        #expect(both[1].table.notes.contains { $0.contains("without a value of 'z'") })
        for (fit, response) in zip(both, columns.responses) {
            let rows = data.response.indices.filter { $0 != 5 && $0 != 20 && !response.values[$0].isNaN }
            var alone = data
            alone.codes = data.codes.map { codes in rows.map { codes[$0] } }
            alone.response = rows.map { response.values[$0] }
            #expect(try alone.table("y ~ A*B").rows.map(\.sumOfSquares) == fit.table.rows.map(\.sumOfSquares))
        }
    }

    @Test func `in a half fraction of resolution IV the first of two aliased interactions stands for both`() throws {
        var codes = [[UInt8]](repeating: [], count: 4)
        for run in 0..<8 {
            let own = (0..<3).map { UInt8(run >> $0 & 1) }
            for factor in 0..<3 {
                codes[factor].append(own[factor])
            }
            codes[3].append(own[0] ^ own[1] ^ own[2])
        }
        let response = [8.0, 3, 11, 4, 9, 7, 2, 15]
        let columns = ModelColumns(
            factors: (0..<4).map {
                CodedFactor(name: RandomExperiment.names[$0], levels: ["-", "+"], codes: codes[$0])
            },
            responses: [ResponseColumn(name: "y", values: response)]
        )
        let formula = try ModelFormula("y ~ (A + B + C + D)^2")
        for type in SumOfSquaresType.allCases {
            let table = try #require(try LinearModelAnalysis(formula: formula, type: type).fit(columns).first).table
            #expect(table.rows.map(\.df) == [1, 1, 1, 1, 1, 1, 1, 0, 0, 0])
            #expect(table.isSaturated)
            #expect(table.rows[4].aliasedWith == ["C:D"] && table.rows[9].aliasedWith == ["A:B"])
            let sum = table.rows.reduce(0) { $0 + $1.sumOfSquares }
            #expect(isClose(sum, table.total.ss))
            #expect(table.notes.contains { $0.contains("'C:D' cannot be told from 'A:B': 1 degree") })
            #expect(table.notes.contains { $0.contains("credited to 'A:B'") })
        }
    }

    @Test func `terms are pooled by name or size, inner terms only after the outer ones`() throws {
        let data = RandomExperiment(seed: 8, levels: [3, 2, 2], replicates: 3, isBalanced: false)
        let formula = try ModelFormula("y ~ A*B*C")
        func pooled(_ pooling: LinearModelAnalysis.Pooling) throws -> LinearModelTable {
            try #require(try LinearModelAnalysis(formula: formula, pooling: pooling).fit(data.columns()).first).table
        }
        let named = try pooled(.terms(["A:B:C", "C:B"]))
        #expect(named.pooledTerms == ["A:B:C", "B:C"])
        let direct = try data.table("y ~ A + B + C + A:B + A:C")
        #expect(isClose(named.residual.ss, direct.residual.ss))
        #expect(named.rows.filter { !$0.isPooled }.map(\.f).elementsEqual(direct.rows.map(\.f)) { isClose($0, $1) })
        #expect(throws: StatisticsError.self) {
            try pooled(.terms(["A"]))
        }
        #expect(throws: StatisticsError.self) {
            try pooled(.smallestUntil(residualShare: 1.5))
        }
        let small = try pooled(.contributionBelow(share: 0.05))
        #expect(small.pooledTerms.first == "A:B:C" && !small.pooledTerms.contains("A"))
        let half = try pooled(.smallestUntil(residualShare: 0.8))
        #expect(Double(half.residual.df) >= 0.8 * Double(half.total.df))
    }

    @Test func `the best combination is the best of all that the model predicts, interactions included`() throws {
        let data = RandomExperiment(seed: 9, levels: [3, 2, 4], replicates: 3, isBalanced: false)
        let fitted = try #require(
            try LinearModelAnalysis(formula: ModelFormula("y ~ (A + B + C)^2")).fit(data.columns()).first
        )
        for direction in [BestCombination.Direction.higher, .lower, .nominal(target: 2)] {
            let best = try fitted.bestCombination(direction, control: ["A": "l0", "B": "l0", "C": "l0"])
            var least = Double.infinity
            for a in 0..<3 {
                for b in 0..<2 {
                    for c in 0..<4 {
                        let mean = try fitted.predict(["A": "l\(a)", "B": "l\(b)", "C": "l\(c)"]).mean
                        switch direction {
                        case .higher: least = min(least, -mean)
                        case .lower: least = min(least, mean)
                        case .nominal(let target): least = min(least, (mean - target).magnitude)
                        }
                    }
                }
            }
            switch direction {
            case .higher: #expect(isClose(best.predictedMean, -least))
            case .lower: #expect(isClose(best.predictedMean, least))
            case .nominal(let target): #expect(isClose((best.predictedMean - target).magnitude, least, absolute: 1e-9))
            }
            let control = try fitted.predict(["A": "l0", "B": "l0", "C": "l0"])
            #expect(isClose(best.gain?.difference, best.predictedMean - control.mean, absolute: 1e-9))
        }
    }

    @Test func `a part taken off all values comes back in means only`() throws {
        let data = RandomExperiment(seed: 12, levels: [3, 2], replicates: 4, isBalanced: false)
        var columns = data.columns()
        columns.responses = [ResponseColumn(name: "y", values: data.response, origin: 1e6)]
        let formula = try ModelFormula("y ~ A*B")
        let fitted = try #require(try LinearModelAnalysis(formula: formula).fit(columns).first)
        let plain = try #require(try LinearModelAnalysis(formula: formula).fit(data.columns()).first)
        #expect(fitted.table.rows == plain.table.rows)
        #expect(isClose(fitted.table.grandMean, plain.table.grandMean + 1e6))
        #expect(isClose(try fitted.predict(["A": "l1"]).mean, try plain.predict(["A": "l1"]).mean + 1e6))
        let best = try fitted.bestCombination(.nominal(target: 1e6 + 2))
        #expect(isClose(best.predictedMean, try plain.bestCombination(.nominal(target: 2)).predictedMean + 1e6))
    }

    @Test func `degenerate columns give a stated answer or an error that names them`() throws {
        let one = CodedFactor(name: "A", labels: ["x", "x", "x", "x"])
        let two = CodedFactor(name: "B", labels: ["x", "y", "x", "y"])
        func table(_ values: [Double], _ formula: String) throws -> LinearModelTable {
            let columns = ModelColumns(factors: [one, two], responses: [ResponseColumn(name: "y", values: values)])
            return try #require(try LinearModelAnalysis(formula: ModelFormula(formula)).fit(columns).first).table
        }
        let single = try table([1, 2, 4, 8], "y ~ A*B")
        #expect(single.rows.map(\.df) == [0, 1, 0])
        #expect(single.notes.contains { $0.contains("'A' has one level only") })
        let perfect = try table([0.1, 0.7, 0.1, 0.7], "y ~ B")
        #expect(perfect.isPerfectFit && perfect.rows[0].f == nil && perfect.rows[0].p == nil)
        let constant = try table([0.1, 0.1, 0.1, 0.1], "y ~ B")
        #expect(constant.rSquared == nil && constant.notes.contains { $0.contains("is the same") })
        let mean = try table([1, 2, 4, 8], "y ~ 1")
        #expect(mean.rows.isEmpty && mean.residual.df == 3)
        for found in [single, perfect, constant, mean] {
            _ = try JSONEncoder().encode(found)
        }
        #expect(throws: StatisticsError.notFinite(column: "y", row: 2)) {
            try table([1, 2, .infinity, 8], "y ~ B")
        }
        #expect(throws: StatisticsError.tooFewObservations(subject: "Response 'y'", found: 0, needed: 1)) {
            try table([.nan, .nan, .nan, .nan], "y ~ B")
        }
        #expect(throws: StatisticsError.lengthMismatch(column: "B", found: 4, expected: 3)) {
            try table([1, 2, 3], "y ~ B")
        }
        #expect(throws: StatisticsError.unknownColumn("Z", known: ["A", "B"])) {
            try table([1, 2, 3, 4], "y ~ Z")
        }
        let many = CodedFactor(name: "M", labels: (0..<10_000).map { "\($0)" })
        let columns = ModelColumns(
            factors: [many],
            responses: [ResponseColumn(name: "y", values: (0..<10_000).map { Double($0 % 7) })]
        )
        #expect(throws: StatisticsError.self) {
            try LinearModelAnalysis(formula: ModelFormula("y ~ M")).fit(columns)
        }
        let wrong = CodedFactor(name: "W", levels: ["a"], codes: [UInt8](arrayLiteral: 0, 0, 3, 0))
        let response = ResponseColumn(name: "y", values: [1, 2, 3, 4])
        #expect(throws: StatisticsError.invalidLevelCode(column: "W", row: 2, code: 3, levelCount: 1)) {
            try LinearModelAnalysis(formula: ModelFormula("y ~ W"))
                .fit(ModelColumns(factors: [wrong], responses: [response]))
        }
    }

    @Test func `without an effect five percent of the tests reject, of every type`() throws {
        var generator = SeededGenerator(seed: 77)
        let formula = try ModelFormula("y ~ A*B")
        let rounds = 2_000
        var rejected = [0, 0, 0]
        for _ in 0..<rounds {
            var data = RandomExperiment(seed: generator.next(), levels: [3, 2], replicates: 4, isBalanced: false)
            data.response = data.response.map { _ in generator.normal() }
            for (index, type) in SumOfSquaresType.allCases.enumerated() {
                let fits = try LinearModelAnalysis(formula: formula, type: type).fit(data.columns())
                rejected[index] += (try #require(fits.first).table.rows[0].p ?? 1) < 0.05 ? 1 : 0
            }
        }
        for count in rejected {
            #expect((0.037...0.063).contains(Double(count) / Double(rounds)))
        }
    }
}

extension Collection where Index == Int {
    /// The number of indices for which something holds.
    fileprivate func indices(_ holds: (Int) -> Bool) -> Int {
        indices.count { holds($0) }
    }
}
