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

    /// By SciPy's quadrature of the posterior densities, and statsmodels' Wilson interval.
    @Test func `the chances of being the best are the posterior's, to what 20,000 draws allow`() throws {
        let text = "variant,n,bought,even\na,1000,20,1\nb,1000,26,1\nc,1000,24,1\n"
        let options = ["--metric", "bought", "--totals", "n", "--even", "even", "--least-share", "0.1"]
        let arms = try allocation(text, options).arms
        for (arm, expected) in zip(arms, [0.103_861_162, 0.552_537_477, 0.343_601_361]) {
            #expect((arm.probabilityBest - expected).magnitude < 0.012)
            #expect((arm.share - (0.1 + 0.7 * arm.probabilityBest)).magnitude < 1e-12)
        }
        let ends = [
            (0.012_983_682_916_415_138, 0.030_690_005_229_718_01),
            (0.017_803_938_201_616_326, 0.037_823_828_842_689_94),
            (0.016_180_168_466_636_998, 0.035_462_905_611_611_49),
        ]
        for (arm, expected) in zip(arms, ends) {
            let interval = try #require(arm.readOut)
            #expect((interval.lower - expected.0).magnitude < 1e-11 && (interval.upper - expected.1).magnitude < 1e-11)
        }
        let values =
            "variant,v,even\n" + [3.1, 4.7, 2.2, 5.9, 4.4, 3.8].map { "a,\($0),1\n" }.joined()
            + [4.9, 5.1, 6.6, 3.9, 5.2].map { "b,\($0),1\n" }.joined()
        let means = try allocation(values, ["--metric", "v:mean", "--even", "even"]).arms
        #expect((means[1].probabilityBest - 0.908_990_101).magnitude < 0.009)
        #expect(((means[0].readOut?.lower ?? 0) - 2.660_632_295_435_609).magnitude < 1e-9)
        #expect(((means[1].readOut?.upper ?? 0) - 6.339_347_159_490_607).magnitude < 1e-9)
        #expect(try allocation(values, ["--metric", "v:mean", "--lower"]).leader == "a")
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
