// SPDX-License-Identifier: Apache-2.0
import Domain
import Testing

@testable import Experiments

@Suite struct BlockPlannerTests {
    private static let control = Combination([0, 0, 0])

    /// A random plan and what it was asked for.
    private struct Case {
        let units: [String]
        let members: [Generation.Member]
        let controls: Int
        let blockSize: Int
        let limit: Int?
        let plan: [BlockPlanner.PlannedTrial]

        init(seed: UInt64) {
            var generator = SplitMix64(seed: seed)
            let unitCount = Bool.random(using: &generator) ? 1 : Int.random(in: 2...24, using: &generator)
            units = (0..<unitCount).map { "unit \($0)" }
            let space = FactorSpace(levelCounts: [3, 4, 5])
            let count = Int.random(in: 1...40, using: &generator)
            var members: [Generation.Member] = []
            for combination in space.distinct(count, excluding: [BlockPlannerTests.control], using: &generator) {
                let replicates = Int.random(in: 1...6, using: &generator)
                members.append(Generation.Member(combination: combination, origin: .random, replicates: replicates))
            }
            self.members = members
            controls = Int.random(in: 1...3, using: &generator)
            blockSize = Int.random(in: 2...12, using: &generator)
            limit = Bool.random(using: &generator) ? nil : Int.random(in: 0...150, using: &generator)
            plan = BlockPlanner.plan(
                members: members,
                purpose: .search,
                units: units,
                control: BlockPlannerTests.control,
                controlsPerBlock: controls,
                blockSize: blockSize,
                firstBlock: 7,
                firstPosition: 100,
                limit: limit,
                using: &generator
            )
        }

        var blocks: [[BlockPlanner.PlannedTrial]] {
            Set(plan.map(\.block)).sorted().map { block in plan.filter { $0.block == block } }
        }
    }

    @Test(arguments: UInt64(1)...200)
    func `every block has a control and another trial, and no unit twice`(seed: UInt64) {
        let test = Case(seed: seed)
        let size = test.units.count > 1 ? test.units.count : test.blockSize
        for block in test.blocks {
            let controls = block.filter { $0.purpose == .control }
            #expect(!controls.isEmpty && controls.count < block.count, "seed \(seed)")
            #expect(controls.allSatisfy { $0.combination == Self.control }, "seed \(seed)")
            #expect(block.count <= size, "seed \(seed)")
            if test.units.count > 1 {
                #expect(Set(block.map(\.unit)).count == block.count, "seed \(seed)")
            }
        }
        for block in test.blocks.dropLast() {
            #expect(block.count == size, "seed \(seed)")
            #expect(block.count { $0.purpose == .control } == min(test.controls, size - 1), "seed \(seed)")
        }
        #expect(test.plan.map(\.position) == Array(100..<(100 + test.plan.count)), "seed \(seed)")
        #expect(test.plan.map(\.block) == test.plan.map(\.block).sorted(), "seed \(seed)")
        #expect(test.plan.allSatisfy { test.units.contains($0.unit) }, "seed \(seed)")
    }

    @Test(arguments: UInt64(1)...200)
    func `replicates are as many as asked for, or the limit holds`(seed: UInt64) {
        let test = Case(seed: seed)
        let size = test.units.count > 1 ? test.units.count : test.blockSize
        let wanted = test.members.reduce(0) { $0 + $1.replicates }
        let searched = test.plan.filter { $0.purpose == .search }
        for member in test.members {
            let had = searched.count { $0.combination == member.combination }
            #expect(test.limit == nil ? had == member.replicates : had <= member.replicates, "seed \(seed)")
        }
        if let limit = test.limit {
            #expect(test.plan.count <= limit, "seed \(seed)")
            if searched.count < wanted, limit >= 2 {
                #expect(test.plan.count > limit - size, "seed \(seed)")
            }
            if limit < 2 {
                #expect(test.plan.isEmpty, "seed \(seed)")
            }
        }
    }

    private func plan(
        _ members: [Generation.Member],
        units: Int,
        blockSize: Int = 10,
        firstBlock: Int = 0,
        seed: UInt64 = 1
    ) -> [BlockPlanner.PlannedTrial] {
        var generator = SplitMix64(seed: seed)
        return BlockPlanner.plan(
            members: members,
            purpose: .search,
            units: (0..<units).map { "unit \($0)" },
            control: Self.control,
            controlsPerBlock: 1,
            blockSize: blockSize,
            firstBlock: firstBlock,
            firstPosition: 0,
            limit: nil,
            using: &generator
        )
    }

