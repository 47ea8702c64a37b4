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

    /// Name, runs, and how many columns of how many levels, as Taguchi's tables have them.
    private static let published: [(String, Int, [[Int]])] = [
        ("L4", 4, [[3, 2]]), ("L8", 8, [[7, 2]]), ("L9", 9, [[4, 3]]), ("L12", 12, [[11, 2]]), ("L16", 16, [[15, 2]]),
        ("L16'", 16, [[5, 4]]), ("L18", 18, [[1, 2], [7, 3]]), ("L25", 25, [[6, 5]]), ("L27", 27, [[13, 3]]),
        ("L32", 32, [[31, 2]]), ("L32'", 32, [[1, 2], [9, 4]]), ("L36", 36, [[11, 2], [12, 3]]),
        ("L36'", 36, [[3, 2], [13, 3]]), ("L50", 50, [[1, 2], [11, 5]]), ("L54", 54, [[1, 2], [25, 3]]),
        ("L64", 64, [[63, 2]]), ("L64'", 64, [[21, 4]]), ("L81", 81, [[40, 3]]),
    ]

    @Test(arguments: published)
    func `arrays have their published runs and columns`(name: String, runs: Int, columns: [[Int]]) throws {
        let array = try #require(OrthogonalArray.named(name))
        #expect(array.runs.count == runs)
        #expect(array.columnLevels == columns.flatMap { [Int](repeating: $0[1], count: $0[0]) })
        #expect(Self.published.count == OrthogonalArray.all.count)
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

    private static func some(_ count: Int, of levels: Int) -> [Int] { [Int](repeating: levels, count: count) }

    private static let fitting: [([Int], String)] = [
        ([2, 2, 2], "L4"),
        ([2, 2, 2, 2], "L8"),
        (some(8, of: 2), "L12"),
        (some(12, of: 2), "L16"),
        ([3, 3, 3, 3], "L9"),
        ([3, 3, 3, 3, 3], "L18"),
        (some(8, of: 3), "L27"),
        ([2] + some(7, of: 3), "L18"),
        ([2, 2, 3], "L18"),
        ([2, 2, 2, 2, 3, 3, 3, 3], "L18"),
        (some(9, of: 2) + [3], "L27"),
        ([4, 4], "L16'"),
        ([4, 2, 3], "L16'"),
        ([5, 3], "L25"),
        (some(11, of: 2) + some(12, of: 3), "L36"),
        (some(20, of: 2), "L32"),
        (some(7, of: 4), "L32'"),
        (some(9, of: 5), "L50"),
        (some(14, of: 3), "L54"),
        (some(12, of: 4), "L64'"),
    ]

    @Test(arguments: fitting)
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
