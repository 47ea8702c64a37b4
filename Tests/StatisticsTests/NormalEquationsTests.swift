// SPDX-License-Identifier: Apache-2.0
import Testing

@testable import Statistics

@Suite struct NormalEquationsTests {
    @Test func `levels that appear late give the same model as a table`() throws {
        let table = Phadke.polysilicon
        var equations = try NormalEquations(
            responseName: "eta",
            terms: table.factors.map { .init(name: $0.name) },
            expectedLevels: 1
        )
        for (row, response) in table.response.enumerated() {
            try equations.add(levels: table.factors.map { $0.codes[row] }, response: response)
        }
        let streamed = try MainEffectsAnalysis().fit(equations, levels: table.factors.map(\.levels))
        let whole = try MainEffectsAnalysis().fit(table)
        #expect(streamed.analysisOfVariance == whole.analysisOfVariance)
    }

    @Test func `constant leading digits cost no accuracy`() throws {
        func residual(offset: Double) throws -> Double? {
            var equations = try NormalEquations(responseName: "y", terms: [.init(name: "f")])
            for row in 0..<3_000 {
                try equations.add(levels: [row % 3], response: offset + Double((row * 7) % 11) / 8)
            }
            let levels = [["a", "b", "c"]]
            return try MainEffectsAnalysis().fit(equations, levels: levels).analysisOfVariance.residual.ss
        }
        #expect(isClose(try residual(offset: 0), try residual(offset: 1_048_576_000_000), relative: 1e-13))
    }

    @Test func `an odd first value does not spoil the rest`() throws {
        var equations = try NormalEquations(responseName: "y", terms: [.init(name: "f")])
        try equations.add(levels: [0], response: 1e12)
        for row in 0..<100 {
            try equations.add(levels: [1], response: Double(row % 10) / 10)
        }
        let fitted = try MainEffectsAnalysis().fit(equations, levels: [["outlier", "rest"]])
        #expect(isClose(equations.mean(term: 0, level: 1), 0.45, relative: 1e-15))
        #expect(fitted.analysisOfVariance.residual.df == 99)
    }

    @Test func `a refused row leaves the sums as they were`() throws {
        var equations = try NormalEquations(responseName: "y", terms: [.init(name: "f")], levelLimit: 5)
        try equations.add(levels: [1], response: 2)
        #expect(throws: StatisticsError.tooManyLevels(column: "f", limit: 5)) {
            try equations.add(levels: [5], response: 1)
        }
        #expect(throws: StatisticsError.self) {
            try equations.add(levels: [-1], response: 1)
        }
        #expect(throws: StatisticsError.notFinite(column: "y", row: 1)) {
            try equations.add(levels: [0], response: .infinity)
        }
        #expect(equations.rowCount == 1)
        #expect(equations.grandMean == 2)
    }

    @Test func `a copy of the sums is not changed by what is added to the original`() throws {
        var equations = try NormalEquations(responseName: "y", terms: [.init(name: "f")])
        try equations.add(levels: [0], response: 1)
        let copy = equations
        try equations.add(levels: [1], response: 3)
        #expect(copy.rowCount == 1 && copy.grandMean == 1)
        #expect(equations.grandMean == 2)
    }

    @Test func `labels sort as numbers when all are numbers`() {
        #expect(LevelOrder.sorted(["10", "9", "-1"]) == ["-1", "9", "10"])
        #expect(LevelOrder.sorted(["10", "9", "x"]) == ["10", "9", "x"])
    }

    @Test func `contrasts of factors without effect are rejected at no more than the stated rate`() throws {
        var generator = SeededGenerator(seed: 11)
        var wrong = 0
        let rounds = 1_000
        for _ in 0..<rounds {
            let table = FactorialTable(
                responseName: "y",
                response: (0..<18).map { _ in generator.normal() },
                factors: Phadke.polysilicon.with(factors: ["A", "B", "C"]).factors
            )
            let contrasts = try MainEffectsAnalysis().fit(table).analysisOfVariance.contrasts
            wrong += contrasts.contains { ($0.adjustedP ?? 1) < 0.05 } ? 1 : 0
        }
        #expect(Double(wrong) / Double(rounds) < 0.065)
        #expect(wrong > 10)
    }
}
