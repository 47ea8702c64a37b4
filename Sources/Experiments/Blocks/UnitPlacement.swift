// SPDX-License-Identifier: Apache-2.0
import Domain

/// Decides which unit gets which combination of a block.
struct UnitPlacement {
    /// The seed of the order in which units get the control; fixed, so that plans of one campaign continue each other.
    private static let rotationSeed: UInt64 = 0xD0_7E
    private let units: Int
    /// How often each unit had a combination so far.
    private var counts: [Combination: [Int]] = [:]
    private var controlOrder: (cycle: Int, units: [Int])?

    init(units: Int) {
        self.units = units
    }

    /// The different units that get the control in a block.
    ///
    /// Controls are dealt in rounds over all units, each round in an order of its own: a unit's control then comes at
    /// changing hours. The block's number alone decides, so that later plans go on where earlier ones ended.
    mutating func controlUnits(_ count: Int, perBlock: Int, block: Int) -> [Int] {
        var chosen: [Int] = []
        var place = max(0, block) * perBlock
        while chosen.count < min(count, units) {
            let order = order(ofCycle: place / units)
            let unit = order[place % units]
            if !chosen.contains(unit) {
                chosen.append(unit)
            } else if let other = order.first(where: { !chosen.contains($0) }) {
                chosen.append(other)
            }
            place += 1
        }
        return chosen
    }

    private mutating func order(ofCycle cycle: Int) -> [Int] {
        if let controlOrder, controlOrder.cycle == cycle { return controlOrder.units }
        var generator = SplitMix64(seed: SplitMix64.seed(Self.rotationSeed, "controls", "\(cycle)"))
        let order = Array(0..<units).shuffled(using: &generator)
        controlOrder = (cycle, order)
        return order
    }

    /// Places combinations on free units, each on one that had it least often so far, among equals at random.
    mutating func place(
        _ combinations: [Combination],
        besides occupied: [Int],
        using generator: inout SplitMix64
    ) -> [(unit: Int, combination: Combination)] {
        var free = (0..<units).filter { !occupied.contains($0) }.shuffled(using: &generator)
        var placed: [(unit: Int, combination: Combination)] = []
        for combination in combinations.shuffled(using: &generator) {
            let had = counts[combination] ?? [Int](repeating: 0, count: units)
            guard let index = free.indices.min(by: { had[free[$0]] < had[free[$1]] }) else { break }
            let unit = free.remove(at: index)
            counts[combination, default: had][unit] += 1
            placed.append((unit, combination))
        }
        return placed
    }
}
