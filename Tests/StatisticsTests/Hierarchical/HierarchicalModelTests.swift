// SPDX-License-Identifier: Apache-2.0
import Foundation
import Statistics
import Testing

@Suite struct HierarchicalModelTests {
    private static func groups(
        means: [Double],
        results: Int,
        noise: Double,
        using generator: inout SeededGenerator
    ) -> [HierarchicalTable.Group] {
        means.map { mean in
            let rows = (0..<results).map { _ in
                HierarchicalTable.Row(
                    columns: [],
                    response: mean + noise * StandardNormal.sample(using: &generator)
                )
            }
            return HierarchicalTable.Group(cluster: 0, rows: rows)
        }
    }

    @Test func `without factors and noise a prediction is Student's for the groups' means`() throws {
        var generator = SeededGenerator(seed: 3)
        let means = [4.0, 7, 5, 9, 6, 8]
        let table = HierarchicalTable(
            columnCount: 0,
            groups: Self.groups(means: means, results: 40, noise: 0.02, using: &generator)
        )
        let predicted = try HierarchicalModel(table).predict(HierarchicalQuery(columns: [], cluster: nil))
        // 6.5 ± t(5) · s · √(1 + 1/6) with s² = 3.5.
        let half = 2.570582 * 3.5.squareRoot() * (7.0 / 6).squareRoot()
        #expect(abs(predicted.interval.estimate - 6.5) < 0.05)
        #expect(abs(predicted.interval.upper - (6.5 + half)) < 0.06 * half)
        #expect(abs(predicted.interval.lower - (6.5 - half)) < 0.06 * half)
    }

    @Test func `an interval of 95 % covers 94 to 96 % of new groups`() throws {
        var generator = SeededGenerator(seed: 11)
        var covered = 0.0
        let repetitions = 250
        let (groupDeviation, levelDeviation, ownDeviation) = (0.5, 0.5, 0.2)
        for _ in 0..<repetitions {
            let levels = (0..<6).map { _ in levelDeviation * StandardNormal.sample(using: &generator) }
            var groups: [HierarchicalTable.Group] = []
            for _ in 0..<8 {
                let level = 10 + groupDeviation * StandardNormal.sample(using: &generator)
                let own = levels.map { $0 + ownDeviation * StandardNormal.sample(using: &generator) }
                let rows = (0..<36).map { index in
                    let columns = [index % 3, 3 + index / 3 % 3]
                    let mean = columns.reduce(level) { $0 + own[$1] }
                    return HierarchicalTable.Row(
                        columns: columns,
                        response: mean + StandardNormal.sample(using: &generator)
                    )
                }
                groups.append(.init(cluster: 0, rows: rows))
            }
            let model = try HierarchicalModel(HierarchicalTable(columnCount: 6, groups: groups))
            let interval = try model.predict(HierarchicalQuery(columns: [0, 3], cluster: nil)).interval
            // The chance over the new group's own parts, exactly: less noise than drawing them.
            let centre = 10 + levels[0] + levels[3]
            let deviation = (groupDeviation * groupDeviation + 2 * ownDeviation * ownDeviation).squareRoot()
            covered += (StandardNormal.cdf((interval.upper - centre) / deviation) ?? 1)
            covered -= (StandardNormal.cdf((interval.lower - centre) / deviation) ?? 0)
        }
        let coverage = covered / Double(repetitions)
        #expect(coverage > 0.94 && coverage < 0.965, "coverage \(coverage)")
    }

    @Test func `effects that agree are kept and effects that do not are shrunk`() throws {
        func model(_ own: [Double]) throws -> HierarchicalModel {
            var generator = SeededGenerator(seed: 5)
            let groups = own.map { effect in
                HierarchicalTable.Group(
                    cluster: 0,
                    rows: (0..<40).map { index in
                        let column = index % 2
                        let mean = column == 1 ? effect : 0
                        let noise = 0.5 * StandardNormal.sample(using: &generator)
                        return .init(columns: [column], response: mean + noise)
                    }
                )
            }
            return try HierarchicalModel(HierarchicalTable(columnCount: 2, groups: groups))
        }
        let agreeing = try model([2, 2.1, 1.9, 2, 2.05, 1.95])
        let mixed = try model([4, -3, 2, -2, 3, -4])
        let kept = agreeing.sharedEffect(of: 1) - agreeing.sharedEffect(of: 0)
        let shrunk = mixed.sharedEffect(of: 1) - mixed.sharedEffect(of: 0)
        #expect(abs(kept - 2) < 0.25)
        #expect(abs(shrunk) < 0.5)
        #expect(try #require(agreeing.carryOver) > 0.6)
        #expect(try #require(mixed.carryOver) < 0.4)
        var query = HierarchicalQuery(columns: [1], cluster: nil)
        query.comparedWith = [0]
        #expect(try agreeing.chance(query, above: 0) > 0.99)
        #expect(abs(try mixed.chance(query, above: 0) - 0.5) < 0.15)
    }

    @Test func `a known cluster is predicted more closely than a new one`() throws {
        var generator = SeededGenerator(seed: 9)
        let groups = (0..<12).map { number in
            let product = number % 4
            let level = Double(product) * 3 + 0.2 * StandardNormal.sample(using: &generator)
            return HierarchicalTable.Group(
                cluster: product,
                rows: (0..<10).map { _ in
                    .init(columns: [], response: level + 0.3 * StandardNormal.sample(using: &generator))
                }
            )
        }
        let model = try HierarchicalModel(HierarchicalTable(columnCount: 0, groups: groups))
        let known = try model.predict(HierarchicalQuery(columns: [], cluster: 3)).interval
        let new = try model.predict(HierarchicalQuery(columns: [], cluster: nil)).interval
        #expect(known.upper - known.lower < 0.4 * (new.upper - new.lower))
        #expect(abs(known.estimate - 9) < 0.5)
    }

    @Test func `what cannot be modelled is said`() {
        let row = HierarchicalTable.Row(columns: [], response: 1)
        let one = HierarchicalTable(columnCount: 0, groups: [.init(cluster: 0, rows: [row])])
        #expect(throws: StatisticsError.self) { try HierarchicalModel(one) }
        let alike = HierarchicalTable.Group(cluster: 0, rows: Array(repeating: row, count: 10))
        #expect(throws: StatisticsError.self) {
            try HierarchicalModel(HierarchicalTable(columnCount: 0, groups: [alike, alike]))
        }
        let bad = HierarchicalTable.Group(cluster: 0, rows: [.init(columns: [4], response: 1)])
        #expect(throws: StatisticsError.self) {
            try HierarchicalModel(HierarchicalTable(columnCount: 2, groups: [bad, alike]))
        }
        let infinite = HierarchicalTable.Group(cluster: 0, rows: [.init(columns: [], response: .infinity)])
        #expect(throws: StatisticsError.self) {
            try HierarchicalModel(HierarchicalTable(columnCount: 0, groups: [infinite, alike]))
        }
    }
}
