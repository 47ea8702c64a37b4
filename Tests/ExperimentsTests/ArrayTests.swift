// SPDX-License-Identifier: Apache-2.0
import Domain
import Testing

@testable import Experiments

@Suite struct ArrayTests {
    @Test(arguments: OrthogonalArray.all.map(\.name))
    func `every array has strength two`(name: String) throws {
        let array = try #require(OrthogonalArray.named(name))
        #expect(array.strength() == 2)
    }

    @Test(arguments: [
        ("L4", 4, [2, 2, 2]),
        ("L8", 8, [Int](repeating: 2, count: 7)),
        ("L9", 9, [3, 3, 3, 3]),
        ("L12", 12, [Int](repeating: 2, count: 11)),
        ("L16", 16, [Int](repeating: 2, count: 15)),
        ("L16'", 16, [Int](repeating: 4, count: 5)),
        ("L18", 18, [2] + [Int](repeating: 3, count: 7)),
        ("L25", 25, [Int](repeating: 5, count: 6)),
        ("L27", 27, [Int](repeating: 3, count: 13)),
        ("L36", 36, [Int](repeating: 2, count: 11) + [Int](repeating: 3, count: 12)),
    ])
    func `arrays have their published runs and columns`(name: String, runs: Int, levels: [Int]) throws {
        let array = try #require(OrthogonalArray.named(name))
        #expect(array.runs.count == runs)
        #expect(array.columnLevels == levels)
    }

    @Test func `the L8 and the L9 are Taguchi's`() throws {
        let eight = try #require(OrthogonalArray.named("L8"))
        #expect(eight.runs[1] == [0, 0, 0, 1, 1, 1, 1])
        #expect(eight.runs[2] == [0, 1, 1, 0, 0, 1, 1])
        #expect(eight.runs[7] == [1, 1, 0, 1, 0, 0, 1])
        let nine = try #require(OrthogonalArray.named("L9"))
        #expect(nine.runs[1] == [0, 1, 1, 1])
        #expect(nine.runs[5] == [1, 2, 0, 1])
        #expect(nine.runs[8] == [2, 2, 1, 0])
    }

    @Test func `one changed cell costs an array its strength`() throws {
        let array = try #require(OrthogonalArray.named("L18"))
        var runs = array.runs
        runs[4][3] = (runs[4][3] + 1) % 3
        let broken = OrthogonalArray(name: "broken", runs: runs, columnLevels: array.columnLevels)
        #expect(broken.strength() < 2)
        let repeated = OrthogonalArray(
            name: "repeated",
            runs: [[0, 0], [0, 0], [1, 1], [1, 1]],
            columnLevels: [2, 2]
        )
        #expect(repeated.strength() == 1)
        let wild = OrthogonalArray(name: "wild", runs: [[0, 5]], columnLevels: [2, 2])
        #expect(wild.strength() == 0)
    }

    @Test(arguments: [
        ([2, 2, 2], "L4"),
        ([2, 2, 2, 2], "L8"),
        ([Int](repeating: 2, count: 8), "L12"),
        ([Int](repeating: 2, count: 12), "L16"),
        ([3, 3, 3, 3], "L9"),
        ([3, 3, 3, 3, 3], "L18"),
        ([Int](repeating: 3, count: 8), "L27"),
        ([2] + [Int](repeating: 3, count: 7), "L18"),
        ([2, 2, 3], "L18"),
        ([2, 2, 2, 2, 3, 3, 3, 3], "L18"),
        ([Int](repeating: 2, count: 9) + [3], "L27"),
        ([4, 4], "L16'"),
        ([4, 2, 3], "L16'"),
        ([5, 3], "L25"),
        ([Int](repeating: 2, count: 11) + [Int](repeating: 3, count: 12), "L36"),
    ])
    func `the smallest array that fits is chosen, the L18 for two and three levels`(levels: [Int], name: String) throws
    {
        let fit = try #require(OrthogonalArray.smallest(fitting: levels))
        #expect(fit.array.name == name)
        #expect(Set(fit.columns).count == levels.count)
        let space = FactorSpace(levelCounts: levels)
        #expect(fit.runs.allSatisfy { space.contains($0) })
    }

    @Test func `nothing fits factors of six levels, and runs can be bounded`() {
        #expect(OrthogonalArray.smallest(fitting: [6, 2]) == nil)
        #expect(OrthogonalArray.smallest(fitting: []) == nil)
        #expect(OrthogonalArray.smallest(fitting: [2, 3, 3], maximumRuns: 17)?.array.name == "L9")
        #expect(OrthogonalArray.smallest(fitting: [2, 3, 3], maximumRuns: 18)?.array.name == "L18")
    }

    @Test func `dummy levels repeat the control first and the others as evenly as possible`() throws {
        let fit = try #require(
            OrthogonalArray.smallest(fitting: [2, 2, 3], control: [1, 0, 0], names: ["title", "image", "price"])
        )
        #expect(fit.dummyLevels == [1: [0, 1, 0]])
        #expect(fit.notes.count == 1 && fit.notes[0].hasPrefix("image has 2 levels in a column of 3 of the L18"))
        #expect(fit.runs.count { $0.levels[1] == 0 } == 12)
        #expect(fit.runs.count { $0.levels[0] == 0 } == 9)
        let four = try #require(OrthogonalArray.smallest(fitting: [4, 2, 3], control: [0, 1, 2]))
        #expect(four.dummyLevels == [1: [0, 1, 1, 0], 2: [0, 1, 2, 2]])
    }
}
