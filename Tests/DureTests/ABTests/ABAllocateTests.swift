// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import Experiments
import Files
import Foundation
import Statistics
import Testing

@testable import dure

struct ABAllocateTests {
    private func allocation(_ text: String, _ arguments: [String]) throws -> ABAllocation {
        let file = FileManager.default.temporaryDirectory.appending(path: "dure-bandit-\(UUID().uuidString).csv")
        try Data(text.utf8).write(to: file)
        defer {
            do {
                try FileManager.default.removeItem(at: file)
            } catch {
                Issue.record(error)
            }
        }
        return try ABAllocateCommand.parse([file.path] + arguments).allocation()
    }

    private static let totals = "variant,shown,bought,split\na,4000,80,0\nb,4000,140,0\na,1000,19,1\nb,1000,36,1\n"

    @Test func `the better variant gets more, and every one its least share`() throws {
        let answer = try allocation(
            Self.totals,
            ["--metric", "bought:proportion", "--totals", "shown", "--serve", "1000", "--least-share", "0.1"]
        )
        #expect(answer.leader == "b")
        #expect(answer.isDecided)
        #expect(answer.arms[1].share > answer.arms[0].share)
        #expect(answer.arms.allSatisfy { $0.share >= 0.1 })
        #expect(answer.arms.compactMap(\.serve).reduce(0, +) == 1_000)
        #expect(answer.arms.allSatisfy { $0.readOut == nil })
        #expect(answer.notes.count == 1)
    }

    @Test func `only the evenly split part is read out`() throws {
        let answer = try allocation(
            Self.totals,
            ["--metric", "bought:proportion", "--totals", "shown", "--even", "split"]
        )
        #expect(answer.arms.map(\.count) == [5_000, 5_000])
        #expect(answer.arms.map { $0.readOut?.estimate } == [0.019, 0.036])
    }

    @Test func `one row per unit gives what totals give`() throws {
        let rows = (0..<400).map { "\($0 % 2 == 0 ? "a" : "b"),\($0 % 8 == 1 ? 1 : 0)" }
        let answer = try allocation("variant,bought\n" + rows.joined(separator: "\n") + "\n", ["--metric", "bought"])
        let totals = try allocation(
            "variant,n,bought\na,200,0\nb,200,50\n",
            ["--metric", "bought:proportion", "--totals", "n"]
        )
        #expect(answer.arms.map(\.share) == totals.arms.map(\.share))
    }

    @Test(arguments: [
        ("variant,n,bought\na,200,300\nb,200,50\n", ["--metric", "bought:proportion", "--totals", "n"]),
        ("variant,bought\na,1\na,0\n", ["--metric", "bought"]),
        ("variant,bought\na,1\nb,0\n", ["--metric", "nothing"]),
        ("variant,n,bought\na,1e300,5\nb,200,50\n", ["--metric", "bought", "--totals", "n"]),
        ("variant,n,bought\na,200,-5\nb,200,50\n", ["--metric", "bought", "--totals", "n"]),
        ("variant,bought\na,2\nb,0\n", ["--metric", "bought"]),
        ("variant,bought,even\na,1,2\nb,0,1\n", ["--metric", "bought", "--even", "even"]),
        ("variant,spent\na,1e200\nb,1\n", ["--metric", "spent:mean"]),
        ("variant,bought\na,1\nb,0\n", ["--metric", "bought", "--least-share", "0.9"]),
    ])
    func `wrong files are refused`(text: String, arguments: [String]) {
        #expect(throws: (any Error).self) { try allocation(text, arguments) }
    }
}
