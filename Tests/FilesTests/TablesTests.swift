// SPDX-License-Identifier: Apache-2.0

import Foundation
import Testing

@testable import Files

@Suite struct ExperimentTableTests {
    static func table(_ text: String, _ roles: ExperimentTable.Roles) throws -> ExperimentTable {
        var reader = try CSVReader(data: Data(text.utf8))
        return try ExperimentTable(&reader, roles)
    }

    static func codes(_ factor: ExperimentTable.Factor) -> [Int] {
        switch factor.codes {
        case .bytes(let codes): codes.map { $0 == .max ? -1 : Int($0) }
        case .words(let codes): codes.map { Int($0) }
        }
    }

    @Test func `columns of few values become factors and the others are named`() throws {
        let rows = (0..<60).map { "\($0),\(["b", "a"][$0 % 2]),\($0 % 3),same,id\($0),\($0 * 7),," }
        let text = "y,title,price,constant,id,many,empty,gaps\n" + rows.joined(separator: "\n")
        let table = try Self.table(text, .init(responses: ["y"]))
        #expect(table.factors.map(\.name) == ["title", "price"])
        #expect(table.factors[0].levels == ["a", "b"])
        #expect(table.unused.map(\.name) == ["constant", "id", "many", "empty", "gaps"])
        #expect(table.unused[1].reason == "has a value of its own in most rows")
        #expect(table.unused[2].reason == "has 60 different numbers")
    }

    @Test(arguments: [20, 21])
    func `numbers are a factor up to twenty different ones`(_ count: Int) throws {
        let text = "y,x,a\n" + (0..<(count * 4)).map { "\($0),\($0 % count),\($0 % 2)" }.joined(separator: "\n")
        #expect(
            try Self.table(text, .init(responses: ["y"])).factors.map(\.name) == (count == 20 ? ["x", "a"] : ["a"])
        )
        let named = try Self.table(text, .init(responses: ["y"], factors: [], named: ["x", "a"]))
        #expect(named.factors.map(\.name) == (count == 20 ? ["x", "a"] : ["a"]))
        #expect(named.numbers.map(\.name) == (count == 20 ? [] : ["x"]))
        let numeric = try Self.table(text, .init(responses: ["y"], numbers: ["a"]))
        #expect(numeric.numbers.map(\.name) == ["a"])
        #expect(!numeric.factors.map(\.name).contains("a"))
    }

    @Test func `levels are sorted as numbers where all are numbers, and codes follow`() throws {
        let text = "a,b,y\n10,x,1\n9,10,2\n-1.5,9,3\n10,x,4\n"
        let table = try Self.table(text, .init(responses: ["y"], factors: ["a", "b"]))
        #expect(table.factors.map(\.levels) == [["-1.5", "9", "10"], ["10", "9", "x"]])
        #expect(table.factors.map(Self.codes) == [[2, 1, 0, 2], [2, 0, 1, 2]])
        #expect(table.lines == [2, 3, 4, 5])
    }

    @Test func `missing cells are kept as missing and counted`() throws {
        let table = try Self.table("a,b,y\n1,,1\nNA,1,2\n2,1,\n1,2,5\n", .init(responses: ["y"], factors: ["a"]))
        #expect(Self.codes(table.factors[0]) == [0, -1, 1, 0])
        #expect(table.factors[0].missing == 1)
        #expect(table.responses[0].missing == 1)
        #expect(table.responses[0].values[2].isNaN)
        #expect(table.responses[0].values[3] == 4)
        #expect(table.responses[0].origin == 1)
    }

    @Test func `constant leading digits cost nothing`() throws {
        let text = "a,y\n1,1000000000000.4\n2,1000000000000.3\n1,1000000000000.6\n"
        #expect(try Self.table(text, .init(responses: ["y"], factors: ["a"])).responses[0].values == [0, -0.1, 0.2])
    }

    @Test func `codes of many levels take more than a byte`() throws {
        let text = "a,y\n" + (0..<600).map { "\(599 - $0),1" }.joined(separator: "\n") + "\nNA,2\n"
        let table = try Self.table(text, .init(responses: ["y"], factors: ["a"]))
        #expect(Self.codes(table.factors[0]) == (0..<600).map { 599 - $0 } + [-1])
        let many = "a,y\n" + (0...ExperimentTable.levelLimit).map { "\($0),1\n" }.joined()
        let error = #expect(throws: CSVError.self) { try Self.table(many, .init(responses: ["y"], factors: ["a"])) }
        #expect(error?.problem == "the column has more than 1000 levels")
        let named = try Self.table(many, .init(responses: ["y"], factors: [], named: ["a"]))
        #expect(named.numbers[0].values.count == 1_001)
    }

    @Test func `a column has one role`() throws {
        let text = "a,b,y\n1,2,3\n2,2,4\n"
        let unknown = #expect(throws: CSVError.self) { try Self.table(text, .init(responses: ["z"])) }
        #expect(unknown?.remedy.hasSuffix("the columns are a, b, y") == true)
        for roles in [
            ExperimentTable.Roles(responses: ["y"], factors: ["a", "y"]), .init(responses: ["y", "y"]),
            .init(responses: ["y"], blocks: ["a"], trials: "a"), .init(responses: ["y"], named: ["y"]),
        ] {
            let error = #expect(throws: CSVError.self) { try Self.table(text, roles) }
            #expect(error?.remedy == "name every column once")
        }
    }

    @Test func `labels that look alike, and those that a spreadsheet would run, are noted`() throws {
        let text = "a,b,y\n1,=sum(A1),1\n1.0,x,2\n1,X,3\n1.0,=sum(A1),4\n"
        let notes = try Self.table(text, .init(responses: ["y"], factors: ["a", "b"])).notes
        #expect(notes.count == 3)
        #expect(notes[0].contains("one number in two spellings"))
        #expect(notes[1].contains("differ only in case or spaces"))
        #expect(notes[2].contains("that a spreadsheet would run, such as '=sum(A1)'"))
    }

    @Test func `many levels keep their codes`() throws {
        var table = LevelTable()
        let words = (0..<5_000).map { $0 % 2 == 0 ? "w\($0)" : "a much longer word \($0)" }
        for (code, word) in words.enumerated() {
            #expect(table.insert(Array(word.utf8).span) == code)
        }
        for (code, word) in words.enumerated() {
            #expect(table.find(Array(word.utf8).span) == code)
        }
        #expect(table.find(Array("\0w0".utf8).span) == nil)
        #expect(table.labels == words)
    }
}
