// SPDX-License-Identifier: Apache-2.0
import Testing

@testable import Statistics

@Suite struct ModelFormulaTests {
    @Test(arguments: [
        ("y ~ A + B + A:B", "y ~ A + B + A:B"),
        ("y~A*B", "y ~ A + B + A:B"),
        ("y ~ (A + B + C)^2", "y ~ A + B + C + A:B + A:C + B:C"),
        ("y ~ A*B*C - A:B:C", "y ~ A + B + C + A:B + A:C + B:C"),
        ("y ~ A*B - A:B", "y ~ A + B"),
        ("y ~ A:B + A", "y ~ A + A:B"),
        ("y ~ B:A + A + A:B", "y ~ A + B:A"),
        ("y ~ A/B", "y ~ A + A:B"),
        ("y ~ A + A + 1", "y ~ A"),
        ("y ~ 1", "y ~ 1"),
        ("y ~ (A + B):C", "y ~ A:C + B:C"),
        ("y ~ A*(B + C)", "y ~ A + B + C + A:B + A:C"),
        ("y ~ (A + B)^5", "y ~ A + B + A:B"),
        ("y1, y2 ~ A", "y1, y2 ~ A"),
        ("A + B", "~ A + B"),
    ])
    func `formulas mean what they mean in R`(_ text: String, _ expected: String) throws {
        #expect(try ModelFormula(text).text == expected)
    }

    @Test func `names with signs and spaces are read when the columns are known, or between backquotes`() throws {
        let columns = ["yield (kg)", "price-level", "price", "2nd", "색"]
        let formula = try ModelFormula("yield (kg) ~ price-level*2nd + 색 - price", columns: columns)
        #expect(formula.responses == ["yield (kg)"])
        #expect(formula.terms.map(\.name) == ["price-level", "2nd", "색", "price-level:2nd"])
        #expect(try ModelFormula("y ~ `a b`:c").terms == [ModelTerm(["a b", "c"])])
    }

    @Test func `a dot stands for all columns but the response and the blocks`() throws {
        let formula = try ModelFormula("y ~ .^2", blocks: ["day"], columns: ["day", "A", "B", "y"])
        #expect(formula.terms.map(\.name) == ["day", "A", "B", "A:B"])
        #expect(formula.terms.map(\.kind) == [.block, .factor, .factor, .factor])
    }

    @Test func `an unknown name is refused with the nearest known one`() throws {
        let error = try #require(throws: FormulaError.self) {
            try ModelFormula("y ~ colour + size", columns: ["y", "color", "size"])
        }
        #expect(error.position == 4)
        #expect(error.description.contains("did you mean 'color'?"))
        let far = try #require(throws: FormulaError.self) {
            try ModelFormula("y ~ temperature", columns: ["y", "color"])
        }
        #expect(far.description.contains("the columns are y, color"))
    }

    @Test(arguments: [
        ("y ~ ", "there are no terms"), ("y ~ A +", "a term is missing"), ("y ~ (A", "not closed"),
        ("y ~ A)", "not expected"), ("y ~ A^x", "whole number"), ("y ~ A - 1", "intercept"),
        ("y ~ 0 + A", "intercept"), ("y ~ A + y", "is the response"), ("y, y ~ A", "named twice"),
        ("y ~ `A", "backquote"), ("y ~ .", "needs the columns"), ("y ~ A & B", "not expected"),
        ("", "there are no terms"), ("~", "there are no terms"), ("y ~ A ** B", "not expected"),
        ("y ~ (a+b+c+d+e+f+g+h+i+j+k+l+m+n+o)^15", "more than 2000 terms"),
    ])
    func `what cannot be read is refused with its place and a remedy`(_ text: String, _ problem: String) throws {
        let error = try #require(throws: FormulaError.self) {
            try ModelFormula(text)
        }
        #expect(error.problem.contains(problem))
        #expect(!error.remedy.isEmpty)
        #expect((0...text.count).contains(error.position))
    }
}
