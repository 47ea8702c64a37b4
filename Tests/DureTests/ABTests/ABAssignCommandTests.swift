// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import Experiments
import Testing

@testable import dure

struct ABAssignCommandTests {
    /// By the function as docs/ab-tests.md gives it, written in Python.
    @Test func `units get the variant that the documented function gives`() throws {
        let assignment = try ABAssignment(salt: "봄 제목", variants: ["control", "new"], shares: [70, 30], traffic: 0.8)
        let answer = try ABAssignCommand.Answer((0..<12).map { "방문자-\($0)" }, assignment)
        let found = answer.assignments.map { $0.variant ?? "-" }
        #expect(
            found == [
                "control", "control", "control", "control", "-", "-",
                "control", "-", "control", "control", "control", "new",
            ]
        )
        #expect(answer.text.hasPrefix("unit,variant\n방문자-0,"))
    }

    @Test func `a unit with a comma is quoted`() throws {
        let assignment = try ABAssignment(salt: "x", variants: ["a", "b"])
        let answer = try ABAssignCommand.Answer(["one, two"], assignment)
        #expect(answer.text.contains("\"one, two\","))
    }

    @Test(arguments: [
        ["--salt", "x", "--variants", "a"], ["--salt", "x", "--variants", "a,a"],
        ["--salt", "x", "--variants", "a,b", "--shares", "1"],
        ["--salt", "x", "--variants", "a,b", "--shares", "1,-1"],
        ["--salt", "x", "--variants", "a,b", "--traffic", "2"], ["--variants", "a,b"],
    ])
    func `impossible splits are wrong options`(arguments: [String]) {
        #expect(throws: (any Error).self) { try ABAssignCommand.parse(["u"] + arguments) }
    }
}