    private func members(_ count: Int, replicates: Int) -> [Generation.Member] {
        var generator = SplitMix64(seed: 99)
        return FactorSpace(levelCounts: [3, 4, 5])
            .distinct(count, excluding: [Self.control], using: &generator)
            .map { Generation.Member(combination: $0, origin: .random, replicates: replicates) }
    }

    @Test func `replicates of a combination fall in different blocks and on different units`() {
        let members = members(50, replicates: 10)
        let trials = plan(members, units: 24).filter { $0.purpose == .search }
        for member in members {
            let own = trials.filter { $0.combination == member.combination }
            #expect(Set(own.map(\.block)).count == 10)
            #expect(Set(own.map(\.unit)).count >= 9)
        }
    }

    @Test func `every unit has its control, also over several plans, and not always at the same hour`() {
        let members = members(23, replicates: 6)
        var controls: [BlockPlanner.PlannedTrial] = []
        for part in 0..<16 {
            controls += plan(members, units: 24, firstBlock: part * 6, seed: UInt64(part))
                .filter { $0.purpose == .control }
        }
        #expect(controls.count == 96)
        for unit in Set(controls.map(\.unit)).sorted() {
            let own = controls.filter { $0.unit == unit }
            #expect(own.count == 4, "\(unit)")
        }
        let hours = Set(controls.map(\.unit)).map { unit in
            Set(controls.filter { $0.unit == unit }.map { $0.block % 4 }).count
        }
        #expect(hours.count { $0 > 1 } >= 20)
    }

    @Test func `with one unit the control's place in the block is random`() {
        let trials = plan(members(45, replicates: 4), units: 1)
        let places = trials.filter { $0.purpose == .control }.map { $0.position % 10 }
        #expect(places.count == 20)
        #expect(Set(places).count >= 5)
    }

    @Test func `the seed decides, and the control is no member`() {
        let members = members(20, replicates: 3)
        #expect(plan(members, units: 5, seed: 4) == plan(members, units: 5, seed: 4))
        #expect(plan(members, units: 5, seed: 4) != plan(members, units: 5, seed: 5))
        let control = Generation.Member(combination: Self.control, origin: .control, replicates: 5)
        #expect(plan([control], units: 5).isEmpty)
        #expect(plan(members, units: 0).isEmpty)
    }

    @Test(arguments: UInt64(1)...100)
    func `a confirmation has winner and control equally often in every block`(seed: UInt64) {
        var generator = SplitMix64(seed: seed)
        let unitCount = Int.random(in: 1...9, using: &generator)
        let replicates = Int.random(in: 1...20, using: &generator)
        let limit = Bool.random(using: &generator) ? nil : Int.random(in: 0...40, using: &generator)
        let winner = Combination([1, 2, 3])
        let trials = BlockPlanner.pairs(
            winner: winner,
            control: Self.control,
            replicates: replicates,
            units: (0..<unitCount).map { "unit \($0)" },
            blockSize: 6,
            firstBlock: 3,
            firstPosition: 50,
            limit: limit,
            using: &generator
        )
        let expected = min(replicates, (limit ?? 1_000) / 2)
        #expect(trials.count { $0.purpose == .confirmation && $0.combination == winner } == expected, "seed \(seed)")
        #expect(trials.count { $0.purpose == .control && $0.combination == Self.control } == expected, "seed \(seed)")
        #expect(trials.map(\.position) == Array(50..<(50 + trials.count)), "seed \(seed)")
        let blocks = Set(trials.map(\.block)).sorted().map { block in trials.filter { $0.block == block } }
        for (index, block) in blocks.enumerated() {
            #expect(block.count { $0.purpose == .control } * 2 == block.count, "seed \(seed)")
            guard unitCount > 1 else { continue }
            #expect(Set(block.map(\.unit)).count == block.count, "seed \(seed)")
            guard !index.isMultiple(of: 2) else { continue }
            let winners = Set(block.filter { $0.purpose == .confirmation }.map(\.unit))
            let before = Set(blocks[index - 1].filter { $0.purpose == .control }.map(\.unit))
            #expect(winners.isSubset(of: before), "seed \(seed)")
        }
    }

    @Test func `the control needs no confirmation against itself`() {
        var generator = SplitMix64(seed: 1)
        let trials = BlockPlanner.pairs(
            winner: Self.control,
            control: Self.control,
            replicates: 5,
            units: ["a", "b"],
            blockSize: 6,
            firstBlock: 0,
            firstPosition: 0,
            limit: nil,
            using: &generator
        )
        #expect(trials.isEmpty)
    }
}
